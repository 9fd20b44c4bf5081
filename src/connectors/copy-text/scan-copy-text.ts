import { id, join, list, raw, sql, type Sql } from '../../core/sql.ts'

/** A file of whole lines in Postgres' COPY text format, each with the guard (`COPY_GUARD`) as first cell. */
export interface CopyTextFile {
  path: string
  bytes: number
  /** No line is longer than this, in bytes. */
  longestLine: number
  /** Whether a backslash is in it. Without one there is nothing to unescape and nothing without a value. */
  escaped: boolean
  /** Whether the letters BC are in it, as Postgres writes them behind a day before Christ. */
  hasBc: boolean
}

export interface CopyTextColumn {
  name: string
  /** From the unescaped text of a cell to the column's value. */
  cast: (text: Sql) => Sql
  /** Whether the text of a value never holds a character that is escaped (numbers, dates): then nothing is unescaped. */
  plain?: boolean
  /**
   * The DuckDB type that the reader itself may make of a cell's text, where that is the same value as the cast's: parsing once is cheaper. `unless BC`: only of
   * files without those letters, which the reader would pass over in silence.
   */
  direct?: { type: string; unless?: 'BC' }
}

/** What DuckDB's reader takes for a line unless told. */
const LINE_BYTES = 2 * 1024 * 1024
/** A piece that one thread parses: small enough that a file is spread over all threads. */
const BUFFER_BYTES = 8 * 1024 * 1024

/**
 * A SELECT that reads files in COPY text format, unescapes and casts each column. Rows come in the order of the files.
 * A cell that does not fit its cast, and a line with another number of cells, end the query with an error. An error about a `direct` cell quotes its whole line.
 */
export function scanCopyText(source: string | CopyTextFile | readonly CopyTextFile[], columns: readonly CopyTextColumn[]): Sql {
  const files = typeof source === 'string' || 'path' in source ? [source] : source
  const known = files.filter((file) => typeof file !== 'string')
  const paths = files.map((file) => (typeof file === 'string' ? file : file.path))
  const escaped = known.length < files.length || known.some((file) => file.escaped)
  const longest = Math.max(LINE_BYTES, ...known.map((file) => file.longestLine + 1))
  const hasBc = known.length < files.length || known.some((file) => file.hasBc)
  const read = columns.map(({ direct }) => (direct === undefined || (direct.unless === 'BC' && hasBc) ? null : direct.type))
  const cells = columns.map((column, index) => {
    const cell = raw(`c${index}`)
    if (read[index] !== null) return sql`${cell} as ${id(column.name)}`
    return sql`${column.cast(escaped && column.plain !== true ? unescaped(cell) : cell)} as ${id(column.name)}`
  })
  const types = [raw(`guard: 'VARCHAR'`), ...read.map((type, index) => raw(`c${index}: '${type ?? 'VARCHAR'}'`))]
  return sql`select ${join(cells)} from read_csv(${list(paths)}, columns = {${join(types)}}, auto_detect = false, header = false, delim = '\t',
    quote = '', escape = '', nullstr = '\\N', new_line = '\\n', max_line_size = ${longest}, buffer_size = ${Math.max(BUFFER_BYTES, 2 * longest)})`
}

const SHORT_FORMS = [
  ['n', 10],
  ['t', 9],
  ['r', 13],
  ['b', 8],
  ['f', 12],
  ['v', 11],
] as const

/** The text of a cell without its escapes. Most cells have none: they cost a search for one character. */
export function unescaped(cell: Sql): Sql {
  const part = SHORT_FORMS.reduce((text, [letter, code]) => sql`replace(${text}, ${`\\${letter}`}, chr(${code}))`, raw('part'))
  return sql`case when contains(${cell}, '\\') then array_to_string(list_transform(string_split(${cell}, '\\\\'), lambda part: ${part}), '\\') else ${cell} end`
}
