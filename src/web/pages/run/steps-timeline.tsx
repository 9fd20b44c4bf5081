import type { RunDetail, Step, StepName, StepState } from '../../../contract/runs.ts'
import { ShareBar } from '../../components/share-bar.tsx'
import { STEP_MARKS, StatusMark, markColour } from '../../components/status-badge.tsx'
import { formatBytes } from '../../format/bytes.ts'
import { formatCount, formatRows } from '../../format/count.ts'
import { between, formatDuration, formatElapsed } from '../../format/duration.ts'
import { useNow } from '../../state/session.ts'
import type { Progress } from './use-run-events.ts'

/** The order in which a run works; transforms are built before all is published in one transaction. */
const STEPS: StepName[] = ['plan', 'extract', 'land', 'classify', 'standardise', 'check', 'transform', 'publish']
/** Worst first: the state of a step over all streams. */
const WORST: StepState[] = ['failed', 'blocked', 'cancelled', 'rate_limited', 'running', 'waiting', 'succeeded', 'skipped']

/** The eight steps, and when each worked: a Gantt over the time since the start, so that a wait is seen. */
export function StepsTimeline({ run, progress }: { run: RunDetail; progress: Record<string, Progress> }) {
  return (
    <section aria-label="Steps" className="panel mb-4">
      <StepLine steps={run.steps} />
      <Gantt run={run} progress={progress} />
    </section>
  )
}

function StepLine({ steps }: { steps: Step[] }) {
  return (
    <ol className="flex flex-wrap items-center gap-x-1 gap-y-2 border-b border-line px-4 py-3">
      {STEPS.map((name, index) => {
        const states = steps.filter((step) => step.name === name).map((step) => step.state)
        const state = WORST.find((candidate) => states.includes(candidate)) ?? 'waiting'
        const { mark, word } = STEP_MARKS[state]
        return (
          <li key={name} className="inline-flex items-center gap-1" data-step={name} data-state={state}>
            {index > 0 && <span aria-hidden className="h-px w-1.5 bg-control lg:mr-1 lg:w-4" />}
            <StatusMark mark={mark} />
            <span className={state === 'running' ? 'font-medium' : state === 'waiting' || state === 'skipped' ? 'text-text-3' : ''}>
              {name}
            </span>
            <span className="sr-only">{word}</span>
          </li>
        )
      })}
    </ol>
  )
}

interface Group {
  title: string | null
  steps: Step[]
}

/** One list for one stream. With more, each has its own, between the steps before and after that belong to the whole run. */
function groupsOf(steps: Step[]): Group[] {
  const sorted = steps.toSorted((a, b) => startOf(a) - startOf(b) || STEPS.indexOf(a.name) - STEPS.indexOf(b.name))
  const streams = [...new Set(sorted.map((step) => step.stream).filter((stream) => stream !== ''))]
  if (streams.length < 2) return [{ title: null, steps: sorted }]
  const whole = sorted.filter((step) => step.stream === '')
  return [
    { title: null, steps: whole.filter((step) => step.name === 'plan') },
    ...streams.map((stream) => ({ title: stream, steps: sorted.filter((step) => step.stream === stream) })),
    { title: 'All streams', steps: whole.filter((step) => step.name !== 'plan') },
  ].filter((group) => group.steps.length > 0)
}

function startOf(step: Step): number {
  return step.startedAt === null ? Number.MAX_SAFE_INTEGER : Date.parse(step.startedAt)
}

function Gantt({ run, progress }: { run: RunDetail; progress: Record<string, Progress> }) {
  const open = run.finishedAt === null
  const clock = useNow(open ? 1_000 : 60_000)
  if (run.startedAt === null)
    return <p className="px-4 py-3 text-text-2">The run waits for a worker. Its steps start as soon as one is free.</p>
  const from = Date.parse(run.startedAt)
  const ends = run.steps.flatMap((step) => (step.finishedAt === null ? [] : [Date.parse(step.finishedAt)]))
  const to = Math.max(run.finishedAt === null ? clock : Date.parse(run.finishedAt), ...ends, from + 1)
  return (
    <div className="px-4 py-3">
      {groupsOf(run.steps).map(({ title, steps }) => (
        <div key={title ?? steps[0]?.name} className="not-first:mt-3">
          {title !== null && <h3 className="mb-1 text-cell text-text-2">{title}</h3>}
          <ol className="grid gap-px">
            {steps.map((step) => (
              <StepRow
                key={`${step.stream} ${step.name}`}
                step={step}
                from={from}
                to={to}
                progress={progress[`${step.stream}/${step.name}`]}
              />
            ))}
          </ol>
        </div>
      ))}
      <div
        aria-hidden
        className="mt-1 grid grid-cols-[5.5rem_minmax(0,1fr)_5.5rem] gap-x-3 text-label text-text-3 lg:grid-cols-[6.5rem_minmax(0,1fr)_4.5rem_minmax(0,1fr)]"
      >
        <span />
        <span className="flex justify-between gap-2 border-t border-line pt-1 whitespace-nowrap">
          <span>start</span>
          <span>{open ? formatElapsed(to - from) : formatDuration(to - from)}</span>
        </span>
      </div>
    </div>
  )
}

function StepRow({ step, from, to, progress }: { step: Step; from: number; to: number; progress: Progress | undefined }) {
  const { mark, word } = STEP_MARKS[step.state]
  const span = to - from
  const start = step.startedAt === null ? null : Date.parse(step.startedAt)
  const end = step.finishedAt === null ? to : Date.parse(step.finishedAt)
  const worked = between(step.startedAt, step.finishedAt)
  return (
    <li className="grid min-h-7 grid-cols-[5.5rem_minmax(0,1fr)_5.5rem] items-center gap-x-3 text-cell lg:grid-cols-[6.5rem_minmax(0,1fr)_4.5rem_minmax(0,1fr)]">
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
function barColour(step: Step): string {
  if (step.state === 'succeeded') return 'var(--color-text-3)'
  return markColour(STEP_MARKS[step.state].mark)
}

function StepNote({ step, mark }: { step: Step; mark: Parameters<typeof StatusMark>[0]['mark'] }) {
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
function ProgressText({ progress }: { progress: Progress }) {
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
