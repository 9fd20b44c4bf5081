import type { PiiFinding, Policy } from '../../contract/pii.ts'
import { id, type Sql } from '../../core/sql.ts'
import { maskExpression } from '../../privacy/mask-expression.ts'
import type { SchemaColumn } from '../../store/schema.ts'
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
  pii: SchemaColumn['pii']
  /** True on rows that are refused for this column; null where there can be none. */
  invalid: Sql | null
  invalidReason: string | null
}

/** Masking works on the cell as it came, so that a masked column is text; every other column gets its type. */
export function chartColumn(inferred: InferredColumn, name: string, findings: readonly PiiFinding[], policy: Policy): ChartColumn {
  const { source, invalid, invalidReason } = inferred
  const cell = id(source)
  const typed = inferred.cast(cell)
  const mine = findings.filter((finding) => finding.column === name)
  const masked = maskExpression({ name, cell, type: inferred.type, findings: mine, wholly: inferred.wholly }, policy)
  const column = { source, name, typed, pii: columnPii(mine, policy.columns[name]), invalid, invalidReason }
  return masked === null ? { ...column, type: inferred.type, chart: typed } : { ...column, type: 'VARCHAR', chart: masked }
}

/** What the schema says of a column's personal data: the finding that counts most, and what was done. */
export function columnPii(findings: readonly PiiFinding[], named: string | undefined): SchemaColumn['pii'] {
  const whole = findings.find((finding) => finding.within === 'column')
  const main = whole ?? findings.toSorted((a, b) => b.matches - a.matches)[0]
  if (main !== undefined) return { entity: main.entity, action: main.action, within: main.within }
  return named === undefined ? null : { entity: null, action: named, within: 'column' }
}
