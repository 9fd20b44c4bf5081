import { missingStreams } from '../core/missing-streams.ts'
import { newId } from '../core/ids.ts'
import { decideRetry } from '../core/retry.ts'
import type { RunTotals } from '../store/commit.ts'
import type { RunRow } from '../store/runs.ts'
import type { FollowUp } from '../store/settle-runs.ts'
import type { RunContext } from './run-context.ts'
import { UNPLANNED } from './run-recorder.ts'
import { chance } from './try-again.ts'

/**
 * The run that reads what this one could not, after a pause: a run that published some of its streams is over, but its other streams are tried again
 * like a run that failed. It has the attempts that are left.
 * @param run as it ended, this failure among its failures; its definition as it is sealed now
 * @returns null where none of the missing streams gets better by waiting, or no attempt is left
 */
export function followUp(context: RunContext, totals: RunTotals, run: RunRow): FollowUp | null {
  if (context.replay !== null || totals.report === null) return null
  const streams = totals.report.streams.filter(({ state, error }) => state !== 'succeeded' && error?.retry !== false)
  if (streams.length === 0) return null
  const { now, random } = context.environment
  const waits = streams.map(({ error }) => error?.retryAfterS ?? 0)
  const failure = {
    code: 'run.incomplete',
    retry: true,
    retryAfterS: Math.max(...waits),
    failures: run.failures,
    maxAttempts: run.max_attempts,
  }
  const decision = decideRetry(failure, context.pipeline.retries, () => chance(random))
  if (!decision.again) return null
  return {
    id: newId('r', now().getTime(), random),
    definition: missingStreams(run.definition, streams),
    steps: UNPLANNED,
    pauseMs: decision.pauseMs,
  }
}
