import type { RunAttempt, RunDetail, RunWait } from '../../../contract/runs.ts'
import { IdText } from '../../components/id-text.tsx'
import { StatusMark, type Mark } from '../../components/status-badge.tsx'
import { Time } from '../../components/time.tsx'
import { formatCount } from '../../format/count.ts'
import { between, formatDuration, formatElapsed } from '../../format/duration.ts'
import { isDead } from '../../state/run-acts.ts'
import { useNow } from '../../state/session.ts'
import { StepRow } from './step-row.tsx'

/** A worker that was silent for longer than this is told of. */
const SILENT_MS = 10_000

/** How the run came to where it is: what it does again, each attempt, what it waits for, what became of it after it gave up. */
export function RunStory({ run }: { run: RunDetail }) {
  const silent = run.attempts.some(({ silentMs }) => silentMs !== null && silentMs > SILENT_MS)
  const told =
    run.attempts.length > 1 || run.waits.length > 0 || silent || run.retryOf !== null || run.gaveUpAt !== null || run.retriedBy !== null
  if (!told) return null
  return (
    <section aria-label="Story" className="panel mb-4">
      <ol className="grid gap-2 px-4 py-3">
        {run.retryOf !== null && (
          <Line mark="none">
            Does run <RunLink id={run.retryOf} /> again.
          </Line>
        )}
        {run.attempts.map((attempt, index) => (
          <AttemptLine key={attempt.attempt} attempt={attempt} next={run.attempts[index + 1]} />
        ))}
        {run.waits.map((wait) => (
          <Line key={wait.for} mark={wait.for === 'worker' && wait.alive === 0 ? 'warning' : 'waiting'}>
            <Wait wait={wait} run={run} />
          </Line>
        ))}
        <Aftermath run={run} />
      </ol>
    </section>
  )
}

function Line({ mark, children }: { mark: Mark; children: React.ReactNode }) {
  return (
    <li className="flex items-start gap-2">
      <span className="pt-0.5">
        <StatusMark mark={mark} />
      </span>
      <div className="min-w-0 flex-1">{children}</div>
    </li>
  )
}

function RunLink({ id }: { id: string }) {
  return (
    <a className="link" href={`/runs/${encodeURIComponent(id)}`}>
      <IdText id={id} />
    </a>
  )
}

const OUTCOMES: Record<NonNullable<RunAttempt['outcome']>, { mark: Mark; words: string }> = {
  succeeded: { mark: 'ok', words: 'succeeded' },
  partial: { mark: 'warning', words: 'published a part' },
  rate_limited: { mark: 'late', words: 'was told by the source to wait' },
  failed: { mark: 'failed', words: 'failed' },
  blocked: { mark: 'blocked', words: 'was blocked' },
  cancelled: { mark: 'cancelled', words: 'was cancelled' },
  lost: { mark: 'error', words: 'was lost' },
  handed_over: { mark: 'skipped', words: 'was handed over' },
  refused: { mark: 'error', words: 'was lost, came back, and was refused' },
}

function AttemptLine({ attempt, next }: { attempt: RunAttempt; next: RunAttempt | undefined }) {
  const now = useNow(1_000)
  const { outcome, startedAt, finishedAt, error, silentMs } = attempt
  const name = `Attempt ${formatCount(attempt.attempt)} on ${attempt.host ?? attempt.worker}`
  if (outcome === null) {
    const silent = silentMs !== null && silentMs > SILENT_MS
    return (
      <Line mark={silent ? 'error' : 'running'}>
        {name} is under way for {formatElapsed(now - Date.parse(startedAt))}
        {silent ? (
          <span className="text-bad">
            : no sign of life for {formatDuration(silentMs)}. Without one it is given up, and the run begins elsewhere.
          </span>
        ) : (
          '.'
        )}
      </Line>
    )
  }
  const { mark, words } = OUTCOMES[outcome]
  const worked = between(startedAt, finishedAt)
  return (
    <Line mark={mark}>
      <p>
        {name} {words}
        {worked !== null && ` after ${formatDuration(worked)}`}
        {error === null ? '.' : `: ${error.detail}`}
        {next !== undefined && (
          <>
            {' '}
            Tried again <Time at={next.startedAt} />.
          </>
        )}
      </p>
      {next !== undefined && attempt.steps.some((step) => step.startedAt !== null) && <StepsOf attempt={attempt} />}
    </Line>
  )
}

/** The steps of an attempt that is over, as it left them. The last attempt's are those of the run. */
function StepsOf({ attempt }: { attempt: RunAttempt }) {
  const from = Date.parse(attempt.startedAt)
  const to = Math.max(attempt.finishedAt === null ? from : Date.parse(attempt.finishedAt), from + 1)
  return (
    <details className="mt-1">
      <summary className="link cursor-pointer text-cell">Steps of attempt {formatCount(attempt.attempt)}</summary>
      <ol className="mt-2 grid gap-px">
        {attempt.steps.map((step) => (
          <StepRow key={`${step.stream} ${step.name}`} step={step} from={from} to={to} progress={undefined} />
        ))}
      </ol>
    </details>
  )
}

function Wait({ wait, run }: { wait: RunWait; run: RunDetail }) {
  switch (wait.for) {
    case 'time':
      return (
        <>
          Waits to be tried again <Time at={wait.until} />: {formatCount(run.failures)} of at most {formatCount(run.maxAttempts)} attempts
          failed.
        </>
      )
    case 'pipeline':
      return (
        <>
          Waits for run <RunLink id={wait.runId} /> of the same pipeline.
        </>
      )
    case 'pool':
      return (
        <>
          Waits for a place in the pool {wait.pool}: all {formatCount(wait.size)} are taken.
        </>
      )
    case 'turn':
      return (
        <>
          {formatCount(wait.ahead)} {wait.ahead === 1 ? 'run is' : 'runs are'} before it in the queue.
        </>
      )
    case 'lake':
      return <>Waits until the files of the lake can be reached: {wait.detail}</>
    default:
      return wait.alive === 0 ? (
        <>
          No worker{wait.ofItsHome && ' of the home that has its files'} is alive. Start one with <code>atlas start</code> or{' '}
          <code>atlas worker</code>.
        </>
      ) : (
        <>
          All places of {formatCount(wait.alive)} {wait.alive === 1 ? 'worker' : 'workers'} are taken.
        </>
      )
  }
}

/** What became of a run that gave up. */
function Aftermath({ run }: { run: RunDetail }) {
  if (run.retriedBy !== null)
    return (
      <Line mark="none">
        Done again by run <RunLink id={run.retriedBy} />
        {run.settledBy !== null && `, asked for by ${run.settledBy}`}.
      </Line>
    )
  if (isDead(run)) return <Line mark="warning">It gave up, and nobody has done it again or put it aside.</Line>
  if (run.settledAt === null) return null
  return (
    <Line mark="none">
      {run.settledReason === null ? (
        <>
          A later run read the same: <RunLink id={run.settledBy ?? ''} />.
        </>
      ) : (
        <>
          Put aside by {run.settledBy} <Time at={run.settledAt} />: {run.settledReason}
        </>
      )}
    </Line>
  )
}
