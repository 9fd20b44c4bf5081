import { z } from 'zod'
import { id, literal, raw, sql } from '../../core/sql.ts'
import { columnOf, defineCheck } from '../check.ts'
import { columnField } from './option-fields.ts'

const Options = z.strictObject({
  column: columnField,
  where: z
    .strictObject({
      column: columnField,
      equals: z.union([z.string(), z.number(), z.boolean()]).meta({ title: 'Equals' }),
    })
    .optional()
    .meta({ title: 'Only where', description: 'The value is required only on rows where another column has this value' }),
})

export const notNull = defineCheck({
  id: 'not-null',
  title: 'Values are not NULL',
  dimension: 'completeness',
  description: 'Fails on rows where the column is NULL. Every row is eligible, or the rows that `where` chooses.',
  options: Options,
  column: ({ column }) => column,
  looksAt: ({ column, where }) => (where === undefined ? [column] : [column, where.column]),
  plan: ({ column, where }, scope) => ({
    kind: 'row',
    eligible:
      where === undefined ? raw('true') : sql`${id(columnOf(scope, where.column).name)}::varchar = ${literal(String(where.equals))}`,
    failing: sql`${id(columnOf(scope, column).name)} is null`,
  }),
})
