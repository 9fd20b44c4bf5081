import { sql } from '../../core/sql.ts'
import { columnOf, defineCheck } from '../check.ts'
import { missingIn } from './column-values.ts'
import { matches, TextMatch } from './text-match.ts'

export const pattern = defineCheck({
  id: 'pattern',
  aliases: ['pattern_match'],
  title: 'Values match a pattern',
  dimension: 'validity',
  description:
    'Rows with a value are eligible. Fails where the value’s text matches none of the patterns given. A regular expression must match the whole value unless `anywhere` is set; it is RE2, so without look-around and back-references.',
  options: TextMatch,
  column: ({ column }) => column,
  plan: (options, scope) => {
    const column = columnOf(scope, options.column)
    return { kind: 'row', eligible: sql`not ${missingIn(column)}`, failing: sql`not ${matches(column, options)}` }
  },
})
