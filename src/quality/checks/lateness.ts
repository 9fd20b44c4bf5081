import { z } from 'zod'
import { sql } from '../../core/sql.ts'
import { columnOf, defineCheck } from '../check.ts'
import { hoursLate, quantileOfHours } from './age-plan.ts'
import { eventTime, zoneMissing } from './event-time.ts'
import { columnField, zoneField } from './option-fields.ts'

const Options = z.strictObject({
  column: columnField.meta({ title: 'Event time' }),
  loadedColumn: columnField.meta({ title: 'Load time' }),
  maxHours: z.number().min(0).meta({ title: 'Maximum hours from event to load' }),
  zone: zoneField,
  loadedZone: zoneField.meta({ title: 'Time zone of the load time', description: 'That of the event time unless told' }),
})

export const lateness = defineCheck({
  id: 'lateness',
  title: 'Rows arrive soon after the event',
  dimension: 'timeliness',
  description:
    'Rows with both times are eligible. Fails where the row was loaded more than `maxHours` after its event. The figures tell the median and the lateness that 95 % of the rows stay below. Use a threshold in percent to ask for the 95 % themselves. Times without offsets need their zone.',
  options: Options,
  column: ({ column }) => column,
  looksAt: ({ column, loadedColumn }) => [column, loadedColumn],
  plan: ({ column, loadedColumn, maxHours, zone, loadedZone }, scope) => {
    const event = eventTime(columnOf(scope, column), zone)
    const load = eventTime(columnOf(scope, loadedColumn), loadedZone ?? zone)
    if (event === null || load === null) return zoneMissing(event === null ? column : loadedColumn)
    const hours = hoursLate(column, event, loadedColumn, load)
    return {
      kind: 'row',
      eligible: sql`${hours} is not null`,
      failing: sql`${hours} > ${maxHours}`,
      figures: { p50Hours: quantileOfHours(hours, 0.5), p95Hours: quantileOfHours(hours, 0.95) },
    }
  },
})
