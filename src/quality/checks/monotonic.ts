import { z } from 'zod'
import { id, join, raw, sql, type Sql } from '../../core/sql.ts'
import { columnOf, defineCheck, neighbour } from '../check.ts'
import { AtlasError } from '../../core/errors.ts'
import { isNumeric } from './column-values.ts'
import { assertTime } from './event-time.ts'
import { columnField, columnsField } from './option-fields.ts'

const Options = z.strictObject({
  column: columnField,
  direction: z.enum(['increasing', 'decreasing']).default('increasing').meta({ title: 'Direction' }),
  strictly: z.boolean().default(false).meta({ title: 'Strictly', description: 'Two equal values in a row fail too' }),
  orderBy: columnsField
    .optional()
    .meta({ title: 'In the order of', description: 'The order in which the rows came unless told', examples: [['created_at']] }),
  within: columnsField
    .optional()
    .meta({ title: 'Within', description: 'Each of these by itself, e.g. every meter', examples: [['meter_id']] }),
  unit: z
    .enum(['second', 'minute', 'hour', 'day', 'week', 'month', 'year'])
    .optional()
    .meta({ title: 'Unit of the step', description: 'For dates and timestamps' }),
  step: z.number().positive().optional().meta({ title: 'Step', description: 'Each value is exactly so far from the one before' }),
})

export const monotonic = defineCheck({
  id: 'monotonic',
  aliases: ['increasing', 'sequential-values'],
  title: 'Values only rise or only fall',
  dimension: 'consistency',
  description:
    'Compares each row with the one before it in the order of `orderBy`, within each of `within`. Rows with a value and a row before them with one are eligible; rows without a value are passed over. Fails where the value is smaller than the one before (for decreasing: larger), or equal where `strictly` is set, or not exactly `step` away. Rows that are equal in `orderBy` have no order: name columns that decide it.',
  options: Options,
  column: ({ column }) => column,
  looksAt: ({ column, orderBy, within }) => [column, ...(orderBy ?? []), ...(within ?? [])],
  plan: ({ column: name, direction, strictly, orderBy, within, step, unit }, scope) => {
    const column = columnOf(scope, name)
    if (unit !== undefined) assertTime(column)
    if (step !== undefined && unit === undefined && !isNumeric(column))
      throw new AtlasError('pipeline.invalid', `A step needs numbers; the column "${name}" is ${column.type}.`, {
        next: 'Give the unit of a step in time, or leave the step out.',
      })
    const columns = [...(within ?? []), ...(orderBy ?? [])].map((each) => columnOf(scope, each).name)
    const before = neighbour('before')
    return {
      kind: 'ordered',
      columns: [...new Set([name, ...columns])],
      window: windowOf((within ?? []).map(id), (orderBy ?? []).map(id)),
      values: { before: sql`lag(${id(name)} ignore nulls)` },
      eligible: sql`${id(name)} is not null and ${before} is not null`,
      failing: breaks(id(name), before, { direction, strictly, step, unit }),
    }
  },
})

interface Order {
  direction: 'increasing' | 'decreasing'
  strictly: boolean
  step: number | undefined
  unit: string | undefined
}

function breaks(value: Sql, before: Sql, { direction, strictly, step, unit }: Order): Sql {
  const way = direction === 'increasing' ? raw('+') : raw('-')
  if (unit !== undefined) return sql`${value} <> ${before} ${way} interval (${step ?? 1}) ${raw(unit)}`
  if (step !== undefined) return sql`${value} <> ${before} ${way} ${step}`
  const operators = { increasing: strictly ? '<=' : '<', decreasing: strictly ? '>=' : '>' }
  return sql`${value} ${raw(direction === 'increasing' ? operators.increasing : operators.decreasing)} ${before}`
}

function windowOf(within: readonly Sql[], order: readonly Sql[]): Sql {
  const parts = [
    ...(within.length === 0 ? [] : [sql`partition by ${join(within)}`]),
    ...(order.length === 0 ? [] : [sql`order by ${join(order)}`]),
  ]
  return join(parts, ' ')
}
