import { sql, type Sql } from '../core/sql.ts'
import type { ActionContext } from './action.ts'
import { isWhole } from './spans.ts'

/**
 * One spelling for all spellings of a value, so that tokens join. A cell that is something else than its column is only trimmed: taking its separators
 * away could make different texts the same.
 */
export function normalised(cell: Sql, { recognizer, isSure }: Pick<ActionContext, 'recognizer' | 'isSure'>): Sql {
  if (recognizer === null) return sql`trim(${cell})`
  if (isSure || recognizer.normalisesAnything === true) return recognizer.normalise(cell)
  return sql`(case when ${isWhole(recognizer, cell)} then ${recognizer.normalise(cell)} else trim(${cell}) end)`
}
