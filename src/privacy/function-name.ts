import type { Entity } from '../contract/entities.ts'
import type { PiiAction } from '../contract/pii.ts'

/** The name under which SQL calls an action's `transform`; `entity` only where the action looks at it. */
export function functionName(action: PiiAction, purpose: string, entity: Entity | null): string {
  return ['atlas', action, purpose, ...(entity === null ? [] : [entity.toLowerCase()])].join('_')
}
