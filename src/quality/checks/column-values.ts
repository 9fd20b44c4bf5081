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
 * @throws AtlasError `pipeline.invalid` where the column is a number or a date and the value is none; other misfits fail in the query
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

function fits(type: string, text: string): boolean {
  if (WHOLE.test(type)) return /^\s*[+-]?\d+(?:\.0*)?\s*$/.test(text)
  if (NUMBER.test(type)) return text.trim() !== '' && !Number.isNaN(Number(text.replace(/^([+-]?)inf(?:inity)?$/i, '$1Infinity')))
  if (type === 'DATE') return /^(?:\d{4,6}-\d{1,2}-\d{1,2}|[+-]?infinity)$/.test(text)
  return true
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
