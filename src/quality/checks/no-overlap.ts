import { z } from 'zod'
import { id, join, raw, sql, type Sql } from '../../core/sql.ts'
import { columnOf, defineCheck, neighbour } from '../check.ts'
import { columnField, columnsField } from './option-fields.ts'

const Options = z.strictObject({
  start: columnField.meta({ title: 'Start' }),
  end: columnField.meta({ title: 'End' }),
  within: columnsField
    .optional()
    .meta({ title: 'Within', description: 'Each of these by itself, e.g. every product', examples: [['product_id']] }),
  gaps: z
    .enum(['allowed', 'refused'])
    .default('allowed')
    .meta({ title: 'Gaps', description: 'Refused: each period starts where the one before ends' }),
  touching: z
    .boolean()
    .default(true)
    .meta({ title: 'May touch', description: 'A period may start at the moment at which the one before ends' }),
})

export const noOverlap = defineCheck({
  id: 'no-overlap',
  aliases: ['mutually-exclusive-ranges'],
  title: 'Periods do not overlap',
  dimension: 'consistency',
  description:
    'Sorts the periods of each of `within` by their start. Rows with a start and a period before them are eligible; an end of NULL is open, so nothing may come after it. Fails where the row starts before an earlier period has ended, or, where gaps are refused, later than it ended.',
  options: Options,
  column: () => null,
  looksAt: ({ start, end, within }) => [start, end, ...(within ?? [])],
  plan: ({ start, end, within, gaps, touching }, scope) => {
    const [from, to] = [id(columnOf(scope, start).name), id(columnOf(scope, end).name)]
    const groups = (within ?? []).map((name) => id(columnOf(scope, name).name))
    const [latest, open, place] = [neighbour('latest'), neighbour('open'), neighbour('place')]
    const overlaps = sql`(${open} or ${from} ${raw(touching ? '<' : '<=')} ${latest})`
    return {
      kind: 'ordered',
      columns: [...new Set([start, end, ...(within ?? [])])],
      window: windowOf(groups, from, to),
      values: {
        latest: sql`max(${to})`,
        open: sql`bool_or(${to} is null)`,
        place: raw('row_number()'),
      },
      eligible: sql`${from} is not null and ${place} > 1`,
      failing: gaps === 'refused' ? sql`(${overlaps} or ${from} > ${latest})` : overlaps,
    }
  },
})

/** NULLs come last. All periods that start before this one, and those that start with it and end sooner; a longest one may reach past its neighbour. */
function windowOf(groups: readonly Sql[], from: Sql, to: Sql): Sql {
  const partition = groups.length === 0 ? sql`` : sql`partition by ${join(groups)} `
  return sql`${partition}order by ${from}, ${to} nulls last rows between unbounded preceding and 1 preceding`
}
