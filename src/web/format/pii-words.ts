import type { Entity, PiiAction } from '../../contract/pii.ts'

/** Put in by the build, from the table of the contract. */
declare const ENTITY_NAMES_OF_CONTRACT: Record<Entity, string>

/** What each kind of personal data is called. */
export const ENTITY_NAMES: Record<Entity, string> = ENTITY_NAMES_OF_CONTRACT

export const ACTION_NAMES: Record<PiiAction, string> = {
  keep: 'Kept clear',
  redact: 'Removed',
  replace: 'Replaced by a label',
  mask: 'Masked',
  hash: 'Hashed with a key',
  pseudonymise: 'Pseudonymised',
  encrypt: 'Encrypted',
  generalise: 'Made coarser',
  fake: 'Replaced by a made-up value',
  drop: 'Column left out',
}

/** `EMAIL_ADDRESS` → `E-mail address`; ids of recognizers that this page does not know stay as they are. Null: the policy names the column itself. */
export function entityName(entity: string | null): string {
  if (entity === null) return 'Named by the policy'
  return ENTITY_NAMES[entity as Entity] ?? entity
}

/** `hash` → `Hashed with a key`. */
export function actionName(action: string): string {
  return ACTION_NAMES[action as PiiAction] ?? action
}
