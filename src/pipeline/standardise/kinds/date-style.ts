import { raw, sql, type Sql } from '../../../core/sql.ts'

/** Order of the parts of a date. */
export type DateOrder = 'ymd' | 'dmy' | 'mdy'

/** Hours to six decimals of a second; a leap second or 24:00 would not read back. */
export const CLOCK = '(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.][0-9]{1,6}0*)?)?'
export const OFFSET = '(?:Z|[ ]?[+-](?:0[0-9]|1[0-8])(?::?[0-5][0-9])?)'

const FORMATS: Record<DateOrder, string> = { ymd: '%Y-%m-%d', dmy: '%d-%m-%Y', mdy: '%m-%d-%Y' }
export const ORDER_NAMES: Record<DateOrder, string> = { ymd: 'year-month-day', dmy: 'day-month-year', mdy: 'month-day-year' }

/** RE2: the shape of a date, whatever its numbers. One separator, the same in both places. */
export function dateShape(order: DateOrder): string {
  if (order === 'ymd') return '(?:[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{4}/[0-9]{2}/[0-9]{2})'
  return `(?:${['-', '/', '[.]'].map((separator) => `[0-9]{1,2}${separator}[0-9]{1,2}${separator}[0-9]{4}`).join('|')})`
}

/** The date of a cell that has the shape, NULL where there is no such day. */
export function dateValue(cell: Sql, order: DateOrder): Sql {
  if (order === 'ymd') return sql`try_cast(replace(${cell}, '/', '-') as date)`
  return sql`try_strptime(${dashed(cell)}, ${FORMATS[order]})::date`
}

function dashed(cell: Sql): Sql {
  return sql`replace(replace(${cell}, '/', '-'), '.', '-')`
}

/** The ISO text of a cell with date, clock and perhaps offset, so that one cast reads all. */
export function isoTimestamp(cell: Sql, order: DateOrder): Sql {
  const dateParts = order === 'ymd' ? '^([0-9]{4})[-/]([0-9]{2})[-/]([0-9]{2})' : '^([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})'
  const target = { ymd: '\\1-\\2-\\3', dmy: '\\3-\\2-\\1', mdy: '\\3-\\1-\\2' }[order]
  const pattern = `${dateParts}[T ]([0-9]{2}:[0-9]{2})(:[0-9]{2}(?:[.][0-9]+)?)?[ ]?(.*)$`
  // Seconds are filled in by a second step: RE2 has no conditional replacement.
  const iso = sql`regexp_replace(${cell}, ${pattern}, ${`${target} \\4\\5\\6`})`
  return sql`regexp_replace(${iso}, ' ([0-9]{2}:[0-9]{2})($|Z|[+-])', ' \\1:00\\2')`
}

/** A timestamp from text that has the shape; NULL where there is no such moment. */
export function timestampValue(cell: Sql, order: DateOrder, zoned: boolean): Sql {
  return sql`try_cast(${isoTimestamp(cell, order)} as ${raw(zoned ? 'TIMESTAMPTZ' : 'TIMESTAMP')})`
}
