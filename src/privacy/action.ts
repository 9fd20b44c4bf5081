import type { PiiAction } from '../contract/pii.ts'
import type { Sql } from '../core/sql.ts'
import type { Recognizer } from './recognizer.ts'

/**
 * What a policy can do with personal data, as SQL over a text cell. The expressions are only put on cells that are present: a missing cell
 * stays as it is, so that quality is the same before and after. `recognizer` is null where a policy names the column itself.
 */
export interface Action {
  id: PiiAction
  title: string
  /** What it leaves, in words, for the docs. */
  description: string
  /** The higher wins where several apply. */
  strictness: number
  /** On a cell as a whole. Null leaves the cell. `isSure` where every cell is known to pass the recognizer's `whole`. */
  wholeCell: ((cell: Sql, recognizer: Recognizer | null, isSure: boolean) => Sql) | null
  /** Whether an entity inside text becomes its token, e.g. `<EMAIL_ADDRESS>`; otherwise the text stays. */
  replacesInText: boolean
}

export function defineAction(action: Action): Action {
  return action
}
