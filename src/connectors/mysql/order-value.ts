import { AtlasError } from '../../core/errors.ts'
import { sql, type Sql } from '../../core/sql.ts'
import type { MysqlColumn, OrderKind } from './column.ts'
import { quoteHex, quoteNumber, quoteText } from './quote.ts'

const TEMPORAL = /^(\d{4,6}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(\.\d{1,6})?\d*\s*(Z|[+-]\d{2}:?\d{2})?)?$/i

/**
 * The text of a cursor value as Atlas keeps it and MySQL takes it: numbers as written, times as `YYYY-MM-DD HH:MM:SS[.ffffff]`, in UTC where a zone was given.
 * @throws AtlasError `source.cursor_invalid` when it is no value of the column's type
 */
export function canonicalValue(column: MysqlColumn, text: string): string {
  const wrong = () =>
    new AtlasError('source.cursor_invalid', `${JSON.stringify(text)} is no value of ${column.name}, which is ${column.sourceType}.`)
  switch (column.order) {
    case 'integer':
      if (!/^-?\d+$/.test(text)) throw wrong()
      return text
    case 'decimal':
    case 'double':
      if (!/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text)) throw wrong()
      return text
    case 'date':
    case 'datetime':
    case 'instant':
      return canonicalTime(column.order, text) ?? fail(wrong())
    default:
      return text
  }
}

function fail(error: Error): never {
  throw error
}

function canonicalTime(order: OrderKind, text: string): string | null {
  const found = TEMPORAL.exec(text.trim())
  if (found === null) return null
  const [, day = '', time = '00:00:00', fraction = '', zone] = found
  if (order === 'date') return day
  const full = time.length === 5 ? `${time}:00` : time
  if (zone === undefined || /^(z|[+-]00:?00)$/i.test(zone)) return `${day} ${full}${fraction}`
  const offset = zone.replace(/^([+-]\d{2}):?(\d{2})$/, '$1:$2')
  const utc = new Date(`${day}T${full}${offset}`)
  // Zones have whole minutes: the fraction of the second stays as it was written.
  return Number.isNaN(utc.getTime()) ? null : `${utc.toISOString().slice(0, 19).replace('T', ' ')}${fraction}`
}

/** Whether a time was written with a zone. */
export function hasZone(text: string): boolean {
  return TEMPORAL.exec(text.trim())?.[4] !== undefined
}

/** A canonical value as a constant of MySQL. */
export function mysqlValue(order: OrderKind, text: string): string {
  switch (order) {
    case 'integer':
    case 'decimal':
    case 'double':
      return quoteNumber(text)
    case 'date':
      return `date ${quoteText(text)}`
    case 'datetime':
    case 'instant':
      return `timestamp ${quoteText(text)}`
    case 'bytes':
      return quoteHex(text)
    case 'text':
      return quoteText(text)
  }
}

/** What is selected to get a canonical value back. */
export function canonicalExpression({ order }: Pick<MysqlColumn, 'order'>, expression: string): string {
  return order === 'bytes' ? `hex(${expression})` : expression
}

/** A canonical value as a constant of DuckDB, of the column's type in explore. */
export function exploreValue({ order, type }: MysqlColumn, text: string): Sql {
  if (order === 'instant') return sql`${`${text}+00`}::timestamptz`
  if (order === 'datetime') return sql`${text}::timestamp`
  if (order === 'date') return sql`${text}::date`
  if (order === 'double') return sql`${text}::double`
  if (order === 'decimal') return sql`${text}::decimal(38, ${decimalScale(type)})`
  return sql`${text}::hugeint`
}

function decimalScale(type: string): Sql {
  return sql`${Number(/,(\d+)\)$/.exec(type)?.[1] ?? '0')}`
}

/** Whether explore orders the values as MySQL does. Texts are ordered by collation there and by bytes here. */
export function hasSameOrder({ order }: MysqlColumn): boolean {
  return order !== null && order !== 'text' && order !== 'bytes'
}
