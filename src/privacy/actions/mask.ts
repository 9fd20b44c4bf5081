import { sql, type Sql } from '../../core/sql.ts'
import { defineAction, HIDDEN } from '../action.ts'
import { isWhole } from '../spans.ts'

export const mask = defineAction({
  id: 'mask',
  title: 'Mask',
  description:
    'A part stays to be seen: what its kind usually shows, such as the last four digits, or the last characters that `last` says; inside text the value becomes its label.',
  strictness: 2,
  wholeCell: (cell, { rule, recognizer, isSure, entity }) => {
    if (rule.last !== undefined) return lastOf(cell, rule.last)
    if (entity === 'PERSON') return firstLetter(cell)
    if (recognizer === null) return sql`${HIDDEN}`
    // A cell that is not what its column is said to hold is hidden whole: nobody knows what it holds.
    return isSure ? recognizer.mask(cell) : sql`(case when ${isWhole(recognizer, cell)} then ${recognizer.mask(cell)} else ${HIDDEN} end)`
  },
  inText: 'label',
})

/** `Anna Holm` → `A***`: no more than what a masked e-mail address shows of its owner. */
function firstLetter(cell: Sql): Sql {
  const first = sql`left(trim(${cell}), 1)`
  return sql`(case when lower(${first}) <> upper(${first}) then ${first} || ${HIDDEN} else ${HIDDEN} end)`
}

/** Letters and digits, each with its accents, become stars, but for the last ones. A value that is no longer than what may be seen is hidden. */
function lastOf(cell: Sql, last: number): Sql {
  const text = sql`trim(${cell})`
  const hidden = sql`regexp_replace(left(${text}, length(${text}) - ${last}), '[\\pL\\pN]\\pM*', '*', 'g')`
  return sql`(case when length(${text}) > ${last} then ${hidden} || substr(${text}, length(${text}) - ${last} + 1) else ${HIDDEN} end)`
}
