import type { Run } from '../../contract/runs.ts'
import { formatElapsed } from '../format/duration.ts'
import { useNow } from '../state/session.ts'
import { runBadge } from '../state/run-acts.ts'
import { runNumbers } from '../state/run-numbers.ts'
import { IdText } from './id-text.tsx'
import { Num } from './num.tsx'
import { StatusBadge } from './status-badge.tsx'
import { Heads } from './heads.tsx'
import { Table } from './table.tsx'
import { Time } from './time.tsx'

/** What starts a run, in a word. */
export const TRIGGERS: Record<Run['trigger'], string> = {
  cli: 'terminal',
  api: 'HTTP',
  upload: 'upload',
  replay: 'quarantine',
  schedule: 'schedule',
  event: 'event',
  dependency: 'new data',
  freshness: 'freshness',
  backfill: 'backfill',
}
/** Who a command on the machine itself is: nobody signed in, so the place alone says it. */
export const LOCAL_COMMAND = 'cli'

/** Runs, one a line. */
export function RunsTable({ runs, label }: { runs: Run[]; label: string }) {
  return (
    <Table
      label={label}
      head={
        <Heads
          of={[
            'Run',
            'State',
            { name: 'Started by', className: 'max-lg:hidden' },
            'Queued',
            { name: 'Worked', right: true },
            { name: 'Rows read', right: true },
            { name: 'Published', right: true },
            { name: 'Quarantined', right: true },
            { name: 'Score', right: true },
            'Reason',
          ]}
        />
      }
    >
      {runs.map((run) => (
        <RunRow key={run.id} run={run} />
      ))}
    </Table>
  )
}

function RunRow({ run }: { run: Run }) {
  const numbers = runNumbers(run)
  return (
    <tr data-run={run.id}>
      <th scope="row" className="pin">
        <RunName run={run} />
      </th>
      <td>
        <StatusBadge {...runBadge(run)} />
      </td>
      <td className="max-lg:hidden">
        {run.requestedBy === LOCAL_COMMAND ? (
          TRIGGERS[run.trigger]
        ) : (
          <>
            {run.requestedBy} <span className="text-text-3">· {TRIGGERS[run.trigger]}</span>
          </>
        )}
      </td>
      <td>
        <Time at={run.queuedAt} />
      </td>
      <td className="right">
        <WorkedFor run={run} />
      </td>
      <td className="right">
        <RunNum run={run} m={numbers.read} label="rows read" />
      </td>
      <td className="right">
        <RunNum run={run} m={numbers.published} label="rows published to chart" />
      </td>
      <td className="right">
        <RunNum run={run} m={numbers.quarantined} label="rows quarantined" />
      </td>
      <td className="right">
        <RunNum run={run} m={numbers.score} label="quality score" as="score" />
      </td>
      <td className="max-w-[28ch] truncate text-text-2">
        {run.error === null ? <Dash why="no error" /> : <span title={run.error.detail}>{run.error.title}</span>}
      </td>
    </tr>
  )
}

/** A run by its pipeline and id, to be opened. */
export function RunName({ run }: { run: Run }) {
  return (
    <>
      <a href={`/runs/${encodeURIComponent(run.id)}`} className="hover:underline">
        {run.pipeline}
      </a>{' '}
      <span className="text-text-3">
        <IdText id={run.id} />
      </span>
    </>
  )
}

/** How long a run worked, or has so far. */
export function WorkedFor({ run }: { run: Run }) {
  if (run.startedAt === null) return <Dash why="not started" />
  if (run.state === 'running') return <Working since={run.startedAt} />
  return <Num m={runNumbers(run).worked} label="time worked" as="duration" />
}

/** A figure of a run. In a dense table an open run shows a plain dash: its state is already in the row. */
export function RunNum({ run, m, label, as }: { run: Run; m: Parameters<typeof Num>[0]['m']; label: string; as?: 'score' }) {
  if (m.s === 'pending') return <Dash why="not yet" />
  if (m.s === 'never' && run.state !== 'succeeded') return <Dash why="not measured" />
  return <Num m={m} label={label} as={as ?? 'count'} />
}

/** Nothing, and why to who cannot see it. */
export function Dash({ why }: { why: string }) {
  return (
    <span className="text-text-3">
      <span aria-hidden>—</span>
      <span className="sr-only">{why}</span>
    </span>
  )
}

/** Time since a start, ticking. */
export function Working({ since }: { since: string }) {
  const now = useNow(1_000)
  return <span className="text-run">{formatElapsed(now - Date.parse(since))}</span>
}
