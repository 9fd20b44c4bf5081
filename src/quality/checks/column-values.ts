import { AtlasError } from '../../core/errors.ts'
import { isMissing } from '../../core/missing.ts'
import { id, join, literal, raw, sql, type Sql } from '../../core/sql.ts'
import type { CheckedColumn } from '../check.ts'

/** True where a column has no value: NULL, and for text also blank and words such as `N/A`. */
export function missingIn({ name, type }: CheckedColumn): Sql {
  return type === 'VARCHAR' ? isMissing(id(name)) : sql`(${id(name)} is null)`
}

/** True where all of the columns have a value. */
export function presentInAll(columns: readonly CheckedColumn[]): Sql {
  return join(
    columns.map((column) => sql`not ${missingIn(column)}`),
    ' and ',
  )
}

/** True where none of the columns is NULL. */
export function noneNull(columns: readonly CheckedColumn[]): Sql {
  return join(
    columns.map(({ name }) => sql`${id(name)} is not null`),
    ' and ',
  )
}

export function isFloating({ type }: CheckedColumn): boolean {
  return type === 'DOUBLE' || type === 'FLOAT'
}

const NUMBER = /^(?:U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?|DECIMAL.*|DOUBLE|FLOAT)$/
const WHOLE = /INT/

export function isNumeric({ type }: CheckedColumn): boolean {
  return NUMBER.test(type)
}

/** Throws AtlasError `pipeline.invalid` for a column that holds no numbers. */
export function refuseUncounted(what: string, { name, type }: CheckedColumn): void {
  if (NUMBER.test(type)) return
  throw new AtlasError('pipeline.invalid', `${what} needs numbers; the column "${name}" is ${type}.`, {
    next: 'Declare its type under columns, or choose another column.',
  })
}

/**
 * A value from a rule as a constant of the column's type.
 * @throws AtlasError `pipeline.invalid` where the column is a number or a time and the value is none of its type: one that a cast would round is none
 */
export function constantOf(column: CheckedColumn, value: string | number | boolean): Sql {
  if (!fits(column.type, String(value)))
    throw new AtlasError(
      'pipeline.invalid',
      `"${String(value).slice(0, 100)}" is no value of the column "${column.name}", which is ${column.type}.`,
      {
        next: 'Give a value of that type.',
      },
    )
  return sql`cast(${literal(String(value))} as ${raw(column.type)})`
}

/**
 * A limit as a constant. One that no value of the column can equal, such as 0.001 for two decimals, is compared as floating point: a cast to the
 * column's type would round it and let other values pass.
 */
export function boundOf(column: CheckedColumn, value: string | number): Sql {
  const number = Number(value)
  const isBeside = isNumeric(column) && !isFloating(column) && String(value).trim() !== '' && Number.isFinite(number)
  return isBeside && !fits(column.type, String(value)) ? sql`${literal(String(value))}::double` : constantOf(column, value)
}

function fits(type: string, text: string): boolean {
  const decimal = /^DECIMAL\((\d+),(\d+)\)$/.exec(type)
  if (decimal !== null) return fitsDecimal(text, Number(decimal[1]), Number(decimal[2]))
  if (WHOLE.test(type)) return fitsWhole(text, type)
  if (NUMBER.test(type)) return text.trim() !== '' && !Number.isNaN(Number(text.replace(/^([+-]?)inf(?:inity)?$/i, '$1Infinity')))
  if (type === 'DATE') return isDay(text)
  if (type.startsWith('TIMESTAMP')) return isDay(text.trim().split(/[ T]/)[0] ?? '') && MOMENT.test(text)
  return true
}

/** What follows a day may name a zone. */
const MOMENT = /^\s*\S+?(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:Z|[+-]\d{2}(?::?\d{2}){0,2}|[A-Za-z][\w/+-]*)?)?\s*$/

/** Whether the calendar has this day. */
function isDay(text: string): boolean {
  if (/^[+-]?infinity$/.test(text)) return true
  const [, year, month, day] = (/^(\d{4,6})-(\d{1,2})-(\d{1,2})$/.exec(text) ?? []).map(Number)
  if (year === undefined || month === undefined || day === undefined) return false
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day
}

const BITS: Readonly<Record<string, number>> = { TINYINT: 8, SMALLINT: 16, INTEGER: 32, INT: 32, BIGINT: 64, HUGEINT: 128 }

function fitsWhole(text: string, type: string): boolean {
  const [, whole] = /^\s*([+-]?\d+)(?:\.0*)?\s*$/.exec(text) ?? []
  const isUnsigned = type.startsWith('U')
  const bits = BITS[isUnsigned ? type.slice(1) : type]
  if (whole === undefined || bits === undefined) return whole !== undefined
  const number = BigInt(whole.replace('+', ''))
  return isUnsigned ? BigInt.asUintN(bits, number) === number : BigInt.asIntN(bits, number) === number
}

/** Whether a number is one of so many digits, and so many of them decimals; powers of ten are told by what they are. */
function fitsDecimal(text: string, digits: number, decimals: number): boolean {
  const [, whole = '', fraction = ''] = /^\s*[+-]?(\d*)(?:\.(\d*))?\s*$/.exec(plainNumber(text)) ?? []
  const [high, low] = [whole.replace(/^0+/, ''), fraction.replace(/0+$/, '')]
  return whole + fraction !== '' && high.length <= digits - decimals && low.length <= decimals
}

/** `1e-7` and `1e+21`, as numbers are written where they are small or large, without a power of ten. */
function plainNumber(text: string): string {
  const power = /^\s*([+-]?)(\d*)\.?(\d*)e([+-]?\d{1,3})\s*$/i.exec(text)
  if (power === null) return text
  const [, sign = '', whole = '', fraction = '', by = '0'] = power
  const point = whole.length + Number(by)
  const figures = (whole + fraction).padStart(Math.max(0, 1 - point) + whole.length + fraction.length, '0')
  const left = Math.max(1, point)
  return `${sign}${figures.slice(0, left).padEnd(left, '0')}.${figures.slice(left)}`
}

const ORDERED = /^(?:U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?|DECIMAL.*|DOUBLE|FLOAT|DATE|TIME.*)$/

/** Throws AtlasError `pipeline.invalid` for a column whose values have no order that a range means. */
export function refuseUnordered({ name, type }: CheckedColumn): void {
  if (ORDERED.test(type)) return
  throw new AtlasError('pipeline.invalid', `A range needs a number, date or time; the column "${name}" is ${type}.`, {
    next: 'Declare its type under columns, or use the checks set, pattern or length.',
  })
}

/**
 * A column as finite floating point, NULL elsewhere. Beyond 1e150 a square overflows, and one overflow would end the whole scan, so such values
 * are left out too.
 */
export function finiteNumber(column: CheckedColumn): Sql {
  const number = sql`${id(column.name)}::double`
  return isFloating(column) ? sql`(case when isfinite(${number}) and abs(${number}) < 1e150 then ${number} end)` : sql`(${number})`
}
