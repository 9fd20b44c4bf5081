import type { DimensionMark } from '../../contract/quality-overview.ts'
import { type CheckResult, Dimension, type QualitySummary } from '../../contract/quality.ts'
import { sumGroups, worstState } from './outcomes.ts'

/** Results that have dimension and outcome in common; `failing` is of the worst. */
interface Group extends Pick<CheckResult, 'dimension' | 'status' | 'failing'> {
  results: number
}

/**
 * The six cells of a scorecard's row.
 * @param quality null where it was never measured
 * @param declared results of rules that somebody wrote
 */
export function dimensionMarks(quality: QualitySummary | null, declared: readonly Group[]): Record<Dimension, DimensionMark> {
  const marks = Dimension.options.map((dimension): [Dimension, DimensionMark] => {
    const own = declared.filter((group) => group.dimension === dimension)
    const ran = own.filter(({ status }) => status !== 'error' && status !== 'not_run')
    const mark = {
      score: quality?.dimensions[dimension] ?? null,
      state: worstState(sumGroups(own)),
      rules: own.reduce((sum, { results }) => sum + results, 0),
      failing: Math.max(0, ...ran.map(({ failing }) => failing)),
      reason: quality === null ? 'Never measured.' : (quality.reasons[dimension] ?? null),
    }
    return [dimension, mark]
  })
  return Object.fromEntries(marks) as Record<Dimension, DimensionMark>
}
