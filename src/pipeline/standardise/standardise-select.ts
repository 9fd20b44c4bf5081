import { id, join, literal, raw, sql, type Sql } from '../../core/sql.ts'

/** A chart column: `expression` is the cast, with whatever the policy does around it. */
export interface ChartColumn {
  source: string
  name: string
  expression: Sql
}

/** A reason to refuse a row, on behalf of one column. */
export interface Refusal {
  column: string
  reason: string
  /** True on refused rows; NULL counts as false. */
  when: Sql
}

export interface StandardiseSelects {
  /** Rows that keep, with the chart columns. */
  good: Sql
  /** Refused rows as quarantine wants them: file, line, column_name, reason, row. Null where no row can be refused. */
  bad: Sql | null
}

/**
 * The two halves of the relation: rows for chart and rows for quarantine. A row stands in exactly one of them. `file` and `line` are SQL over
 * the relation that say where a row came from; the row itself goes to quarantine as a JSON object of its source columns.
 */
export function standardiseSelect(input: {
  relation: Sql
  columns: readonly ChartColumn[]
  refusals: readonly Refusal[]
  /** Further columns to carry along in `good`, e.g. the origin of the row. */
  extra?: readonly Sql[]
  file?: Sql
  line?: Sql
}): StandardiseSelects {
  const { relation, columns, refusals, extra = [], file = raw('null::varchar'), line = raw('null::bigint') } = input
  const chosen = [...columns.map((column) => sql`${column.expression} as ${id(column.name)}`), ...extra]
  if (refusals.length === 0) return { good: sql`select ${join(chosen)} from ${relation}`, bad: null }
  const refused = join(refusals.map((refusal) => sql`coalesce(${refusal.when}, false)`), ' or ')
  const pick = (value: (refusal: Refusal) => string) =>
    sql`case ${join(refusals.map((refusal) => sql`when ${refusal.when} then ${literal(value(refusal))}`), ' ')} end`
  const row = sql`to_json({${join(columns.map(({ source }) => sql`${literal(source)}: ${id(source)}`))}})::varchar`
  return {
    good: sql`select ${join(chosen)} from ${relation} where not (${refused})`,
    bad: sql`select ${file} as "file", ${line} as "line", ${pick(({ column }) => column)} as "column_name", ${pick(({ reason }) => reason)} as "reason", ${row} as "row" from ${relation} where ${refused}`,
  }
}
