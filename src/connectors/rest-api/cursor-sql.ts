import { AtlasError } from '../../core/errors.ts'
import { id, sql, type Sql } from '../../core/sql.ts'
import type { Landing, StreamColumn } from '../connector.ts'
import { cursorText, parseCursor, type CursorValue } from './cursor-value.ts'

const OFFSET = String.raw`\d:\d\d(:\d\d([.,]\d+)?)?\s*([zZ]|[+-]\d\d(:?\d\d)?)$`
const TIME = String.raw`\d{4,6}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d([.,]\d+)?)?\s*([zZ]|[+-]\d\d(:?\d\d)?)?)?`
const WHOLE = String.raw`-?\d{1,18}`

/** How a cursor column is compared in DuckDB. */
export interface CursorColumn {
  kind: CursorValue['kind']
  /** Values come with an offset from UTC. */
  aware: boolean
  /** Some values have an offset and some have not. */
  mixed: boolean
  /** The value to compare, of a column of that name; NULL where the column is. */
  value: Sql
}

/**
 * Finds out how a column of the rows can be compared: numbers by value, ISO 8601 texts as instants (UTC where they have no offset), whole numbers
 * in texts as numbers, other texts as texts.
 * @throws AtlasError `source.cursor_invalid` for types that have no order
 */
export async function cursorColumn(landing: Landing, rows: Sql, { name, type }: StreamColumn): Promise<CursorColumn> {
  const column = id(name)
  if (type === 'BIGINT' || type === 'DOUBLE' || type.startsWith('DECIMAL'))
    return { kind: 'number', aware: false, mixed: false, value: column }
  if (type !== 'VARCHAR')
    throw new AtlasError(
      'source.cursor_invalid',
      `The cursor ${name} holds ${type === 'JSON' ? 'objects or lists' : 'true and false'}, which have no order.`,
    )
  const [found] =
    await landing.rows(sql`select bool_and(regexp_full_match(${column}, ${TIME})) as time, bool_and(regexp_full_match(${column}, ${WHOLE})) as whole,
    bool_or(regexp_matches(${column}, ${OFFSET})) as aware, bool_and(regexp_matches(${column}, ${OFFSET})) as all_aware from (${rows}) where ${column} is not null`)
  if (found?.['time'] === true)
    return { kind: 'time', aware: found['aware'] === true, mixed: found['aware'] !== found['all_aware'], value: instant(column) }
  if (found?.['whole'] === true) return { kind: 'number', aware: false, mixed: false, value: sql`try_cast(${column} as bigint)` }
  return { kind: 'text', aware: false, mixed: false, value: column }
}

/** How a column is compared where the kind of its values is known from before. */
export function cursorColumnOfKind(kind: CursorValue['kind'], name: string): Sql {
  const text = sql`${id(name)}::varchar`
  if (kind === 'time') return instant(text)
  return kind === 'number' ? sql`try_cast(${text} as decimal(38,9))` : text
}

/** Microseconds since 1970 in UTC. The session's time zone plays no part. */
function instant(text: Sql): Sql {
  return sql`case when regexp_matches(${text}, ${OFFSET}) then epoch_us(try_cast(replace(${text}, ',', '.') as timestamptz)) else epoch_us(try_cast(replace(${text}, ',', '.') as timestamp)) end`
}

/** A value as it stands beside `CursorColumn.value`. */
export function cursorLiteral(value: CursorValue): Sql {
  if (value.kind === 'time') return sql`${value.us}::bigint`
  if (value.kind === 'text') return sql`${value.text}`
  const scale = Math.min(value.scale, 18)
  return sql`${cursorText(value)}::decimal(38,${scale})`
}

/** The greatest value in the rows; null when they have none. */
export async function greatestCursor(landing: Landing, rows: Sql, { kind, aware, value }: CursorColumn): Promise<CursorValue | null> {
  const [found] = await landing.rows(sql`select max(${value})::varchar as greatest from (${rows})`)
  const text = found?.['greatest']
  if (typeof text !== 'string') return null
  return kind === 'time' ? { kind, us: BigInt(text), aware } : parseCursor(text, kind)
}
