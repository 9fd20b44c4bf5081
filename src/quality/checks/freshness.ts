import { z } from 'zod'
import { columnOf, defineCheck } from '../check.ts'
import { agePlan } from './age-plan.ts'
import { columnField, columnsField, zoneField } from './option-fields.ts'

const Options = z.strictObject({
  column: columnField.meta({ title: 'Column', description: 'When the thing happened, not when it was loaded' }),
  maxAgeHours: z.number().positive().meta({ title: 'Maximum age in hours' }),
  zone: zoneField,
  loadedColumn: z
    .string()
    .min(1)
    .optional()
    .meta({ title: 'Load time', description: 'Column that tells when the row was loaded, to report how late rows come' }),
  loadedZone: zoneField.meta({ title: 'Time zone of the load time' }),
  within: columnsField
    .optional()
    .meta({ title: 'Within', description: 'Each of these must be fresh by itself, e.g. every shop', examples: [['shop_id']] }),
})

export const freshness = defineCheck({
  id: 'freshness',
  aliases: ['temporal', 'recency'],
  title: 'The newest event is recent',
  dimension: 'timeliness',
  description:
    'By the clock of events. Every row with an event time is eligible. The age is that of the newest event that is not in the future; where it is above `maxAgeHours` all rows fail, otherwise the rows dated more than five minutes in the future. The age since the newest load is reported beside it and judged by load-freshness; with `loadedColumn` so is the lateness that 95 % of the rows stay below. With `within` each group is judged by its own newest event, and all rows of a stale group fail. A column without offsets needs `zone`: without it the check warns and measures nothing.',
  options: Options,
  column: ({ column }) => column,
  looksAt: ({ column, loadedColumn, within }) => [column, ...(loadedColumn === undefined ? [] : [loadedColumn]), ...(within ?? [])],
  plan: ({ column, maxAgeHours, zone, loadedColumn, loadedZone, within }, scope) =>
    agePlan(scope, {
      clock: 'event',
      timed: { column: columnOf(scope, column), zone },
      loaded: loadedColumn === undefined ? null : { column: columnOf(scope, loadedColumn), zone: loadedZone ?? zone },
      maxAgeHours,
      within: (within ?? []).map((name) => columnOf(scope, name).name),
    }),
})
