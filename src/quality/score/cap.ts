import type { CheckResult, QualitySummary, Severity } from '../../contract/quality.ts'
import { share } from './share.ts'

/** What a failed rule leaves of a score, and what a warning does. */
export const CAPS = { failed: 0.59, warned: 0.89 } as const

const WEIGHT: Record<Severity, number> = { info: 0, warning: 1, error: 2, critical: 3 }

type Capping = Pick<CheckResult, 'rule' | 'status' | 'severity' | 'origin' | 'eligible' | 'failing' | 'value'>

/** How far a rule holds a score down; null where it does not. Rules that run by themselves, or only inform, never do. */
export function capBy({ status, severity, origin }: Pick<Capping, 'status' | 'severity' | 'origin'>): number | null {
  if (origin === 'automatic' || severity === 'info') return null
  return status === 'failed' ? CAPS.failed : status === 'warned' ? CAPS.warned : null
}

/** The cap of a table and the rule that it comes from: a failed rule before a warning, then the more severe, then the larger share of rows. */
export function capOf(results: readonly Capping[]): QualitySummary['cap'] {
  const capping = results.flatMap((result) => {
    const at = capBy(result)
    return at === null ? [] : [{ at, result }]
  })
  const [worst] = capping.toSorted(
    (a, b) =>
      a.at - b.at ||
      WEIGHT[b.result.severity] - WEIGHT[a.result.severity] ||
      failingShare(b.result) - failingShare(a.result) ||
      (a.result.rule < b.result.rule ? -1 : 1),
  )
  return worst === undefined ? null : { at: worst.at, rule: worst.result.rule }
}

/** A rule of the table has no row to blame, and all of them. */
function failingShare({ eligible, failing }: Capping): number {
  return eligible === 0 ? 1 : 1 - share(eligible - failing, eligible)
}
