import { AtlasError } from '../../core/errors.ts'
import { id, literal, sql, type Sql } from '../../core/sql.ts'
import type { CheckedColumn, CheckPlan } from '../check.ts'

/** Clocks differ: an event this far ahead of ours is not in the future. */
export const TOLERANCE_MS = 5 * 60 * 1000

/**
 * The moment of a column in absolute time; null where nobody said in which zone the column's clock runs.
 * @throws AtlasError `pipeline.invalid` for a column that holds no times, and for a zone that is none
 */
export function eventTime({ name, type }: CheckedColumn, zone: string | undefined): Sql | null {
  assertTime({ name, type })
  if (zone !== undefined) assertZone(zone)
  if (type === 'TIMESTAMP WITH TIME ZONE') return id(name)
  return zone === undefined ? null : sql`timezone(${zone}, ${id(name)}::timestamp)`
}

/** Throws AtlasError `pipeline.invalid` for a column that holds no dates or timestamps. */
export function assertTime({ name, type }: CheckedColumn): void {
  if (type === 'DATE' || type.startsWith('TIMESTAMP')) return
  throw new AtlasError('pipeline.invalid', `This needs a date or timestamp; the column "${name}" is ${type}.`, {
    next: 'Declare its type under columns.',
  })
}

/** Throws AtlasError `pipeline.invalid` for a zone that is not in the IANA list. */
export function assertZone(zone: string): void {
  try {
    Intl.DateTimeFormat('en', { timeZone: zone })
  } catch (error) {
    throw new AtlasError('pipeline.invalid', `"${zone}" is not a time zone.`, {
      cause: error,
      next: 'Give an IANA name, e.g. Europe/Copenhagen.',
    })
  }
}

/** What a rule about a clock without a zone comes to. */
export function zoneMissing(name: string): CheckPlan & { kind: 'unmeasurable' } {
  return { kind: 'unmeasurable', message: `The times of "${name}" have no offset: declare their zone to measure their age.` }
}

/** A moment as a constant. */
export function momentOf(moment: Date): Sql {
  return sql`${literal(moment.toISOString())}::timestamptz`
}

/** More than any zone is off, and than any change of a clock. */
const FAR_HOURS = 26

/**
 * True where the time of a column is later than a moment; NULL on NULL. Infinity is later than any moment. Reading a clock in a zone takes longer
 * than thirty other rules, so that it is done only for times near the moment.
 */
export function isAfter({ name, type }: CheckedColumn, zone: string | undefined, moment: Date): Sql {
  const limit = momentOf(moment)
  if (type === 'TIMESTAMP WITH TIME ZONE' || zone === undefined) return sql`(${id(name)} > ${limit})`
  const local = sql`${id(name)}::timestamp`
  const before = sql`timezone(${zone}, ${limit}) - interval ${FAR_HOURS} hours`
  return sql`(case when ${local} <= ${before} then false else timezone(${zone}, ${local}) > ${limit} end)`
}

/** The newest time of a column among the rows that a condition chooses, as a moment. Read once in its zone: local times are in the order of moments. */
export function newestOf({ name, type }: CheckedColumn, zone: string | undefined, where: Sql): Sql {
  const newest = sql`max(case when ${where} then ${id(name)} end)`
  return type === 'TIMESTAMP WITH TIME ZONE' || zone === undefined ? newest : sql`timezone(${zone}, (${newest})::timestamp)`
}
