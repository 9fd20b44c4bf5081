import type { Run } from '../../../contract/runs.ts'
import { Heads } from '../../components/heads.tsx'
import { Num } from '../../components/num.tsx'
import { Dash, RunName, RunNum, TRIGGERS, WorkedFor, Working } from '../../components/runs-table.tsx'
import { StatusBadge } from '../../components/status-badge.tsx'
import { Table } from '../../components/table.tsx'
import { Time } from '../../components/time.tsx'
import { useRunActs, retryWords, runBadge } from '../../state/run-acts.ts'
import { runNumbers, waitsSince } from '../../state/run-numbers.ts'
import { isFinished } from '../../state/live.ts'
import { useMay } from '../../state/session.ts'

interface RunsListProps {
  runs: Run[]
  label: string
  chosen: ReadonlySet<string>
  onChoose: (ids: ReadonlySet<string>) => void
}

/** Runs, one a line, to be chosen and acted on. */
export function RunsList({ runs, label, chosen, onChoose }: RunsListProps) {
  const toggle = (id: string) => onChoose(new Set(chosen.has(id) ? [...chosen].filter((other) => other !== id) : [...chosen, id]))
  return (
    <Table
      label={label}
      head={
        <Heads
          of={[
            { name: 'Run', before: <ChooseAll runs={runs} chosen={chosen} onChoose={onChoose} /> },
            { name: 'State', className: 'min-w-72' },
            'Trigger',
            'Started',
            { name: 'Queued', right: true },
            { name: 'Worked', right: true },
            { name: 'Read → published', right: true },
            { name: 'Quarantined', right: true },
          ]}
        />
      }
    >
      {runs.map((run) => (
        <Row key={run.id} run={run} chosen={chosen.has(run.id)} onToggle={() => toggle(run.id)} />
      ))}
    </Table>
  )
}

function ChooseAll({ runs, chosen, onChoose }: Omit<RunsListProps, 'label'>) {
  const all = runs.length > 0 && runs.every(({ id }) => chosen.has(id))
  return (
    <input
      type="checkbox"
      aria-label={`Choose all ${runs.length} shown`}
      checked={all}
      onChange={() => onChoose(new Set(all ? [] : runs.map(({ id }) => id)))}
    />
  )
}

function Row({ run, chosen, onToggle }: { run: Run; chosen: boolean; onToggle: () => void }) {
  const numbers = runNumbers(run)
  return (
    <tr data-run={run.id} aria-selected={chosen}>
      <th scope="row" className="pin">
        <span className="inline-flex items-center gap-2">
          <input type="checkbox" aria-label={`Choose the run of ${run.pipeline}, ${run.id}`} checked={chosen} onChange={onToggle} />
          <RunName run={run} />
        </span>
      </th>
      <td>
        <span className="flex items-center justify-between gap-4">
          <StatusBadge {...runBadge(run)} />
          <Acts run={run} />
        </span>
        {run.error !== null && (
          // As wide as what stands above it: a long error must not push the figures out of sight.
          <span className="block w-0 min-w-full truncate text-label text-text-2" title={run.error.detail}>
            {run.error.detail}
          </span>
        )}
      </td>
      <td className="text-text-2">{TRIGGERS[run.trigger]}</td>
      <td>{run.startedAt === null ? <Dash why="not started" /> : <Time at={run.startedAt} />}</td>
      <td className="right">
        {run.state === 'queued' ? <Working since={waitsSince(run)} /> : <Num m={numbers.queued} label="time in the queue" as="duration" />}
      </td>
      <td className="right">
        <WorkedFor run={run} />
      </td>
      <td className="right whitespace-nowrap">
        <RunNum run={run} m={numbers.read} label="rows read" />
        {run.sourceRows !== null && (
          <>
            {' → '}
            <RunNum run={run} m={numbers.published} label="rows published to chart" />
          </>
        )}
      </td>
      <td className="right">
        <RunNum run={run} m={numbers.quarantined} label="rows quarantined" />
      </td>
    </tr>
  )
}

function Acts({ run }: { run: Run }) {
  const { retry, cancel } = useRunActs()
  const may = useMay('runs.start')
  if (!may) return null
  const words = retryWords(run)
  const refused = retry.data?.refused[0] ?? cancel.data?.refused[0]
  return (
    <span className="inline-flex items-center gap-1">
      {refused !== undefined && <span className="text-bad">{refused.problem.title}</span>}
      {words !== null && (
        <button type="button" className="btn min-h-7 px-2" disabled={retry.isPending} onClick={() => retry.mutate([run.id])}>
          {words}
          <span className="sr-only"> of {run.pipeline}</span>
        </button>
      )}
      {!isFinished(run) && (
        <button type="button" className="btn btn-quiet min-h-7 px-2" disabled={cancel.isPending} onClick={() => cancel.mutate([run.id])}>
          Cancel
          <span className="sr-only"> the run of {run.pipeline}</span>
        </button>
      )}
    </span>
  )
}
