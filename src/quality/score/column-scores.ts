import type { ColumnQuality } from '../../contract/quality-overview.ts'
import { type CheckResult, Dimension, type DimensionScores } from '../../contract/quality.ts'
import { countStatuses, declaredOf, worstState } from './outcomes.ts'
import { share } from './share.ts'

/** The score of each column: by dimension the lowest pass share of the rules that are listed under it, and the lowest of those. */
export function columnScores(
  results: readonly CheckResult[],
  columns: readonly { name: string; type: string; pii: { entity: string | null } | null }[],
): ColumnQuality[] {
  return columns.map(({ name, type, pii }) => {
    const own = results.filter(({ column }) => column === name)
    const dimensions = Object.fromEntries(Dimension.options.map((each) => [each, lowest(own, each)])) as DimensionScores
    const scores = Object.values(dimensions).filter((score) => score !== null)
    const declared = declaredOf(results).filter((result) => result.column === name || result.columns?.includes(name) === true)
    const counts = countStatuses(declared)
    return {
      column: name,
      type,
      pii: pii?.entity ?? null,
      score: scores.length === 0 ? null : Math.min(...scores),
      dimensions,
      covered: declared.length > 0,
      state: worstState(counts),
      counts,
    }
  })
}

function lowest(results: readonly CheckResult[], dimension: Dimension): number | null {
  const shares = results
    .filter((result) => result.dimension === dimension && result.eligible > 0 && result.status !== 'error' && result.status !== 'not_run')
    .map(({ eligible, failing }) => share(eligible - failing, eligible))
  return shares.length === 0 ? null : Math.min(...shares)
}
