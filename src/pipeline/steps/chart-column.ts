import type { PiiFinding } from '../../contract/pii.ts'
import { id, type Sql } from '../../core/sql.ts'
import { maskExpression } from '../../privacy/mask.ts'
import type { InferredColumn } from '../standardise/infer-types.ts'

/** How one column of chart is made from its column in explore. */
export interface ChartColumn {
  /** Name in explore. */
  source: string
  name: string
  /** DuckDB type in chart. */
  type: string
  /** The typed value before masking. */
  typed: Sql
  /** The value in chart. */
  chart: Sql
  masked: boolean
  /** True on rows that are refused for this column; null where there can be none. */
  invalid: Sql | null
  invalidReason: string | null
}

/** Masking works on the cell as it came, so that a masked column is text; every other column gets its type. */
export function chartColumn(inferred: InferredColumn, name: string, findings: readonly PiiFinding[]): ChartColumn {
  const cell = id(inferred.source)
  const typed = inferred.cast(cell)
  const protectedBy = findings.filter((finding) => finding.column === name && finding.action !== 'keep')
  const masked = protectedBy.length > 0
  const { invalid, invalidReason } = inferred
  if (!masked) return { source: inferred.source, name, type: inferred.type, typed, chart: typed, masked, invalid, invalidReason }
  return { source: inferred.source, name, type: 'VARCHAR', typed, chart: maskExpression(protectedBy, cell), masked, invalid, invalidReason }
}
