import type { Entity, PiiAction, PiiFinding, Policy } from '../contract/pii.ts'
import { actions } from './actions/index.ts'
import type { ColumnFinding } from './classify-columns.ts'

/** What happens where a policy says nothing: what identifies a person for life is hashed so that joins keep, the rest is masked. */
export const DEFAULT_ACTIONS: Readonly<Record<Entity, PiiAction>> = {
  EMAIL_ADDRESS: 'mask',
  PHONE_NUMBER: 'mask',
  CREDIT_CARD: 'mask',
  IBAN_CODE: 'mask',
  DK_CPR: 'hash',
  IP_ADDRESS: 'mask',
}

/** The stricter of two actions. */
export function stricter(a: PiiAction, b: PiiAction): PiiAction {
  return actions[b].strictness > actions[a].strictness ? b : a
}

/** The action for one entity in one column (by its name in chart): the policy's word on the column, then on the entity, then the default. */
export function resolveAction(policy: Policy, column: string, entity: Entity): PiiAction {
  return policy.columns[column] ?? policy.entities[entity] ?? DEFAULT_ACTIONS[entity]
}

/** A stream's policy on top of the pipeline's: what the stream names wins. */
export function mergePolicies(pipeline: Policy, stream: Partial<Policy> | undefined): Policy {
  return {
    entities: { ...pipeline.entities, ...stream?.entities },
    columns: { ...pipeline.columns, ...stream?.columns },
  }
}

/** Findings with the action that the policy takes. `chartName` gives a column's name in chart. */
export function withActions(findings: readonly ColumnFinding[], policy: Policy, chartName: (column: string) => string): PiiFinding[] {
  return findings.map((finding) => ({ ...finding, action: resolveAction(policy, chartName(finding.column), finding.entity) }))
}
