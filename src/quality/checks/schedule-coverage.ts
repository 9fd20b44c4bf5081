import { z } from 'zod'
import { id, sql } from '../../core/sql.ts'
import { columnOf, defineCheck, type Judgement } from '../check.ts'
import { nothingMeasured, toNumber } from './bounds.ts'
import { eventTime, zoneMissing } from './event-time.ts'
import { columnField, zoneField } from './option-fields.ts'
import { bucketName, bucketOf, expectedBits, scheduleBefore, STEPS, type Schedule } from './schedule.ts'

const Options = z.strictObject({
  column: columnField.meta({ title: 'Column', description: 'When the thing happened' }),
  every: z.enum(STEPS).default('day').meta({ title: 'Every' }),
  last: z
    .int()
    .min(1)
    .max(10_000)
    .default(30)
    .meta({ title: 'How many', description: 'So many hours, days, weeks or months before the current one' }),
  zone: zoneField,
  weekdays: z.boolean().default(false).meta({ title: 'Weekdays only', description: 'No rows are expected on Saturdays and Sundays' }),
  since: z.iso.date().optional().meta({ title: 'Since', description: 'Nothing is expected before this day' }),
  maxMissing: z.int().min(0).default(0).meta({ title: 'Accepted without rows' }),
})

export const scheduleCoverage = defineCheck({
  id: 'schedule-coverage',
  aliases: ['missing-buckets'],
  title: 'No period is without rows',
  dimension: 'timeliness',
  description:
    'Looks for a row in each of the `last` complete hours, days, weeks (from Monday) or months; the current one is not over and not expected. Hours are counted in absolute time, so that the change to winter time makes none missing; longer periods are those of the zone’s calendar. Broken where more than `maxMissing` have no row; the first of them is named. A finding about the table: no row fails. A column without offsets needs `zone`: without it the check warns and measures nothing.',
  options: Options,
  column: ({ column }) => column,
  plan: ({ column: name, every, last, zone, weekdays, since, maxMissing }, scope) => {
    const column = columnOf(scope, name)
    const event = eventTime(column, zone)
    if (event === null) return zoneMissing(name)
    const schedule = scheduleBefore(scope.now, zone ?? 'UTC', every, last, { weekdays, since: since ?? null })
    const local = column.type === 'TIMESTAMP WITH TIME ZONE' ? sql`timezone(${zone ?? 'UTC'}, ${id(name)})` : id(name)
    const isNear = sql`${id(name)} >= ${new Date(schedule.start.getTime() - FAR_MS).toISOString()}::timestamp`
    const seen = sql`bitstring_agg(${bucketOf(schedule, event, local, isNear)}, 0, ${last - 1})`
    const missing = sql`coalesce(${expectedBits(schedule)} & ~${seen}, ${expectedBits(schedule)})`
    return {
      kind: 'measure',
      figures: () => ({
        expected: sql`bit_count(${expectedBits(schedule)})`,
        missing: sql`bit_count(${missing})`,
        first: sql`instr(${missing}::varchar, '1')`,
      }),
      judge: (figures) =>
        judgeMissing(schedule, toNumber(figures['expected']), toNumber(figures['missing']), toNumber(figures['first']), maxMissing),
    }
  },
})

/** Whatever the zone, a time so long before the schedule is not in it. */
const FAR_MS = 3 * 24 * 3_600_000

function judgeMissing(
  schedule: Schedule,
  expected: number | null,
  missing: number | null,
  first: number | null,
  accepted: number,
): Judgement {
  if (expected === null || missing === null || expected === 0) return nothingMeasured('No period is expected to have rows yet.')
  const figures = { expected, missing, firstMissing: first === null || first === 0 ? null : bucketName(schedule, first - 1) }
  const broken = missing > accepted
  const message = broken ? `${missing} of ${expected} periods (${schedule.step}) have no rows, the first is ${figures.firstMissing}.` : null
  return { value: missing, broken, failing: 0, eligible: 0, message, figures }
}
