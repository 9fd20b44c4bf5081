import type { Entity } from '../../../contract/entities.ts'
import type { PiiAction, PiiRule, Policy, PolicyEntry } from '../../../contract/pii.ts'

/** The rules that hold for every dataset, or for one of them. */
export interface RuleSet {
  entities: Policy['entities']
  columns: Policy['columns']
  default?: PolicyEntry | undefined
}

/** What a rule is for: a kind of personal data, a column by its name in chart, or every other kind. */
export type RuleKey = { by: 'entity'; name: Entity } | { by: 'column'; name: string } | { by: 'default' }

/** The rules of a policy for all datasets (undefined) or for one. */
export function rulesOf(policy: Policy, dataset: string | undefined): RuleSet {
  return dataset === undefined ? policy : (policy.datasets?.[dataset] ?? { entities: {}, columns: {} })
}

/** An entry of a policy with its action as a word of its own. */
export function ruleOf(entry: PolicyEntry): PiiRule {
  return typeof entry === 'string' ? { action: entry } : entry
}

/** The shortest way to write a rule. */
export function entryOf(rule: PiiRule): PolicyEntry {
  const { action, ...rest } = rule
  return Object.values(rest).every((value) => value === undefined) ? action : rule
}

/** A rule with another action; parameters that go with the old one alone are dropped, and those that the new one cannot do without are set. */
export function withAction(action: PiiAction): PiiRule {
  if (action === 'generalise') return { action, to: 'year' }
  return { action }
}

/** The policy with one rule set, or taken away when `rule` is undefined. */
export function withRule(policy: Policy, dataset: string | undefined, key: RuleKey, rule: PiiRule | undefined): Policy {
  const changed = changeRules(rulesOf(policy, dataset), key, rule === undefined ? undefined : entryOf(rule))
  if (dataset === undefined) return { ...policy, ...changed }
  const { [dataset]: _, ...others } = policy.datasets ?? {}
  const isEmpty = Object.keys(changed.entities).length + Object.keys(changed.columns).length === 0 && changed.default === undefined
  const datasets = isEmpty ? others : { ...others, [dataset]: changed }
  return { ...policy, datasets: Object.keys(datasets).length === 0 ? undefined : datasets }
}

function changeRules(rules: RuleSet, key: RuleKey, entry: PolicyEntry | undefined): RuleSet {
  const { entities, columns } = rules
  if (key.by === 'default') return { entities, columns, default: entry }
  if (key.by === 'entity') return { entities: without(entities, key.name, entry), columns, default: rules.default }
  return { entities, columns: without(columns, key.name, entry), default: rules.default }
}

function without(entries: Record<string, PolicyEntry>, name: string, entry: PolicyEntry | undefined): Record<string, PolicyEntry> {
  if (entry !== undefined) return { ...entries, [name]: entry }
  const { [name]: _, ...rest } = entries
  return rest
}

/** Whether two policies say the same; what is left out and what is undefined are one. */
export function samePolicy(a: Policy, b: Policy): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b))
}

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, part]) => part !== undefined)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, part]) => [name, sorted(part)]),
  )
}
