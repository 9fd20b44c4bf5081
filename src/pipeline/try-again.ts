import { AtlasError, toProblem } from '../core/errors.ts'
import { countsAsFailure, decideRetry, type RetryDecision } from '../core/retry.ts'
import { type SentBack, sendBack } from '../store/end-attempt.ts'
import type { RunContext } from './run-context.ts'

/**
 * Puts the run of a failed attempt back into the queue, where another attempt may help and is allowed; one whose worker is stopped in order goes on
 * elsewhere at once, and counts as no failure.
 * @returns false when the run is to be ended
 */
export async function tryAgain(context: RunContext, outcome: 'failed' | 'rate_limited', error: unknown): Promise<boolean> {
  const { environment, runId, fencingToken, pipeline } = context
  const problem = toProblem(error)
  const retryAfterS = error instanceof AtlasError ? error.retryAfterS : undefined
  const isHandedOver = problem.code === 'run.interrupted' && context.signal.aborted
  const sentBack = await sendBack(environment.db, {
    runId,
    fencingToken,
    outcome: isHandedOver ? 'handed_over' : outcome,
    error: problem,
    decide: ({ failures, maxAttempts, limited }) => {
      if (isHandedOver) return handOver(maxAttempts > 1 || pipeline.retries !== undefined)
      const failure = { code: problem.code, retry: problem.retry, retryAfterS, failures, maxAttempts, limited }
      return decideRetry(failure, pipeline.retries, () => chance(environment.random))
    },
  })
  if (sentBack === null) return false
  await context.recorder.farewell(isHandedOver ? 'info' : 'warn', storyOf(sentBack, isHandedOver))
  return true
}

/** Who stops a command in a terminal does not expect the next start of Atlas to go on with it: such a run has one attempt. */
function handOver(isAllowed: boolean): RetryDecision {
  return isAllowed ? { again: true, pauseMs: 0 } : { again: false, because: 'no_attempts_left' }
}

function storyOf({ failures, maxAttempts, limited, notBefore }: SentBack, isHandedOver: boolean): string {
  if (isHandedOver) return 'The worker was stopped in order; the run goes on with the next one that is free.'
  if (!countsAsFailure('rate_limited', limited) && limited > 0)
    return `The source allows no more for now; the run is tried again at ${notBefore.toISOString()}, and it counts as no failure.`
  return `Failed ${failures} of at most ${maxAttempts} times; it is tried again at ${notBefore.toISOString()}.`
}

/** From 0 to below 1. */
export function chance(random: RunContext['environment']['random']): number {
  const bytes = random(4)
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0) / 2 ** 32
}
