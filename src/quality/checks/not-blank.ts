import { z } from 'zod'
import { id, literal, raw, sql } from '../../core/sql.ts'
import { columnOf, defineCheck } from '../check.ts'
import { missingIn } from './column-values.ts'

const Options = z.strictObject({
  column: z.string().meta({ title: 'Column' }),
  where: z
    .strictObject({
      column: z.string().meta({ title: 'Column' }),
      equals: z.union([z.string(), z.number(), z.boolean()]).meta({ title: 'Equals' }),
    })
    .optional()
    .meta({ title: 'Only where', description: 'The value is required only on rows where another column has this value' }),
})

export const notBlank = defineCheck({
  id: 'not-blank',
  title: 'Values are present',
  dimension: 'completeness',
  description:
    'Fails on rows where the column is NULL, empty, only white space (no-break space included) or a word that stands for no value, such as N/A or NULL. `0` is a value. Every row is eligible, or the rows that `where` chooses. Runs by itself on every column that is not wholly empty.',
  options: Options,
  column: ({ column }) => column,
  plan: ({ column, where }, scope) => ({
    kind: 'row',
    eligible:
      where === undefined ? raw('true') : sql`${id(columnOf(scope, where.column).name)}::varchar = ${literal(String(where.equals))}`,
    failing: missingIn(columnOf(scope, column)),
  }),
})
