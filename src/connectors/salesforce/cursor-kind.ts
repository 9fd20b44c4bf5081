import { AtlasError } from '../../core/errors.ts'
import { raw, sql, type Sql } from '../../core/sql.ts'
import { duckTypeOf, typeSql, type Field } from './field-types.ts'
import { instantLiteral, soqlLiteral } from './soql.ts'

/** How values of a cursor field are written, compared and gone back from. Values are texts: ISO 8601 in UTC, a date, or a number. */
export interface CursorKind {
  field: Field
  /** @throws AtlasError `source.cursor_invalid` when the text is no value of the field */
  parse(text: string): string
  compare(a: string, b: string): number
  /** The value so far before (`10min`, `2d`, or a number). */
  before(value: string, lookback: string): string
  soql(value: string): string
  /** The value as a DuckDB literal of the column's type. */
  literal(value: string): Sql
  /** A DuckDB value as text. */
  text(value: Sql): Sql
}

const SECONDS: Record<string, number> = { s: 1, min: 60, h: 3600, d: 86_400 }

export function cursorKindOf(field: Field, numbers: 'decimal' | 'double'): CursorKind {
  const type = typeSql(duckTypeOf(field, numbers))
  const refuse = (text: string): never => {
    throw new AtlasError(
      'source.cursor_invalid',
      `${JSON.stringify(text.slice(0, 40))} is no value of ${field.name}, which is of type ${field.type}.`,
    )
  }
  const shared = {
    field,
    soql: (value: string) => soqlLiteral(value, field),
    literal: (value: string) => sql`cast(${value} as ${type})`,
    text: (value: Sql) => sql`(${value})::varchar`,
  }
  if (field.type === 'datetime')
    return {
      ...shared,
      parse: (text) => instantLiteral(text) ?? refuse(text),
      compare: (a, b) => Date.parse(a) - Date.parse(b),
      before: (value, lookback) => new Date(Date.parse(value) - secondsOf(lookback) * 1000).toISOString(),
      text: (value) => sql`strftime(timezone('UTC', ${value}), ${raw("'%Y-%m-%dT%H:%M:%S.%gZ'")})`,
    }
  if (field.type === 'date')
    return {
      ...shared,
      parse: (text) => instantLiteral(text)?.slice(0, 10) ?? refuse(text),
      compare: (a, b) => Date.parse(a) - Date.parse(b),
      before: (value, lookback) => new Date(Date.parse(value) - secondsOf(lookback) * 1000).toISOString().slice(0, 10),
    }
  return {
    ...shared,
    parse: (text) => (/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? text : refuse(text)),
    compare: (a, b) => Number(a) - Number(b),
    before: (value, lookback) => {
      const amount = Number(lookback)
      return Number.isNaN(amount) || amount === 0 ? value : String(Number(value) - amount)
    },
  }
}

function secondsOf(text: string): number {
  const [, amount = '0', unit = 's'] = /^(\d+(?:\.\d+)?)\s*(s|min|h|d)?$/.exec(text) ?? []
  return Number(amount) * (SECONDS[unit] ?? 1)
}
