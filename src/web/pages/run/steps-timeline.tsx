import type { RunDetail, Step } from '../../../contract/runs.ts'
import { STEP_MARKS, StatusMark } from '../../components/status-badge.tsx'
import { formatDuration, formatElapsed } from '../../format/duration.ts'
import { useNow } from '../../state/session.ts'
import { STEPS, StepRow, worstOf } from './step-row.tsx'
import { StreamFold } from './stream-fold.tsx'
import type { Progress } from './use-run-events.ts'

/** The eight steps, and when each worked: a Gantt over the time since the start, so that a wait is seen. */
export function StepsTimeline({ run, progress }: { run: RunDetail; progress: Record<string, Progress> }) {
  if (run.steps.length === 0 && run.finishedAt !== null)
    return (
      <section aria-label="Steps" className="panel mb-4 px-4 py-3 text-text-2">
        The steps and the log of this run are older than what is kept (ATLAS_RUN_DETAIL_DAYS). What it published and its figures are below.
      </section>
    )
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
        const state = worstOf(steps.filter((step) => step.name === name).map((step) => step.state))
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
  /** The stream that the steps are of; null for those of the whole run. */
  stream: string | null
}

/** More streams than this have one line each, which opens. */
const MOST_OPEN = 2

/** One list for one stream. With more, each has its own, between the steps before and after that belong to the whole run. */
function groupsOf(steps: Step[]): Group[] {
  const sorted = steps.toSorted((a, b) => startOf(a) - startOf(b) || STEPS.indexOf(a.name) - STEPS.indexOf(b.name))
  const streams = [...new Set(sorted.map((step) => step.stream).filter((stream) => stream !== ''))]
  if (streams.length < 2) return [{ title: null, stream: null, steps: sorted }]
  const whole = sorted.filter((step) => step.stream === '')
  return [
    { title: null, stream: null, steps: whole.filter((step) => step.name === 'plan') },
    ...streams.map((stream) => ({ title: stream, stream, steps: sorted.filter((step) => step.stream === stream) })),
    { title: 'All streams', stream: null, steps: whole.filter((step) => step.name !== 'plan') },
  ].filter((group) => group.steps.length > 0)
}

function startOf(step: Step): number {
  return step.startedAt === null ? Number.MAX_SAFE_INTEGER : Date.parse(step.startedAt)
}

function Gantt({ run, progress }: { run: RunDetail; progress: Record<string, Progress> }) {
  const open = run.finishedAt === null
  const clock = useNow(open ? 1_000 : 60_000)
  if (run.startedAt === null || run.state === 'queued')
    return (
      <p className="px-4 py-3 text-text-2">
        {run.attempt > 0
          ? 'The next attempt begins with the first step; what was read before is not read again where the source allows that.'
          : 'The run waits for a worker. Its steps start as soon as one is free.'}
      </p>
    )
  const from = Date.parse(run.startedAt)
  const ends = run.steps.flatMap((step) => (step.finishedAt === null ? [] : [Date.parse(step.finishedAt)]))
  const to = Math.max(run.finishedAt === null ? clock : Date.parse(run.finishedAt), ...ends, from + 1)
  const groups = groupsOf(run.steps)
  return (
    <div className="px-4 py-3">
      {groups.map(({ title, steps, stream }) =>
        stream !== null && groups.length > MOST_OPEN + 2 ? (
          <StreamFold key={stream} stream={stream} steps={steps} from={from} to={to} progress={progress} />
        ) : (
          <div key={title ?? steps[0]?.name} className="not-first:mt-3">
            {title !== null && <h2 className="mb-1 text-cell text-text-2">{title}</h2>}
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
        ),
      )}
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
