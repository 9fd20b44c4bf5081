import type { RuleDifference } from '../../contract/quality-contracts.ts'
import type { DatasetRule } from '../../contract/quality-rules.ts'
import type { CheckRule } from '../../contract/quality.ts'
import { stableJson } from '../../core/stable-json.ts'
import { valueChanges } from '../../core/value-changes.ts'
import { meaningChanges } from '../rule-meaning.ts'

type NamedRule = CheckRule & { id: string }

/**
 * How the rules of a contract differ from those that hold for its dataset now, by id. One that a pipeline or the browser has in the very same form is
 * no conflict.
 * @param stored every rule of the dataset, of whatever origin
 */
export function ruleDifferences(wanted: readonly NamedRule[], stored: readonly DatasetRule[]): RuleDifference[] {
  const held = byId(stored.filter(({ origin }) => origin !== 'pipeline'))
  const inPipeline = byId(stored.filter(({ origin }) => origin === 'pipeline'))
  const ids = new Set(wanted.map(({ id }) => id))
  const differences = wanted.flatMap((rule) => differenceOf(rule, held.get(rule.id), inPipeline.get(rule.id)))
  const others = [...held.values()].filter(({ id }) => !ids.has(id)).map(leftOver)
  return [...differences, ...others]
}

function byId(rules: readonly DatasetRule[]): Map<string, DatasetRule> {
  return new Map(rules.map((rule) => [rule.id, rule]))
}

function differenceOf(rule: NamedRule, held: DatasetRule | undefined, inPipeline: DatasetRule | undefined): RuleDifference[] {
  const ofPipeline = inPipeline === undefined ? null : besides(rule, inPipeline)
  if (ofPipeline?.difference === 'conflict') return [ofPipeline]
  if (held?.origin === 'browser') return [besides(rule, held)]
  if (held === undefined) return [ofPipeline ?? { rule: rule.id, difference: 'added', origin: null, source: null, changes: [] }]
  const changes = stableJson(held.rule) === stableJson(rule) ? [] : valueChanges(held.rule, rule)
  return changes.length === 0 ? [] : [{ rule: rule.id, difference: 'changed', origin: 'file', source: held.source, changes }]
}

/** The rule beside one of the same id that has its home elsewhere. */
function besides(rule: NamedRule, { origin, source, rule: other }: DatasetRule): RuleDifference {
  const changes = meaningChanges(other, rule)
  return { rule: rule.id, difference: changes.length === 0 ? 'same' : 'conflict', origin, source, changes }
}

function leftOver({ id, origin, source }: DatasetRule): RuleDifference {
  return { rule: id, difference: origin === 'file' ? 'removed' : 'elsewhere', origin, source, changes: [] }
}
