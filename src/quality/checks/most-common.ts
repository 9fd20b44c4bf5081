import { z } from 'zod'
import { id, sql } from '../../core/sql.ts'
import { columnOf, defineCheck, type Judgement } from '../check.ts'
import { nothingMeasured, toNumber } from './bounds.ts'
import { isMember, SetMembers } from './set-members.ts'

export const mostCommon = defineCheck({
  id: 'most-common',
  title: 'The most common value is on a list',
  dimension: 'validity',
  description:
    'Broken where the most common value of the column is none of `values`. NULLs are not counted; of values that are equally common the one that stands first is taken. A finding about the table: no row fails. The value itself is not kept: it may be personal.',
  options: z.strictObject(SetMembers.shape),
  column: ({ column }) => column,
  plan: (options, scope) => {
    const column = columnOf(scope, options.column)
    // The value itself does not leave the query.
    const onList = sql`(${isMember(column, options, sql`mode(${id(column.name)})`)})::integer`
    return {
      kind: 'measure',
      figures: () => ({ onList }),
      judge: (figures) => judgeMode(toNumber(figures['onList'])),
    }
  },
})

function judgeMode(onList: number | null): Judgement {
  if (onList === null) return nothingMeasured('The column has no values.')
  const broken = onList === 0
  return { value: onList, broken, failing: 0, eligible: 0, message: broken ? 'The most common value is not on the list.' : null }
}
