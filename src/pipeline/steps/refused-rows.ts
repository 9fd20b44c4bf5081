import type { Relation } from '../../core/relation.ts'
import { id, join, literal, raw, sql, type Sql } from '../../core/sql.ts'
import type { LakeSession } from '../../lake/lake.ts'
import { scanRelation } from '../../lake/relation.ts'
import type { ChartColumn } from './chart-column.ts'

/**
 * The rows that at least one column refuses, as quarantine rows: source file and line, the first column that refuses, the reason, and the row
 * as it came, as JSON. A line counts the line breaks inside earlier cells and the lines that were refused on reading.
 */
export async function refusedRows(session: LakeSession, source: Relation, refusing: readonly ChartColumn[], folder: string): Promise<Sql> {
  const cells = source.columns.map((column) => id(column.name))
  const scan = scanRelation(source, folder, ['filename', 'file_row_number'])
  const text = source.columns.filter((column) => column.type === 'VARCHAR').map((column) => id(column.name))
  const breaks = (await hasLineBreaks(session, source, text, folder)) ? breaksBefore(text) : raw('0')
  const numbered = sql`select *, ${breaks} as atlas_breaks from (${scan})`
  const bad = refusing.map((column) => ({ column, test: sql`coalesce(${column.invalid ?? sql`false`}, false)` }))
  const columnName = sql`case ${join(bad.map(({ column, test }) => sql`when ${test} then ${column.name}`), ' ')} end`
  const reason = sql`case ${join(bad.map(({ column, test }) => sql`when ${test} then ${column.invalidReason ?? 'the cell does not fit its type'}`), ' ')} end`
  const base = sql`origin.first_line + file_row_number + atlas_breaks`
  const line = sql`case when origin.skipped is not null then list_reduce(list_prepend(${base}, origin.skipped), lambda l, s: case when s <= l then l + 1 else l end) end`
  const row = sql`to_json(struct_pack(${join(cells.map((cell) => sql`${cell} := ${cell}`))}))::varchar`
  return sql`select origin.file as file, ${line} as line, ${columnName} as column_name, ${reason} as reason, ${row} as "row"
    from (${numbered}) as numbered join ${origins(source)} as origin on ends_with(numbered.filename, origin.path)
    where ${join(bad.map(({ test }) => test), ' or ')}`
}

/** Where each landed file came from, as a table. */
function origins(source: Relation): Sql {
  const rows = source.files.map((file) => {
    const origin = file.origin as { file?: string | null; firstLine?: number | null; skippedLines?: number[] | null } | null
    const skipped = origin?.skippedLines === null ? sql`null::bigint[]` : sql`[${join((origin?.skippedLines ?? []).map((line) => literal(line)))}]::bigint[]`
    return sql`(${file.path}, ${origin?.file ?? null}::varchar, ${origin?.firstLine ?? null}::bigint, ${skipped})`
  })
  return sql`(select * from (values ${join(rows)}) as v(path, file, first_line, skipped))`
}

async function hasLineBreaks(session: LakeSession, source: Relation, text: readonly Sql[], folder: string): Promise<boolean> {
  if (text.length === 0) return false
  const test = join(text.map((cell) => sql`coalesce(bool_or(contains(${cell}, chr(10))), false)`), ' or ')
  const [row] = await session.rows(sql`select ${test} as found from (${scanRelation(source, folder)})`)
  return row?.['found'] === true
}

/** Line breaks inside the cells of all earlier rows of the same file. */
function breaksBefore(text: readonly Sql[]): Sql {
  const inRow = join(text.map((cell) => sql`coalesce(length(${cell}) - length(replace(${cell}, chr(10), '')), 0)`), ' + ')
  return sql`coalesce(sum(${inRow}) over (partition by filename order by file_row_number rows between unbounded preceding and 1 preceding), 0)::bigint`
}
