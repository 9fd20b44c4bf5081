import type { DimensionMark } from '../../contract/quality-overview.ts'
import { type CheckResult, Dimension, type QualitySummary } from '../../contract/quality.ts'
import { sumGroups, worstState } from './outcomes.ts'

/** Results that have dimension, outcome and kind of origin in common; `failing` is of the worst. */
interface Group extends Pick<CheckResult, 'dimension' | 'status' | 'failing'> {
  automatic: boolean
  results: number
}

/**
 * The six cells of a scorecard's row.
 * @param quality null where it was never measured
 */
export function dimensionMarks(quality: QualitySummary | null, groups: readonly Group[]): Record<Dimension, DimensionMark> {
  const marks = Dimension.options.map((dimension): [Dimension, DimensionMark] => {
    const all = groups.filter((group) => group.dimension === dimension)
    const declared = all.filter(({ automatic }) => !automatic)
    const counts = sumGroups(declared)
    const mark = {
      score: quality?.dimensions[dimension] ?? null,
      state: worstState(counts),
      rules: sum(declared),
      passing: counts.passed,
      automatic: sum(all.filter((group) => group.automatic && isMeasured(group))),
      failing: Math.max(0, ...declared.filter(isMeasured).map(({ failing }) => failing)),
      reason: quality === null ? 'Never measured.' : (quality.reasons[dimension] ?? null),
    }
    return [dimension, mark]
  })
  return Object.fromEntries(marks) as Record<Dimension, DimensionMark>
}

function isMeasured({ status }: Group): boolean {
  return status !== 'error' && status !== 'not_run'
}

function sum(groups: readonly Group[]): number {
  return groups.reduce((total, { results }) => total + results, 0)
}
