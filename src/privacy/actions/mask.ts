import { literal, sql, type Sql } from '../../core/sql.ts'
import { defineAction, HIDDEN } from '../action.ts'
import { isWhole } from '../spans.ts'

export const mask = defineAction({
  id: 'mask',
  title: 'Mask',
  description:
    'A part stays to be seen: what its kind usually shows, such as the last four digits, or the last characters, as many as `last` says; inside text the value becomes its label.',
  strictness: 2,
  showsForm: true,
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

/**
 * Letters, digits and pictures (emoji), each with its accents, become stars, but for those among the last characters. Where that leaves nothing to hide, the
 * value as a whole is hidden.
 */
function lastOf(cell: Sql, last: number): Sql {
  const text = sql`trim(${cell})`
  const head = sql`left(${text}, greatest(length(${text}) - ${last}, 0))`
  const masked = sql`regexp_replace(${head}, ${SIGN}, '*', 'g') || right(${text}, ${last})`
  return sql`(case when regexp_matches(${head}, '[\\pL\\pN\\p{So}]') then ${masked} else ${HIDDEN} end)`
}

/** Unicode general categories; the parts of a picture are joined by U+200D, which is Cf. */
const SIGN = literal('[\\pL\\pN\\p{So}][\\pM\\p{Cf}\\p{Sk}]*')
