import { sql } from '../../core/sql.ts'
import { defineAction } from '../action.ts'
import { isWhole } from '../spans.ts'

/** A cell that is not what its column is said to hold is hidden whole: nobody knows what it holds. */
const HIDDEN = '***'

export const mask = defineAction({
  id: 'mask',
  title: 'Mask',
  description: 'A part stays to be seen, such as the last four digits; inside text the value becomes its token.',
  strictness: 1,
  wholeCell: (cell, recognizer, isSure) => {
    if (recognizer === null) return sql`${HIDDEN}`
    return isSure ? recognizer.mask(cell) : sql`(case when ${isWhole(recognizer, cell)} then ${recognizer.mask(cell)} else ${HIDDEN} end)`
  },
  replacesInText: true,
})
