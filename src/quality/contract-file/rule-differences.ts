import type { RuleDifference } from '../../contract/quality-contracts.ts'
import type { DatasetRule } from '../../contract/quality-rules.ts'
import type { CheckRule } from '../../contract/quality.ts'
import { valueChanges } from '../../core/value-changes.ts'

/**
 * How the rules of a contract differ from those that hold for its dataset now, by id.
 * @param stored every rule of the dataset, of whatever origin
 */
export function ruleDifferences(wanted: readonly (CheckRule & { id: string })[], stored: readonly DatasetRule[]): RuleDifference[] {
  const held = new Map(stored.filter(({ origin }) => origin !== 'pipeline').map((rule) => [rule.id, rule]))
  const inPipeline = new Map(
    stored.filter(({ origin, rule }) => origin === 'pipeline' && rule.id !== undefined).map((rule) => [rule.id, rule]),
  )
  const ids = new Set(wanted.map(({ id }) => id))
  const differences = wanted.flatMap((rule) => differenceOf(rule, held.get(rule.id) ?? inPipeline.get(rule.id)))
  const others = [...held.values()].filter(({ id }) => !ids.has(id)).map(leftOver)
  return [...differences, ...others]
}

function differenceOf(rule: CheckRule & { id: string }, stored: DatasetRule | undefined): RuleDifference[] {
  if (stored === undefined) return [{ rule: rule.id, difference: 'added', origin: null, changes: [] }]
  const changes = valueChanges(stored.rule, rule)
  if (stored.origin !== 'file') return [{ rule: rule.id, difference: 'conflict', origin: stored.origin, changes }]
  return changes.length === 0 ? [] : [{ rule: rule.id, difference: 'changed', origin: 'file', changes }]
}

function leftOver({ id, origin }: DatasetRule): RuleDifference {
  return { rule: id, difference: origin === 'file' ? 'removed' : 'elsewhere', origin, changes: [] }
}
