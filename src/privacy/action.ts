import type { Entity } from '../contract/entities.ts'
import type { PiiAction, PiiRule } from '../contract/pii.ts'
import type { Sql } from '../core/sql.ts'
import type { Recognizer } from './recognizer.ts'
import type { PrivacyKey } from './tokens/derive-key.ts'
import type { KeyUse } from './tokens/derive-key.ts'

/** What an action knows of the cells it is put on. */
export interface ActionContext {
  rule: PiiRule
  /** What the cells are; null where a policy names the column itself and nothing was found in it. */
  entity: Entity | null
  /** The recognizer of the entity in SQL; null where it has none. */
  recognizer: Recognizer | null
  /** Every cell is known to pass the recognizer's `whole`. */
  isSure: boolean
  purpose: string
  /** The cell's value in its type in chart, for what looks at dates and numbers. */
  typed: { value: Sql; type: string }
}

/**
 * What a policy can do with personal data, as SQL over a text cell. The expressions are only put on cells that are present: a missing cell
 * stays as it is, so that quality is the same before and after.
 */
export interface Action {
  id: PiiAction
  title: string
  /** What it leaves, in words, for the docs. */
  description: string
  /** The higher wins where several apply. */
  strictness: number
  /** On a cell as a whole. Null leaves the cell. */
  wholeCell: ((cell: Sql, context: ActionContext) => Sql) | null
  /** What it leaves shows a part of the value, or its length: of a truth value that would be all there is to know. */
  showsForm?: true
  /** The key it needs. */
  key?: KeyUse
  /** What an entity inside text becomes: its label, e.g. `<EMAIL_ADDRESS>`, a value made from it by `transform`, or itself. */
  inText: 'label' | 'value' | 'itself'
  /** In JavaScript, for what SQL cannot say: the functions that `wholeCell` calls, and values inside text. */
  transform?: (key: PrivacyKey, entity: Entity | null, text: string) => string
  /** False where `transform` gives another result each time. */
  isPure?: false
}

export function defineAction(action: Action): Action {
  return action
}

/** What stands for a value that nobody may see and that cannot be made anything else. */
export const HIDDEN = '***'

/** The label of an entity: the rule's own, else the entity's id in angle brackets. */
export function labelOf(rule: PiiRule, entity: Entity | null): string {
  return rule.label ?? (entity === null ? '<REDACTED>' : `<${entity}>`)
}
