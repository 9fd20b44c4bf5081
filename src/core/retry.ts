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
  if (failure.failures >= failure.maxAttempts) return { again: false, because: 'no_attempts_left' }
  const grown = Math.min(durationMs(rule.first) * rule.factor ** (failure.failures - 1), durationMs(rule.longest))
  const pause = grown / 2 + (random() * grown) / 2
  const asked = (failure.retryAfterS ?? 0) * 1000
  return { again: true, pauseMs: Math.round(asked > pause ? asked + (random() * Math.min(asked, grown)) / 10 : pause) }
}
