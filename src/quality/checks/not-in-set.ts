import { sql } from '../../core/sql.ts'
import { columnOf, defineCheck } from '../check.ts'
import { missingIn } from './column-values.ts'
import { isMember, SetMembers } from './set-members.ts'

export const notInSet = defineCheck({
  id: 'not-in-set',
  title: 'Values are not on a list',
  dimension: 'validity',
  description: 'Rows with a value are eligible. Fails where the value is one of `values`, compared as in the check set.',
  options: SetMembers,
  column: ({ column }) => column,
  plan: (options, scope) => {
    const column = columnOf(scope, options.column)
    return { kind: 'row', eligible: sql`not ${missingIn(column)}`, failing: isMember(column, options) }
  },
})
