import { z } from 'zod'
import { id, sql } from '../../core/sql.ts'
import { columnOf, defineCheck } from '../check.ts'
import { requiredColumns, requiredFields, requiredRows } from './only-where.ts'

const Options = z.strictObject({
  ...requiredFields,
})

export const notNull = defineCheck({
  id: 'not-null',
  title: 'Values are not NULL',
  dimension: 'completeness',
  description: 'Fails on rows where the column is NULL. Every row is eligible, or the rows that `where` chooses.',
  options: Options,
  column: ({ column }) => column,
  looksAt: (options) => requiredColumns(options),
  plan: (options, scope) => ({
    kind: 'row',
    eligible: requiredRows(options, scope),
    failing: sql`${id(columnOf(scope, options.column).name)} is null`,
  }),
})
