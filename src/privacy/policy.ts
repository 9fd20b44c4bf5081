import { ENTITIES, type Entity, type EntityGroup } from '../contract/entities.ts'
import type { PiiAction, PiiFinding, PiiRule, Policy, PolicyEntry } from '../contract/pii.ts'
import { actions } from './actions/index.ts'
import type { ColumnFinding } from './classify-columns.ts'
import { DEFAULT_PURPOSE } from './tokens/derive-key.ts'

/**
 * What happens where a policy says nothing. What identifies a person for life is hashed so that joins keep; what names, reaches or pays a person is masked; of a
 * birth date the year stays. What describes many people at once (a town, a postcode, an age) is found and kept: without it a table says nothing, and what it
 * gives away together with other columns is measured as risk.
 */
const BY_GROUP: Readonly<Record<EntityGroup, PiiAction>> = {
  contact: 'mask',
  person: 'mask',
  identity: 'hash',
  health: 'hash',
  tax: 'hash',
  money: 'mask',
  network: 'mask',
  vehicle: 'mask',
  company: 'keep',
  secret: 'redact',
  date: 'keep',
}

const BY_ENTITY: Readonly<Partial<Record<Entity, PiiAction>>> = {
  POSTAL_CODE: 'keep',
  DATE_OF_BIRTH: 'generalise',
  LOCATION: 'keep',
  NRP: 'redact',
  TITLE: 'keep',
  AGE: 'keep',
  GENDER: 'keep',
  URL: 'keep',
}

/** The action for a kind of personal data of which a policy says nothing. */
export function defaultAction(entity: Entity): PiiAction {
  const facts = ENTITIES.get(entity)
  return BY_ENTITY[entity] ?? (facts === undefined ? 'redact' : BY_GROUP[facts.group])
}

/** An entry of a policy as a rule. */
export function ruleOf(entry: PolicyEntry): PiiRule {
  return typeof entry === 'string' ? { action: entry } : entry
}

/** What a finding says is done. */
export function ruleOfFinding({ action, rule }: Pick<PiiFinding, 'action' | 'rule'>): PiiRule {
  return rule ?? { action }
}

/** The stricter of two actions. */
export function stricter(a: PiiAction, b: PiiAction): PiiAction {
  return actions[b].strictness > actions[a].strictness ? b : a
}

/** The stricter of two rules; of two masks the one that shows less, otherwise of equally strict ones the first. */
export function stricterRule(a: PiiRule, b: PiiRule): PiiRule {
  if (a.action === 'mask' && b.action === 'mask') return (b.last ?? 4) < (a.last ?? 4) ? b : a
  return stricter(a.action, b.action) === a.action ? a : b
}

/** The rule for one entity in one column (by its name in chart): the policy's word on the column, then on the entity, then the default. */
export function resolveRule(policy: Policy, column: string, entity: Entity): PiiRule {
  return ruleOf(policy.columns[column] ?? policy.entities[entity] ?? policy.default ?? defaultAction(entity))
}

/** The action of `resolveRule`. */
export function resolveAction(policy: Policy, column: string, entity: Entity): PiiAction {
  return resolveRule(policy, column, entity).action
}

/** The purpose whose keys a policy uses. */
export function purposeOf(policy: Policy): string {
  return policy.purpose ?? DEFAULT_PURPOSE
}

/**
 * The policy as it stands for one dataset: what it says of the dataset's kinds only tightens what it says of all datasets, and its word on a column of that
 * dataset wins.
 * @param table name without layer
 */
export function policyFor(policy: Policy, table: string): Policy {
  const { datasets, ...rest } = policy
  return [table, `chart.${table}`].reduce<Policy>((all, name) => {
    const own = datasets?.[name]
    return own === undefined ? all : tightened(all, own)
  }, rest)
}

function tightened(all: Policy, own: NonNullable<Policy['datasets']>[string]): Policy {
  const kinds = [...new Set([...Object.keys(all.entities), ...Object.keys(own.entities)])] as Entity[]
  const entities = kinds.map((entity) => {
    const general = ruleOf(all.entities[entity] ?? all.default ?? defaultAction(entity))
    const special = own.entities[entity] ?? own.default
    return [entity, special === undefined ? general : stricterRule(general, ruleOf(special))] as const
  })
  const everyOther =
    own.default === undefined
      ? all.default
      : all.default === undefined
        ? own.default
        : stricterRule(ruleOf(all.default), ruleOf(own.default))
  return {
    ...all,
    entities: Object.fromEntries(entities),
    columns: { ...all.columns, ...own.columns },
    ...(everyOther === undefined ? {} : { default: everyOther }),
  }
}

/** Findings with the rule that the policy takes. `chartName` gives a column's name in chart. */
export function withActions(findings: readonly ColumnFinding[], policy: Policy, chartName: (column: string) => string): PiiFinding[] {
  return findings.map((finding) => {
    const rule = resolveRule(policy, chartName(finding.column), finding.entity)
    return { ...finding, action: rule.action, ...(Object.keys(rule).length > 1 ? { rule } : {}) }
  })
}
