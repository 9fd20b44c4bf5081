import { z } from 'zod'
import { AtlasError } from '../../core/errors.ts'
import { id, literal, sql, type Sql } from '../../core/sql.ts'
import { columnOf, defineCheck, type CheckedColumn } from '../check.ts'

const Options = z.strictObject({
  column: z.string().meta({ title: 'Column', description: 'When the thing happened, not when it was loaded' }),
  maxAgeHours: z.number().positive().meta({ title: 'Maximum age in hours' }),
  zone: z
    .string()
    .regex(/^[A-Za-z0-9_+\-/]+$/)
    .optional()
    .meta({
      title: 'Time zone',
      description: 'IANA zone of a column without offsets, e.g. Europe/Copenhagen',
      examples: ['Europe/Copenhagen'],
    }),
})

/** Clocks differ: an event this far ahead of ours is not in the future. */
const TOLERANCE_MS = 5 * 60 * 1000

export const freshness = defineCheck({
  id: 'freshness',
  title: 'The newest event is recent',
  dimension: 'timeliness',
  description:
    'Every row with an event time is eligible. The age is that of the newest event that is not in the future; where it is above `maxAgeHours` all rows fail, otherwise the rows dated more than five minutes in the future. A column without offsets needs `zone`: without it the check warns and measures nothing.',
  options: Options,
  column: ({ column }) => column,
  plan: ({ column: name, maxAgeHours, zone }, scope) => {
    const column = columnOf(scope, name)
    const event = eventTime(column, zone)
    if (event === null)
      return { kind: 'unmeasurable', message: `The times of "${name}" have no offset: declare their zone to measure their age.` }
    const now = literal(scope.now.toISOString())
    const limit = sql`${literal(new Date(scope.now.getTime() + TOLERANCE_MS).toISOString())}::timestamptz`
    const finite = sql`(${id(name)} is not null and isfinite(${id(name)}))`
    const newest = sql`max(${event}) filter (where ${finite} and ${event} <= ${limit})`
    const ageHours = sql`greatest(epoch(${now}::timestamptz) - epoch(${newest}), 0) / 3600`
    const future = sql`(${id(name)} is not null and (not isfinite(${id(name)}) or ${event} > ${limit}))`
    return {
      kind: 'aggregate',
      eligible: sql`${id(name)} is not null`,
      failingRows: future,
      failing: sql`coalesce(${ageHours} > ${maxAgeHours}, true)`,
      figures: {
        newest: sql`strftime(timezone('UTC', ${newest}), '%Y-%m-%dT%H:%M:%SZ')`,
        ageHours,
        maxAgeHours: literal(maxAgeHours),
        futureRows: sql`count(*) filter (where ${future})`,
      },
      message: `The newest event of "${name}" is older than ${maxAgeHours} hours, or there is none.`,
    }
  },
})

/** The moment in absolute time; null where nobody said in which zone the column's clock runs. */
function eventTime({ name, type }: CheckedColumn, zone: string | undefined): Sql | null {
  if (type === 'TIMESTAMP WITH TIME ZONE') return id(name)
  if (type !== 'DATE' && !type.startsWith('TIMESTAMP')) {
    throw new AtlasError('pipeline.invalid', `Freshness needs a date or timestamp; the column "${name}" is ${type}.`, {
      next: 'Declare its type under columns.',
    })
  }
  return zone === undefined ? null : sql`timezone(${zone}, ${id(name)}::timestamp)`
}
