import { sql } from '../../core/sql.ts'
import { columnOf, defineCheck } from '../check.ts'
import { missingIn } from './column-values.ts'
import { matches, TextMatch } from './text-match.ts'

export const notPattern = defineCheck({
  id: 'not-pattern',
  title: 'Values do not match a pattern',
  dimension: 'validity',
  description: 'Rows with a value are eligible. Fails where the value’s text matches any of the patterns given, as in the check pattern.',
  options: TextMatch,
  column: ({ column }) => column,
  plan: (options, scope) => {
    const column = columnOf(scope, options.column)
    return { kind: 'row', eligible: sql`not ${missingIn(column)}`, failing: matches(column, options) }
  },
})
