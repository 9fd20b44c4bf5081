import { id, join, raw, sql, type Sql } from '../../core/sql.ts'
import { type CopyTextColumn, type CopyTextFile, scanCopyText } from '../copy-text/scan-copy-text.ts'
import type { MysqlColumn } from './column.ts'

/** Name of the last cell of each line; no column of a table can be called so, because MySQL's names have at most 64 characters. */
const REFUSED = 'atlas_refused'.padEnd(70, '_')

/** Types whose values the encoder writes so that DuckDB's reader parses them as a cast does. Not a moment with a zone: one out of range would become NULL. */
const DIRECT = /^(U?(TINY|SMALL|BIG)?INT|U?INTEGER|DECIMAL\(.*\)|FLOAT|DOUBLE|BOOLEAN|DATE|TIMESTAMP)$/

function copyColumn({ name, type, cell, json }: MysqlColumn): CopyTextColumn {
  if (cell === 'hex' || cell === 'geometry') return { name, cast: (text) => sql`unhex(${text})`, plain: true }
  if (json) return { name, cast: (text) => sql`${text}::json` }
  if (type === 'VARCHAR') return { name, cast: (text) => text, plain: cell === 'plain' }
  return { name, cast: (text) => sql`${text}::${raw(type)}`, plain: true, ...(DIRECT.test(type) && { direct: { type } }) }
}

/**
 * The rows of files that a row encoder wrote: those that were not refused, with their types. Only `hasRefused` files pay for leaving rows out: of a refused row
 * the cells are empty, which no number is.
 * @param quick false for casts instead of the reader's own parsing, whose errors quote the row
 */
export function landedRows(files: readonly CopyTextFile[], columns: readonly MysqlColumn[], hasRefused: boolean, quick = true): Sql {
  const read = columns.map((column) => {
    const { direct, ...cast } = copyColumn(column)
    return direct === undefined || hasRefused || !quick ? cast : { ...cast, direct }
  })
  const scan = scanCopyText(files, [...read, { name: REFUSED, cast: (text) => text }])
  const names = join(columns.map(({ name }) => id(name)))
  return hasRefused ? sql`select ${names} from (${scan}) where ${id(REFUSED)} = ''` : sql`select ${names} from (${scan})`
}

/** The refused rows of such files, as quarantine takes them. */
export function refusedRows(files: readonly CopyTextFile[], columns: readonly MysqlColumn[]): Sql {
  const untyped = columns.map(({ name }) => ({ name, cast: () => raw('null'), plain: true }))
  const scan = scanCopyText(files, [...untyped, { name: REFUSED, cast: (text) => text }])
  const refused = id(REFUSED)
  return sql`select null::varchar as file, null::bigint as line, ${refused}->>'column' as column_name, ${refused}->>'reason' as reason, ${refused}->>'row' as "row"
    from (${scan}) where ${refused} <> ''`
}
