import { raw, sql, type Sql } from '../../core/sql.ts'

export const STEPS = ['hour', 'day', 'week', 'month'] as const
export type Step = (typeof STEPS)[number]

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** The buckets that are complete: numbered from 0, the one that now lies in comes after the last. */
export interface Schedule {
  step: Step
  /** Start of bucket 0: for hours a moment, otherwise a day of the zone's calendar, as UTC midnight. */
  start: Date
  count: number
  /** True for buckets in which rows are expected. */
  expected: boolean[]
}

/**
 * The last `count` complete buckets before now. Hours are counted in absolute time, so that a change of the clock makes none twice and none missing;
 * days, weeks (from Monday) and months are those of the zone's calendar.
 */
export function scheduleBefore(
  now: Date,
  zone: string,
  step: Step,
  count: number,
  options: { weekdays: boolean; since: string | null },
): Schedule {
  const end = step === 'hour' ? new Date(Math.floor(now.getTime() / HOUR_MS) * HOUR_MS) : startOf(dayIn(now, zone), step)
  const start = stepped(end, step, -count)
  const expected = Array.from({ length: count }, (_, index) => {
    const bucket = stepped(start, step, index)
    const isWeekend = step === 'day' && [0, 6].includes(bucket.getUTCDay())
    return !(options.weekdays && isWeekend) && (options.since === null || bucket >= new Date(options.since))
  })
  return { step, start, count, expected }
}

/**
 * The number of the bucket that an event lies in; NULL outside of the schedule.
 * @param event the moment
 * @param local its clock in the zone
 * @param isNear false for what lies long before the schedule, so that no zone is read there
 */
export function bucketOf({ step, start, count }: Schedule, event: Sql, local: Sql, isNear: Sql): Sql {
  const day = sql`${start.toISOString().slice(0, 10)}::date`
  const numbers: Record<Step, Sql> = {
    hour: sql`floor((epoch(${event}) - ${start.getTime() / 1000}) / 3600)`,
    day: sql`date_diff('day', ${day}, ${local}::date)`,
    week: sql`floor(date_diff('day', ${day}, ${local}::date) / 7)`,
    month: sql`date_diff('month', ${day}, ${local}::date)`,
  }
  const number = numbers[step]
  return sql`(case when ${isNear} and ${number} between 0 and ${count - 1} then (${number})::integer end)`
}

/** `2026-03-01`, or the hour in UTC. */
export function bucketName({ step, start }: Schedule, index: number): string {
  const text = stepped(start, step, index).toISOString()
  return step === 'hour' ? `${text.slice(0, 13)}:00Z` : text.slice(0, step === 'month' ? 7 : 10)
}

/** Expected buckets as a constant that bits of seen buckets are compared with. */
export function expectedBits({ expected }: Schedule): Sql {
  return sql`${expected.map((is) => (is ? '1' : '0')).join('')}::${raw('bit')}`
}

/** The calendar day of a moment in a zone, as UTC midnight. */
function dayIn(now: Date, zone: string): Date {
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(now)
  return new Date(`${parts}T00:00:00Z`)
}

function startOf(day: Date, step: Step): Date {
  if (step === 'month') return new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), 1))
  if (step === 'week') return new Date(day.getTime() - ((day.getUTCDay() + 6) % 7) * DAY_MS)
  return day
}

function stepped(from: Date, step: Step, steps: number): Date {
  if (step === 'month') return new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + steps, 1))
  return new Date(from.getTime() + steps * { hour: HOUR_MS, day: DAY_MS, week: 7 * DAY_MS }[step])
}
