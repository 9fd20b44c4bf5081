import type { Relation } from '../../core/relation.ts'
import { id, join, literal, sql, type Sql } from '../../core/sql.ts'
import { breaksRule, type ChartRows } from './chart-select.ts'
import { landedRows } from './landed-rows.ts'
import { breaksRuleReason, type RefusingRule } from './refusing-rules.ts'

/** Names that no column has, because of the space in them. */
const LINE = 'atlas line'
const FILE = 'atlas file'
const ROW = 'atlas row'
const LANDED_FILE = 'atlas landed file'
const LANDED_ROW = 'atlas landed row'

/**
 * The rows that at least one column refuses, as quarantine rows: source file and line, the first column that refuses, the reason, and the row
 * as it came, as JSON. A line counts the lines that hold no row of their own: refused ones, blank ones, and the further lines of a cell.
 */
export function refusedByType(rows: ChartRows): Sql {
  const { source, columns } = rows
  const refusing = columns.filter((column) => column.invalid !== null)
  const tests = refusing.map((column) => sql`coalesce(${column.invalid ?? sql`false`}, false)`)
  const columnName = firstThat(
    tests,
    refusing.map((column) => literal(column.name)),
  )
  const reason = firstThat(
    tests,
    refusing.map((column) => literal(column.invalidReason ?? 'the cell does not fit its type')),
  )
  return sql`select ${origin(source)}, ${columnName} as column_name, ${reason} as reason, ${asItCame(source)} as "row"
    from ${numbered(rows)} where ${join(tests, ' or ')}`
}

/** The rows that fit their types and break a rule that refuses them, in the same form; the first such rule is the reason. */
export function refusedByRule(rows: ChartRows): Sql {
  const { source, columns, refusing } = rows
  const typeTests = columns.flatMap((column) => (column.invalid === null ? [] : [sql`coalesce(${column.invalid}, false)`]))
  const fitting = typeTests.length === 0 ? sql`` : sql` where not (${join(typeTests, ' or ')})`
  const cells = join(columns.map((column) => sql`${column.chart} as ${id(column.name)}`))
  const typed = sql`select ${cells}, file as ${id(FILE)}, line as ${id(LINE)}, "row" as ${id(ROW)},
    landed_file as ${id(LANDED_FILE)}, landed_row as ${id(LANDED_ROW)}
    from (select *, ${origin(source)}, ${asItCame(source)} as "row" from ${numbered(rows)})${fitting}`
  const landed = { file: id(LANDED_FILE), row: id(LANDED_ROW) }
  return quarantined(typed, refusing, { file: id(FILE), line: id(LINE), row: id(ROW), landed })
}

/** Where a row came from, where it was landed, and the row. */
interface RowOrigin {
  file: Sql
  line: Sql
  row: Sql
  landed: { file: Sql; row: Sql }
}

/** Rows of a dataset that break a rule which refuses them, as quarantine rows. */
export function quarantined(rows: Sql, refusing: readonly RefusingRule[], cells: RowOrigin): Sql {
  const tests = refusing.map(({ breaks }) => sql`coalesce(${breaks}, false)`)
  const columnName = firstThat(
    tests,
    refusing.map(({ column }) => literal(column)),
  )
  const reason = firstThat(
    tests,
    refusing.map(({ rule }) => literal(breaksRuleReason(rule))),
  )
  return sql`select ${cells.file} as file, ${cells.line} as line, ${columnName} as column_name, ${reason} as reason, ${cells.row} as "row",
    ${cells.landed.file} as landed_file, ${cells.landed.row} as landed_row from (${rows}) where ${breaksRule(refusing)}`
}

function firstThat(tests: readonly Sql[], values: readonly Sql[]): Sql {
  return sql`case ${join(
    tests.map((test, index) => sql`when ${test} then ${values[index]!}`),
    ' ',
  )} end`
}

/** A row of the source as JSON. */
function asItCame(source: Relation): Sql {
  return rowAsJson(source.columns.map((column) => column.name))
}

/** The cells named, as one JSON text. */
export function rowAsJson(names: readonly string[]): Sql {
  return sql`to_json(struct_pack(${join(names.map((name) => sql`${id(name)} := ${id(name)}`))}))::varchar`
}

function origin(source: Relation): Sql {
  const base = sql`origin.first_line + file_row_number`
  const counted = sql`list_reduce(list_prepend(${base}, origin.skipped), lambda l, s: case when s <= l then l + 1 else l end)`
  const hasLines = source.files.some((file) => linesOf(file.origin) !== null)
  const line = hasLines ? sql`case when origin.lines is null then ${counted} else origin.lines[file_row_number + 1] end` : counted
  return sql`origin.file as file, ${line} as line, origin.path as landed_file, file_row_number + 1 as landed_row`
}

function numbered(rows: ChartRows): Sql {
  const scan = landedRows(rows, ['filename', 'file_row_number'])
  return sql`(${scan}) as numbered join ${origins(rows.source)} as origin on ends_with(numbered.filename, origin.path)`
}

/** Where each landed file came from, as a table. */
function origins(source: Relation): Sql {
  const rows = source.files.map((file) => {
    const from = file.origin as { file?: string | null; firstLine?: number | null; skippedLines?: number[] } | null
    const skipped = bigints(from?.skippedLines ?? [])
    const lines = linesOf(file.origin)
    return sql`(${file.path}, ${from?.file ?? null}::varchar, ${from?.firstLine ?? null}::bigint, ${skipped}, ${lines === null ? sql`null::bigint[]` : bigints(lines)})`
  })
  return sql`(select * from (values ${join(rows)}) as v(path, file, first_line, skipped, lines))`
}

/** The line of each row, for a file whose rows were taken from here and there. */
function linesOf(from: Record<string, unknown> | null): number[] | null {
  return (from?.['lines'] as number[] | undefined) ?? null
}

function bigints(numbers: readonly number[]): Sql {
  return sql`[${join(numbers.map((number) => literal(number)))}]::bigint[]`
}
