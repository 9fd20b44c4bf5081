import type { DimensionMark } from '../../contract/quality-overview.ts'
import { type CheckResult, Dimension, type QualitySummary } from '../../contract/quality.ts'
import { countStatuses, declaredOf, worstState } from './outcomes.ts'

type Marks = Record<Dimension, DimensionMark>
type MarkedResult = Pick<CheckResult, 'dimension' | 'status' | 'origin' | 'failing'>

/** The six cells of a scorecard's row. @param quality null where it was never measured */
export function dimensionMarks(quality: QualitySummary | null, results: readonly MarkedResult[]): Marks {
  const declared = declaredOf(results)
  return Object.fromEntries(
    Dimension.options.map((dimension): [Dimension, DimensionMark] => {
      const own = declared.filter((result) => result.dimension === dimension)
      return [
        dimension,
        {
          score: quality?.dimensions[dimension] ?? null,
          state: worstState(countStatuses(own)),
          rules: own.length,
          failing: Math.max(0, ...own.filter(({ status }) => status !== 'error' && status !== 'not_run').map(({ failing }) => failing)),
          reason: quality === null ? 'Never measured.' : (quality.reasons[dimension] ?? null),
        },
      ]
    }),
  ) as Marks
}
