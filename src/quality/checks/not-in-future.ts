import { z } from 'zod'
import { id, sql } from '../../core/sql.ts'
import { columnOf, defineCheck } from '../check.ts'
import { eventTime, isAfter, zoneMissing } from './event-time.ts'
import { columnField, zoneField } from './option-fields.ts'

const Options = z.strictObject({
  column: columnField,
  zone: zoneField,
  toleranceMinutes: z.number().min(0).default(5).meta({ title: 'Tolerance in minutes', description: 'Clocks differ by so much' }),
})

export const notInFuture = defineCheck({
  id: 'not-in-future',
  aliases: ['future-rows'],
  title: 'Nothing is dated in the future',
  dimension: 'timeliness',
  description:
    'Rows with a time are eligible. Fails where it is later than now and `toleranceMinutes`; infinity is later than any time. Times without offsets need their zone: without it the check warns and measures nothing.',
  options: Options,
  column: ({ column }) => column,
  plan: ({ column: name, zone, toleranceMinutes }, scope) => {
    const column = columnOf(scope, name)
    if (eventTime(column, zone) === null) return zoneMissing(name)
    const limit = new Date(scope.now.getTime() + toleranceMinutes * 60_000)
    return { kind: 'row', eligible: sql`${id(name)} is not null`, failing: isAfter(column, zone, limit) }
  },
})
