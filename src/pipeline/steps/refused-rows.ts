import type { Relation } from '../../core/relation.ts'
import { id, join, literal, sql, type Sql } from '../../core/sql.ts'
import { scanRelation } from '../../lake/relation.ts'
import type { ChartColumn } from './chart-column.ts'

/**
 * The rows that at least one column refuses, as quarantine rows: source file and line, the first column that refuses, the reason, and the row
 * as it came, as JSON. A line counts the lines that hold no row of their own: refused ones, blank ones, and the further lines of a cell.
 */
export function refusedRows(source: Relation, refusing: readonly ChartColumn[], folder: string): Sql {
  const cells = source.columns.map((column) => id(column.name))
  const scan = scanRelation(source, folder, ['filename', 'file_row_number'])
  const bad = refusing.map((column) => ({ column, test: sql`coalesce(${column.invalid ?? sql`false`}, false)` }))
  const columnName = sql`case ${join(
    bad.map(({ column, test }) => sql`when ${test} then ${column.name}`),
    ' ',
  )} end`
  const reason = sql`case ${join(
    bad.map(({ column, test }) => sql`when ${test} then ${column.invalidReason ?? 'the cell does not fit its type'}`),
    ' ',
  )} end`
  const base = sql`origin.first_line + file_row_number`
  const line = sql`list_reduce(list_prepend(${base}, origin.skipped), lambda l, s: case when s <= l then l + 1 else l end)`
  const row = sql`to_json(struct_pack(${join(cells.map((cell) => sql`${cell} := ${cell}`))}))::varchar`
  return sql`select origin.file as file, ${line} as line, ${columnName} as column_name, ${reason} as reason, ${row} as "row"
    from (${scan}) as numbered join ${origins(source)} as origin on ends_with(numbered.filename, origin.path)
    where ${join(
      bad.map(({ test }) => test),
      ' or ',
    )}`
}

/** Where each landed file came from, as a table. */
function origins(source: Relation): Sql {
  const rows = source.files.map((file) => {
    const origin = file.origin as { file?: string | null; firstLine?: number | null; skippedLines?: number[] } | null
    const skipped = sql`[${join((origin?.skippedLines ?? []).map((line) => literal(line)))}]::bigint[]`
    return sql`(${file.path}, ${origin?.file ?? null}::varchar, ${origin?.firstLine ?? null}::bigint, ${skipped})`
  })
  return sql`(select * from (values ${join(rows)}) as v(path, file, first_line, skipped))`
}
