import { MISSING_WORDS } from '../../core/missing.ts'
import { sql } from '../../core/sql.ts'
import { columnOf, defineCheck } from '../check.ts'
import { missingIn } from './column-values.ts'
import { isMember, SetMembers } from './set-members.ts'

/** Whether a text on the list is one that stands for no value elsewhere. */
function isStandIn(value: string | number | boolean): boolean {
  const text = String(value).trim().toLowerCase()
  return text === '' || MISSING_WORDS.some((word) => word === text)
}

export const notInSet = defineCheck({
  id: 'not-in-set',
  title: 'Values are not on a list',
  dimension: 'validity',
  description:
    'Rows with a value are eligible, and those whose text is one of `values` although it stands for no value, such as an empty one. Fails where the value is one of `values`, compared as in the check set.',
  options: SetMembers,
  column: ({ column }) => column,
  plan: (options, scope) => {
    const column = columnOf(scope, options.column)
    const failing = isMember(column, options)
    const eligible = sql`not ${missingIn(column)}`
    // An empty text or N/A is no value, but where it is on the list somebody asks for it.
    return { kind: 'row', eligible: options.values.some(isStandIn) ? sql`(${eligible} or coalesce(${failing}, false))` : eligible, failing }
  },
})
