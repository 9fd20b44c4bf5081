import type { RunDetail, Step } from '../../../contract/runs.ts'
import { Panel } from '../../components/panel.tsx'
import { STEP_MARKS, StatusMark } from '../../components/status-badge.tsx'
import { formatRows } from '../../format/count.ts'
import { between, formatDuration } from '../../format/duration.ts'
import type { SidesProps } from './run-comparison.tsx'

/** Each step of both runs on one scale: the longest of all is as wide as its column. */
export function StepsCompared({ left, right }: SidesProps) {
  const names = [...new Set([...left.steps, ...right.steps].map(keyOf))]
  const longest = Math.max(1, ...[...left.steps, ...right.steps].map(worked).filter((ms) => ms !== null))
  return (
    <Panel title="Steps">
      <ol className="grid gap-px px-4 py-3">
        {names.map((name) => (
          <li
            key={name}
            className="grid grid-cols-[8rem_minmax(0,1fr)_minmax(0,1fr)] items-start gap-x-4 py-1 text-cell lg:grid-cols-[14rem_minmax(0,1fr)_minmax(0,1fr)]"
          >
            <span className="truncate" title={name}>
              {name}
            </span>
            <Side step={stepOf(left, name)} longest={longest} />
            <Side step={stepOf(right, name)} longest={longest} />
          </li>
        ))}
      </ol>
    </Panel>
  )
}

function keyOf({ name, stream }: Step): string {
  return stream === '' ? name : `${stream} · ${name}`
}

function stepOf(run: RunDetail, name: string): Step | undefined {
  return run.steps.find((step) => keyOf(step) === name)
}

function worked(step: Step): number | null {
  return step.state === 'skipped' ? null : between(step.startedAt, step.finishedAt)
}

function Side({ step, longest }: { step: Step | undefined; longest: number }) {
  if (step === undefined) return <span className="text-text-3">not in this run</span>
  const { mark, word } = STEP_MARKS[step.state]
  const ms = worked(step)
  return (
    <span className="grid gap-0.5">
      <span className="inline-flex flex-wrap items-center gap-x-2">
        <StatusMark mark={mark} size={14} />
        <span className={ms === null ? 'text-text-3' : ''}>{ms === null ? word.toLowerCase() : formatDuration(ms)}</span>
        {step.rowsOut !== null && <span className="text-text-2">{formatRows(step.rowsOut)}</span>}
        <span className="sr-only">{word}</span>
      </span>
      <span aria-hidden className="block h-1.5 rounded-[2px] bg-sunken">
        {ms !== null && <span className="block h-full min-w-[2px] rounded-[2px] bg-text-3" style={{ width: `${(ms / longest) * 100}%` }} />}
      </span>
    </span>
  )
}
