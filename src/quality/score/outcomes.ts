import type { QualityState, StatusCounts } from '../../contract/quality-overview.ts'
import type { CheckResult } from '../../contract/quality.ts'

/** Worst first: what fails, what could not run, what warns, what did not run. */
const WORST = ['failed', 'error', 'warned', 'not_run', 'passed'] as const

/** Results by outcome. */
export function countStatuses(results: readonly Pick<CheckResult, 'status'>[]): StatusCounts {
  const counts: StatusCounts = { passed: 0, warned: 0, failed: 0, error: 0, not_run: 0 }
  for (const { status } of results) counts[status] += 1
  return counts
}

/** The worst outcome; `none` where there is no result. */
export function worstState(counts: StatusCounts): QualityState {
  return WORST.find((status) => counts[status] > 0) ?? 'none'
}

/** Sums of counts. */
export function addCounts(all: readonly StatusCounts[]): StatusCounts {
  const sum = (status: keyof StatusCounts): number => all.reduce((total, counts) => total + counts[status], 0)
  return { passed: sum('passed'), warned: sum('warned'), failed: sum('failed'), error: sum('error'), not_run: sum('not_run') }
}

/** Counts of groups of results that have an outcome in common. */
export function sumGroups(groups: readonly { status: CheckResult['status']; results: number }[]): StatusCounts {
  return addCounts(groups.map(({ status, results }) => ({ ...countStatuses([]), [status]: results })))
}

/** Rules that somebody wrote. */
export function declaredOf<Result extends Pick<CheckResult, 'origin'>>(results: readonly Result[]): Result[] {
  return results.filter(({ origin }) => origin !== 'automatic')
}

/** Worst first; of equal outcomes declared rules before those that run by themselves, then by their order. */
export function worstFirst(results: readonly CheckResult[]): CheckResult[] {
  const place = ({ status, origin }: CheckResult): number => WORST.indexOf(status) * 2 + (origin === 'automatic' ? 1 : 0)
  return results.toSorted((a, b) => place(a) - place(b))
}
