import { id, join, raw, sql, type Sql } from '../../core/sql.ts'
import { AtlasError } from '../../core/errors.ts'
import type { SourceColumn } from './column-types.ts'
import { canBeCursor, cursorColumns, isMoment, isWhole } from './cursor-columns.ts'
import { quoteName, quoteText } from './quote.ts'
import type { Relation } from './relation.ts'

/** The cursor column in both databases: conditions for Postgres as text, for DuckDB as Sql. */
export interface CursorColumn {
  column: SourceColumn
  /** As it is compared and ordered in Postgres. */
  expression: string
  /** Has a value that says before or after: neither NULL nor infinite nor NaN. */
  present: string
  /** A Postgres literal of the column's type. A time with a zone for a column without one is taken as UTC, and the other way round. */
  literal(text: string): string
  /** Says whether the text has a time zone where the column has none, or the other way round. */
  zoneDiffers(text: string): boolean
  /** A Postgres expression for that much before a literal. */
  before(literal: string, lookback: string): string
  /** A condition over explore: within [low, high]; null bounds are open. With `absent` also rows without a cursor. */
  overlap(low: string | null, high: string | null, absent: boolean): Sql
}

const UNITS: Record<string, number> = { s: 1, min: 60, h: 3600, d: 86_400 }
const ZONED = /\d(\.\d+)?\s*(z|utc|[+-]\d{1,2}(:?\d{2}){0,2})$/i
const HAS_TIME = /\d:\d/

/**
 * The column by which a relation is read incrementally.
 * @throws AtlasError `source.cursor_invalid` naming columns that can be it
 */
export function cursorColumn({ known, place, table }: Relation, name: string | undefined): CursorColumn {
  const column = known.find((one) => one.name === name)
  if (column !== undefined && canBeCursor(column)) return describe(column)
  const candidates = cursorColumns(known, table?.primaryKey ?? [])
  const what =
    name === undefined
      ? `There is no cursor for ${place}`
      : column === undefined
        ? `There is no column ${JSON.stringify(name)} in ${place}`
        : `${name} is ${column.sourceType}, which says nothing about before and after, in ${place}`
  throw new AtlasError('source.cursor_invalid', `${what}; columns that can be the cursor: ${candidates.join(', ') || 'none'}.`, {
    next: candidates.length > 0 ? 'Choose one of them.' : 'Read the stream in full.',
  })
}

function describe(column: SourceColumn): CursorColumn {
  const name = quoteName(column.name)
  const isText = column.base === 'text' || column.base === 'varchar'
  const expression = isText ? `${name} collate "C"` : name
  const literal = (text: string): string => {
    if (column.base === 'timestamp' && isZoned(text)) return `(${quoteText(text)}::timestamptz at time zone 'UTC')`
    if (isText) return `${quoteText(text)}::text collate "C"`
    return `${quoteText(text)}::${isWhole(column) ? 'int8' : column.base}`
  }
  return {
    column,
    expression,
    literal,
    present: presence(column),
    zoneDiffers: (text) =>
      HAS_TIME.test(text) && ((column.base === 'timestamp' && isZoned(text)) || (column.base === 'timestamptz' && !isZoned(text))),
    before: (given, lookback) => before(column, given, lookback),
    overlap: (low, high, absent) => overlap(column, { low, high, absent }),
  }
}

function presence(column: SourceColumn): string {
  const name = quoteName(column.name)
  if (isMoment(column)) return `isfinite(${name})`
  // As text for a numeric: before Postgres 14 it has no infinity to compare with.
  if (column.base === 'numeric') return `${name}::text not in ('NaN', 'Infinity', '-Infinity')`
  return column.base.startsWith('float') ? `${name} not in ('NaN', 'Infinity', '-Infinity')` : `${name} is not null`
}

function isZoned(text: string): boolean {
  return HAS_TIME.test(text) && ZONED.test(text.replace(/ BC$/, ''))
}

/** @throws AtlasError `source.cursor_invalid` when the unit does not go with the column */
function before(column: SourceColumn, literal: string, lookback: string): string {
  const [, amount = '0', unit] = /^(\d+(?:\.\d+)?)\s*(s|min|h|d)?$/.exec(lookback) ?? []
  if (isMoment(column) && unit !== undefined) {
    const earlier = `${literal} - interval '${Number(amount) * (UNITS[unit] ?? 1)} seconds'`
    return column.base === 'date' ? `(${earlier})::date` : `(${earlier})`
  }
  const isNumber = isWhole(column) || ['numeric', 'float4', 'float8'].includes(column.base)
  if (isWhole(column) && unit === undefined) return `floor(greatest(${literal}::numeric - ${amount}, -9223372036854775808))::int8`
  if (isNumber && unit === undefined) return `(${literal}::numeric - ${amount})`
  const wanted = isMoment(column) ? 'a time such as 30s, 10min, 2h or 1d' : isNumber ? 'a number' : 'none'
  throw new AtlasError(
    'source.cursor_invalid',
    `A look back of ${lookback} does not go with ${column.name}, which is ${column.sourceType}; it takes ${wanted}.`,
  )
}

interface Window {
  low: string | null
  high: string | null
  absent: boolean
}

/** Wider than the window is harmless: equal rows have an equal cursor. So a numeric, whose bounds may lie outside of the column's type, is not compared. */
function overlap(column: SourceColumn, { low, high, absent }: Window): Sql {
  const cell = id(column.name)
  if (column.base === 'numeric' || (low === null && high === null && absent)) return raw('true')
  const value = (text: string) => (isWhole(column) ? sql`${text}::bigint` : column.cast(sql`${text}`))
  const bounds = [...(low === null ? [] : [sql`${cell} >= ${value(low)}`]), ...(high === null ? [] : [sql`${cell} <= ${value(high)}`])]
  const inside = bounds.length === 0 ? sql`${cell} is not null` : join(bounds, ' and ')
  if (!absent) return inside
  const infinite = isMoment(column) || column.type === 'FLOAT' || column.type === 'DOUBLE' ? sql` or not isfinite(${cell})` : raw('')
  return sql`(${inside}) or ${cell} is null${infinite}`
}
