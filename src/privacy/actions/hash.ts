import { sql, type Sql } from '../../core/sql.ts'
import { defineAction } from '../action.ts'
import { hmac } from '../hash-key.ts'
import type { Recognizer } from '../recognizer.ts'
import { isWhole } from '../spans.ts'

export const hash = defineAction({
  id: 'hash',
  title: 'Hash',
  description:
    'The keyed HMAC-SHA-256 of the normalised value: the same value gives the same token in every table; inside text the value becomes its token.',
  strictness: 2,
  wholeCell: (cell, recognizer, isSure) => hmac(normalised(cell, recognizer, isSure)),
  replacesInText: true,
})

/** A cell that is something else is only trimmed: taking its separators away could make different texts the same. */
function normalised(cell: Sql, recognizer: Recognizer | null, isSure: boolean): Sql {
  if (recognizer === null) return sql`trim(${cell})`
  if (isSure || recognizer.normalisesAnything === true) return recognizer.normalise(cell)
  return sql`(case when ${isWhole(recognizer, cell)} then ${recognizer.normalise(cell)} else trim(${cell}) end)`
}
