import type { Step, StepName, StepState } from '../../../contract/runs.ts'
import { ShareBar } from '../../components/share-bar.tsx'
import { STEP_MARKS, StatusMark, markColour } from '../../components/status-badge.tsx'
import { formatBytes } from '../../format/bytes.ts'
import { formatCount, formatRows } from '../../format/count.ts'
import { between, formatDuration, formatElapsed } from '../../format/duration.ts'
import type { Progress } from './use-run-events.ts'

/** The order in which a run works; transforms are built before all is published in one transaction. */
export const STEPS: StepName[] = ['plan', 'extract', 'land', 'classify', 'standardise', 'check', 'transform', 'publish']
/** Worst first: the state of a step over all streams. */
const WORST: StepState[] = ['failed', 'blocked', 'cancelled', 'rate_limited', 'running', 'waiting', 'succeeded', 'skipped']

/** The worst of several states; waiting when there is none. */
export function worstOf(states: readonly StepState[]): StepState {
  return WORST.find((candidate) => states.includes(candidate)) ?? 'waiting'
}

/** Where every row of the Gantt has its columns. */
export const ROW_GRID =
  'grid min-h-7 grid-cols-[5.5rem_minmax(0,1fr)_5.5rem] items-center gap-x-3 text-cell lg:grid-cols-[6.5rem_minmax(0,1fr)_4.5rem_minmax(0,1fr)]'

/** One step: when it worked, how long, and what it did. */
export function StepRow({ step, from, to, progress }: { step: Step; from: number; to: number; progress: Progress | undefined }) {
  const { mark, word } = STEP_MARKS[step.state]
  const span = to - from
  const start = step.startedAt === null ? null : Date.parse(step.startedAt)
  const end = step.finishedAt === null ? to : Date.parse(step.finishedAt)
  const worked = between(step.startedAt, step.finishedAt)
  return (
    <li className={ROW_GRID}>
      <span className={step.state === 'waiting' || step.state === 'skipped' ? 'text-text-3' : ''}>{step.name}</span>
      <span aria-hidden className="relative block h-4 rounded-[2px] bg-sunken">
        {start !== null && step.state !== 'skipped' && (
          <span
            className={`bar absolute inset-y-0 min-w-[3px] rounded-[2px] ${step.state === 'running' ? 'pulse' : ''}`}
            style={{
              left: `min(calc(100% - 3px), ${((start - from) / span) * 100}%)`,
              width: `${Math.max(0, ((end - start) / span) * 100)}%`,
              background: barColour(step),
            }}
          />
        )}
      </span>
      <span className="text-right whitespace-nowrap text-text-2">
        {worked !== null && step.state !== 'skipped' ? (
          formatDuration(worked)
        ) : step.state === 'running' && start !== null ? (
          formatElapsed(to - start)
        ) : (
          <span className="text-text-3">{word.toLowerCase()}</span>
        )}
      </span>
      <span className="col-span-2 col-start-2 min-w-0 pb-1.5 text-label break-words text-text-3 lg:col-span-1 lg:col-start-4 lg:py-0.5 lg:pl-2 lg:text-cell lg:text-text-2">
        <span className="sr-only">{word}. </span>
        {step.state === 'running' && progress !== undefined ? <ProgressText progress={progress} /> : <StepNote step={step} mark={mark} />}
      </span>
    </li>
  )
}

/** Work that went well is ink; only what needs a look has a hue. */
export function barColour(step: Pick<Step, 'state'>): string {
  if (step.state === 'succeeded') return 'var(--color-text-3)'
  return markColour(STEP_MARKS[step.state].mark)
}

/** What a step did, or why it did not. */
export function StepNote({ step, mark }: { step: Step; mark: Parameters<typeof StatusMark>[0]['mark'] }) {
  const flow =
    step.rowsOut !== null
      ? step.rowsIn !== null && step.rowsIn !== step.rowsOut
        ? `${formatCount(step.rowsIn)} → ${formatRows(step.rowsOut)}`
        : formatRows(step.rowsOut)
      : null
  const parts = [flow, step.bytes === null ? null : formatBytes(step.bytes), step.note].filter((part) => part !== null)
  const loud = step.state === 'failed' || step.state === 'blocked'
  return (
    <span className={loud ? 'inline-flex items-start gap-1.5 text-bad' : ''}>
      {loud && (
        <span className="pt-0.5">
          <StatusMark mark={mark} size={14} />
        </span>
      )}
      {parts.join(' · ')}
    </span>
  )
}

/** A bar only with a known total; else count alone. */
export function ProgressText({ progress }: { progress: Progress }) {
  const { bytes, rows, total } = progress
  const done = bytes ?? rows
  if (done === null) return null
  const format = bytes === null ? formatRows : formatBytes
  if (total === null || total === 0 || done > total) return <span>{format(done)} so far</span>
  return (
    <span className="inline-flex items-center gap-2">
      <ShareBar share={done / total} width={72} tone="var(--color-run-mark)" />
      {format(done)} of {format(total)}
    </span>
  )
}
