import { ChevronRight } from 'lucide-react'
import type { Step } from '../../../contract/runs.ts'
import { STEP_MARKS, StatusMark } from '../../components/status-badge.tsx'
import { formatDuration, formatElapsed } from '../../format/duration.ts'
import { ProgressText, ROW_GRID, StepNote, StepRow, barColour, worstOf } from './step-row.tsx'
import type { Progress } from './use-run-events.ts'

/** One stream among many: all of its steps in one line, which opens to one line each. */
export function StreamFold(props: { stream: string; steps: Step[]; from: number; to: number; progress: Record<string, Progress> }) {
  const { stream, steps, from, to, progress } = props
  const own = steps.filter(({ state }) => state !== 'skipped')
  const state = worstOf((own.length > 0 ? own : steps).map((step) => step.state))
  const begun = own.filter(({ startedAt }) => startedAt !== null)
  // While the stream is worked on, what it does now tells more than that later steps wait.
  const shown = begun.find((step) => step.state === 'running') ?? steps.find((step) => step.state === state) ?? steps[0]!
  const between = state === 'waiting' && begun.length > 0 && shown.state !== 'running'
  const { mark, word } = shown.state === 'running' ? STEP_MARKS.running : STEP_MARKS[state]
  const news = progress[`${stream}/${shown.name}`]
  return (
    <details className="group border-b border-line" data-stream={stream} data-state={shown.state === 'running' ? 'running' : state}>
      <summary className={`${ROW_GRID} list-none py-0.5 hover:bg-hover`}>
        <span className="flex min-w-0 items-center gap-1.5">
          <ChevronRight size={12} aria-hidden className="-ml-1 text-text-3 group-open:rotate-90" />
          <StatusMark mark={mark} size={14} />
          <span className="truncate" title={stream}>
            {stream}
          </span>
          <span className="sr-only">{word}</span>
        </span>
        <span aria-hidden className="relative block h-4 rounded-[2px] bg-sunken">
          {begun.map((step) => (
            <Piece key={step.name} step={step} from={from} to={to} />
          ))}
        </span>
        <span className="text-right whitespace-nowrap text-text-2">
          {begun.length === 0 ? <span className="text-text-3">{word.toLowerCase()}</span> : timeOf(begun, to)}
        </span>
        <span className="col-span-2 col-start-2 min-w-0 truncate text-label text-text-3 lg:col-span-1 lg:col-start-4 lg:pl-2 lg:text-cell lg:text-text-2">
          {shown.state === 'running' ? (
            <>
              {shown.name} {news === undefined ? null : <ProgressText progress={news} />}
            </>
          ) : between ? (
            `waits for ${shown.name}`
          ) : state === 'succeeded' ? (
            <Read steps={steps} />
          ) : (
            <StepNote step={shown} mark={mark} />
          )}
        </span>
      </summary>
      <ol className="grid gap-px pb-2">
        {steps.map((step) => (
          <StepRow key={step.name} step={step} from={from} to={to} progress={progress[`${stream}/${step.name}`]} />
        ))}
      </ol>
    </details>
  )
}

function Read({ steps }: { steps: Step[] }) {
  const extract = steps.find(({ name }) => name === 'extract')
  return extract === undefined ? null : <StepNote step={{ ...extract, note: null }} mark="ok" />
}

function Piece({ step, from, to }: { step: Step; from: number; to: number }) {
  const start = Date.parse(step.startedAt!)
  const end = step.finishedAt === null ? to : Date.parse(step.finishedAt)
  const left = ((start - from) / (to - from)) * 100
  return (
    <span
      className={`bar absolute inset-y-0 min-w-[2px] rounded-[1px] ${step.state === 'running' ? 'pulse' : ''}`}
      style={{
        left: `min(calc(100% - 2px), ${left}%)`,
        width: `${Math.max(0, ((end - start) / (to - from)) * 100)}%`,
        background: barColour(step),
      }}
    />
  )
}

/** From the first start to the last end; still ticking while one works. */
function timeOf(begun: Step[], to: number): string {
  const first = Math.min(...begun.map(({ startedAt }) => Date.parse(startedAt!)))
  const open = begun.some(({ finishedAt }) => finishedAt === null)
  const last = Math.max(...begun.map(({ finishedAt }) => (finishedAt === null ? to : Date.parse(finishedAt))))
  return open ? formatElapsed(last - first) : formatDuration(last - first)
}
