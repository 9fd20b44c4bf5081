import type { RetryRule } from '../contract/pipelines.ts'
import { durationMs } from './duration-ms.ts'

/** Attempts of a run whose pipeline does not say how many. A person at a terminal sees the failure, and decides. */
export function attemptsOf(rule: Pick<RetryRule, 'attempts'> | undefined, trigger: string): number {
  return rule?.attempts ?? (trigger === 'cli' ? 1 : 3)
}

/** An attempt that failed. */
export interface Failure {
  code: string
  /** Whether doing the same again may help: the error's own word. */
  retry: boolean
  /** Seconds that the source asked to wait, where it did. */
  retryAfterS?: number | undefined
  /** Attempts of the run that failed or were lost, this one among them. */
  failures: number
  maxAttempts: number
  /** Attempts of the run that its source turned away so far, this one among them; 0 for another failure. */
  limited?: number
}

/** So often a run may be turned away by its source before it counts as a failure. */
const MOST_LIMITED = 20

/**
 * Whether an attempt uses up one of those that its run is allowed. A source that allows no more for now is not at fault, and neither is the run: it waits, but
 * not for ever.
 * @param limited attempts of the run that its source turned away, this one among them
 */
export function countsAsFailure(outcome: string, limited: number): boolean {
  if (outcome === 'handed_over') return false
  return outcome !== 'rate_limited' || limited > MOST_LIMITED
}

export type RetryDecision = { again: true; pauseMs: number } | { again: false; because: 'no_use' | 'no_attempts_left' }

const USUAL: Omit<RetryRule, 'attempts'> = { first: '60s', factor: 2, longest: '1h' }

/**
 * What follows a failed attempt. Pauses grow by the rule's factor up to its longest; half of each is left to chance, so that what failed together
 * does not come back together. A source that said how long to wait gets that and a little more, even beyond the longest pause: to ask it sooner
 * would be an attempt lost.
 * @param random from 0 to below 1
 */
export function decideRetry(failure: Failure, rule: Omit<RetryRule, 'attempts'> = USUAL, random: () => number): RetryDecision {
  if (!failure.retry) return { again: false, because: 'no_use' }
  // One attempt alone means that a person looks on.
  if (failure.failures >= failure.maxAttempts || failure.maxAttempts === 1) return { again: false, because: 'no_attempts_left' }
  const before = Math.max(0, failure.failures + (failure.limited ?? 0) - 1)
  const grown = Math.min(durationMs(rule.first) * rule.factor ** before, durationMs(rule.longest))
  const pause = grown / 2 + (random() * grown) / 2
  const asked = (failure.retryAfterS ?? 0) * 1000
  return { again: true, pauseMs: Math.round(asked > pause ? asked + (random() * Math.min(asked, grown)) / 10 : pause) }
}
