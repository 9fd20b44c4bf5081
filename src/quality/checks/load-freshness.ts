import { z } from 'zod'
import { columnOf, defineCheck, type CheckPlan, type CheckScope } from '../check.ts'
import { literal } from '../../core/sql.ts'
import { agePlan, hoursBetween } from './age-plan.ts'
import { zoneField } from './option-fields.ts'

const Options = z.strictObject({
  maxAgeHours: z.number().positive().meta({ title: 'Maximum age in hours' }),
  column: z
    .string()
    .min(1)
    .optional()
    .meta({ title: 'Load time', description: 'Column that tells when the row was loaded; the time of the snapshot unless told' }),
  zone: zoneField,
})

export const loadFreshness = defineCheck({
  id: 'load-freshness',
  title: 'The newest load is recent',
  dimension: 'timeliness',
  description:
    'By the clock of loads. With `column` as in freshness, over the time each row was loaded. Without it the age is that of the newest load that Atlas made; where it is above `maxAgeHours` all rows fail. A table that no run loaded cannot be measured and warns.',
  options: Options,
  column: ({ column }) => column ?? null,
  plan: ({ column, maxAgeHours, zone }, scope) =>
    column === undefined
      ? sinceLoad(scope, maxAgeHours)
      : agePlan(scope, { clock: 'load', timed: { column: columnOf(scope, column), zone }, loaded: null, maxAgeHours, within: [] }),
})

function sinceLoad({ loadedAt, now }: CheckScope, maxAgeHours: number): CheckPlan {
  if (loadedAt === null) return { kind: 'unmeasurable', message: 'Nobody knows when its rows were loaded: name the column that tells.' }
  const ageHours = hoursBetween(loadedAt, now)
  const broken = ageHours > maxAgeHours
  const message = broken ? `The newest load is ${Math.floor(ageHours * 10) / 10} hours old, more than ${maxAgeHours}.` : null
  return {
    kind: 'measure',
    figures: () => ({ clock: literal('load'), ageHours: literal(ageHours), maxAgeHours: literal(maxAgeHours) }),
    judge: (_, rows) => ({ value: ageHours, broken, failing: broken ? rows : 0, eligible: rows, message }),
  }
}
