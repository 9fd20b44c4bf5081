import { sql } from '../../core/sql.ts'
import { columnOf, defineCheck } from '../check.ts'
import { missingIn } from './column-values.ts'
import { isMember, SetMembers } from './set-members.ts'

export const set = defineCheck({
  id: 'set',
  aliases: ['accepted_values', 'in-set'],
  title: 'Values come from a list',
  dimension: 'validity',
  description:
    'Rows with a value are eligible. Fails where the value is not one of `values`, compared as the column’s type; text is compared exactly unless `ignoreCase` is set.',
  options: SetMembers,
  column: ({ column }) => column,
  plan: (options, scope) => {
    const column = columnOf(scope, options.column)
    return { kind: 'row', eligible: sql`not ${missingIn(column)}`, failing: sql`not (${isMember(column, options)})` }
  },
})
