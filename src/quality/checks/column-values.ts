import { AtlasError } from '../../core/errors.ts'
import { isMissing } from '../../core/missing.ts'
import { id, literal, raw, sql, type Sql } from '../../core/sql.ts'
import type { CheckedColumn } from '../check.ts'

/** True where a column has no value: NULL, and for text also blank and words such as `N/A`. */
export function missingIn({ name, type }: CheckedColumn): Sql {
  return type === 'VARCHAR' ? isMissing(id(name)) : sql`(${id(name)} is null)`
}

export function isFloating({ type }: CheckedColumn): boolean {
  return type === 'DOUBLE' || type === 'FLOAT'
}

/** A value from a pipeline as a constant of the column's type; DuckDB refuses the query when it is none. */
export function constantOf({ type }: CheckedColumn, value: string | number | boolean): Sql {
  return sql`cast(${literal(String(value))} as ${raw(type)})`
}

const ORDERED = /^(?:U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?|DECIMAL.*|DOUBLE|FLOAT|DATE|TIME.*)$/

/** Throws AtlasError `pipeline.invalid` for a column whose values have no order that a range means. */
export function refuseUnordered({ name, type }: CheckedColumn): void {
  if (ORDERED.test(type)) return
  throw new AtlasError('pipeline.invalid', `A range needs a number, date or time; the column "${name}" is ${type}.`, {
    next: 'Declare its type under columns, or use the checks set, pattern or length.',
  })
}
