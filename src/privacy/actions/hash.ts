import { sql } from '../../core/sql.ts'
import { defineAction } from '../action.ts'
import { hmac } from '../hash-key.ts'
import { isWhole, replaceSpans } from '../spans.ts'

export const hash = defineAction({
  id: 'hash',
  title: 'Hash',
  description:
    'The keyed HMAC-SHA-256 of the normalised value: the same value gives the same token in every table; inside text the value becomes its token.',
  strictness: 2,
  wholeCell: (cell, recognizer) =>
    hmac(
      recognizer === null
        ? sql`trim(${cell})`
        : sql`(case when ${isWhole(recognizer, cell)} then ${recognizer.normalise(cell)} else trim(${cell}) end)`,
    ),
  withinText: (text, recognizer) => replaceSpans(recognizer, text),
})
