import type { Relation } from '../../core/relation.ts'
import { id, join, literal, sql, type Sql } from '../../core/sql.ts'
import { newestFirst } from '../newest-first.ts'
import type { ChartColumn } from './chart-column.ts'
import { landedRows } from './landed-rows.ts'
import type { RefusingRule } from './refusing-rules.ts'

const ORDER = 'atlas_order'

/** What the rows of chart are made of. */
export interface ChartRows {
  source: Relation
  columns: readonly ChartColumn[]
  /** Rules whose failing rows are refused. */
  refusing: readonly RefusingRule[]
  /** Chart columns that identify a row. */
  keys: readonly string[]
  folder: string
  /** Relation of rows that are settled and take no part any more, as (landed_file, landed_row); null where there are none. */
  settled: Sql | null
  /** Absolute paths of files: of the rows of chart, those that came from them; all unless told. Only with keys. */
  from?: readonly string[]
}

/** True on rows of explore that a column refuses. */
export function breaksType(columns: readonly ChartColumn[]): Sql {
  return anyOf(columns.flatMap((column) => (column.invalid === null ? [] : [column.invalid])))
}

/** True on rows of chart that break a rule which refuses them. */
export function breaksRule(rules: readonly RefusingRule[]): Sql {
  return anyOf(rules.map((rule) => rule.breaks))
}

function anyOf(tests: readonly Sql[]): Sql {
  if (tests.length === 0) return sql`false`
  return sql`(${join(
    tests.map((test) => sql`coalesce(${test}, false)`),
    ' or ',
  )})`
}

/**
 * The rows of chart: typed, masked, and none that a column or a rule refuses. With keys, of all rows with one key the last one stays; a row without
 * a key stays too.
 */
export function chartSelect(rows: ChartRows): Sql {
  const { source, columns, refusing, keys, from } = rows
  const known = keys.map((name) => columns.find((column) => column.name === name)).filter((column) => column !== undefined)
  const cells = columns.map((column) => sql`${column.chart} as ${id(column.name)}`)
  const fitting = columns.some((column) => column.invalid !== null) ? sql` where not ${breaksType(columns)}` : sql``
  const keeping = refusing.length === 0 ? sql`` : sql` where not ${breaksRule(refusing)}`
  const names = join(columns.map((column) => id(column.name)))
  if (known.length === 0) {
    const typed = sql`select ${join(cells)} from (${landedRows(rows)})${fitting}`
    return refusing.length === 0 ? typed : sql`select ${names} from (${typed})${keeping}`
  }
  const scan = landedRows(rows, ['filename', 'file_row_number'])
  const typedKeys = known.map((column, index) => sql`${column.typed} as ${id(keyName(index))}`)
  const typed = sql`select ${join([...cells, ...typedKeys])}, filename, file_row_number from (${scan})${fitting}`
  const keyCells = known.map((_, index) => id(keyName(index)))
  const hasKey = join(
    keyCells.map((key) => sql`${key} is not null`),
    ' and ',
  )
  const isLast = sql`row_number() over (partition by ${join(keyCells)} order by ${newestFirst(source.files)}) = 1`
  const file = from === undefined ? sql`` : sql` and filename in (${join(from.map((name) => literal(name)))})`
  const kept = from === undefined ? names : sql`${names}, filename`
  return sql`select ${names} from (select ${kept}, ${isLast} or not (${hasKey}) as ${id(ORDER)} from (${typed})${keeping}) where ${id(ORDER)}${file}`
}

/** No column of chart has a space in its name, so none of these is taken. */
const keyName = (index: number): string => `atlas key ${index}`
