import type { Entity } from '../../../contract/entities.ts'
import type { PiiAction, PiiRule, Policy, PolicyEntry } from '../../../contract/pii.ts'

/** The rules that hold for every dataset, or for one of them. */
export interface RuleSet {
  entities: Policy['entities']
  columns: Policy['columns']
  default?: PolicyEntry | undefined
}

/** What a rule is for: a kind of personal data, a column by its name in chart, every other kind, or columns that were not there before. */
export type RuleKey = { by: 'entity'; name: Entity } | { by: 'column'; name: string } | { by: 'default' } | { by: 'new' }

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
  if (key.by === 'new') return { ...policy, newColumns: rule === undefined ? undefined : entryOf(rule) }
  const changed = changeRules(rulesOf(policy, dataset), key, rule === undefined ? undefined : entryOf(rule))
  if (dataset === undefined) return { ...policy, ...changed }
  const { [dataset]: _, ...others } = policy.datasets ?? {}
  const isEmpty = Object.keys(changed.entities).length + Object.keys(changed.columns).length === 0 && changed.default === undefined
  const datasets = isEmpty ? others : { ...others, [dataset]: changed }
  return { ...policy, datasets: Object.keys(datasets).length === 0 ? undefined : datasets }
}

function changeRules(rules: RuleSet, key: Exclude<RuleKey, { by: 'new' }>, entry: PolicyEntry | undefined): RuleSet {
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

const PURPOSE = /^[a-z][a-z0-9_]{0,39}$/
const MOST_KEPT = 20

/** What is wrong with the name of a purpose, as the contract has it; null when nothing is. */
export function problemOfPurpose(purpose: string | undefined): string | null {
  if (purpose === undefined || PURPOSE.test(purpose)) return null
  return 'A purpose has lower-case letters, digits and _, begins with a letter, and has at most 40 characters.'
}

/** What is wrong with the parameters of a rule, as the contract has it; null when nothing is. */
export function problemOfPolicyRule({ last, size, on }: PiiRule): string | null {
  if (last !== undefined && last > MOST_KEPT) return `At most ${MOST_KEPT} characters can be kept.`
  if (size !== undefined && !(size > 0)) return 'The size must be more than zero.'
  if (on !== undefined && !isDay(on)) return 'Write the day as 2026-01-31.'
  return null
}

function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`)
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)
}

/** Whether the contract would take a policy. */
export function isSound(policy: Policy): boolean {
  const sets: RuleSet[] = [policy, ...Object.values(policy.datasets ?? {})]
  const entries = [
    policy.newColumns,
    ...sets.flatMap((rules) => [rules.default, ...Object.values(rules.entities), ...Object.values(rules.columns)]),
  ]
  const isWrong = (entry: PolicyEntry | undefined) => entry !== undefined && problemOfPolicyRule(ruleOf(entry)) !== null
  return problemOfPurpose(policy.purpose) === null && !entries.some(isWrong)
}

/**
 * The policy as a run has it for a column that was not there in the last snapshot of a table with personal data: what it says of new columns holds unless it
 * names the column.
 */
export function withNewColumn(policy: Policy, table: string, column: string): Policy {
  const named = [policy, policy.datasets?.[table], policy.datasets?.[`chart.${table}`]].some(
    (rules) => rules?.columns[column] !== undefined,
  )
  if (policy.newColumns === undefined || named) return policy
  return { ...policy, columns: { ...policy.columns, [column]: policy.newColumns } }
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
