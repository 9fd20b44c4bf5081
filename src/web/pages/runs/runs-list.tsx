import type { Run } from '../../../contract/runs.ts'
import { Heads } from '../../components/heads.tsx'
import { Num } from '../../components/num.tsx'
import { Dash, RunName, RunNum, TRIGGERS, WorkedFor, Working } from '../../components/runs-table.tsx'
import { RUN_MARKS, StatusBadge } from '../../components/status-badge.tsx'
import { Table } from '../../components/table.tsx'
import { Time } from '../../components/time.tsx'
import { useRunActs, isPausing, retryWords } from '../../state/run-acts.ts'
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
            'State',
            { name: 'Acts', hidden: true },
            'Trigger',
            'Started',
            { name: 'Queued', right: true },
            { name: 'Worked', right: true },
            { name: 'Read → published', right: true },
            { name: 'Quarantined', right: true },
            'Error',
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
  const { mark, word } = RUN_MARKS[run.state]
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
        <StatusBadge mark={isPausing(run) ? 'paused' : mark} word={stateWords(run, word)} />
      </td>
      <td>
        <Acts run={run} />
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
      <td className="max-w-[30ch] truncate text-text-2">
        {run.error === null ? <Dash why="no error" /> : <span title={run.error.detail}>{run.error.detail}</span>}
      </td>
    </tr>
  )
}

function stateWords(run: Run, word: string): string {
  if (isPausing(run)) return `Waits, ${run.failures} of ${run.maxAttempts} failed`
  return run.state === 'succeeded' && run.publishedRows === 0 ? 'Succeeded, no rows' : word
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
