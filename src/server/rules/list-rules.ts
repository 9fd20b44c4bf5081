import type { Kysely } from 'kysely'
import type { DatasetRule } from '../../contract/quality-rules.ts'
import { stableJson } from '../../core/stable-json.ts'
import { nameRules } from '../../quality/name-rules.ts'
import { meansSame, ruleMeaning } from '../../quality/rule-meaning.ts'
import { type PipelineRule, pipelineRules } from '../../store/pipeline-rules.ts'
import { listStoredRules, type NamedRule } from '../../store/quality-rules.ts'
import type { Schema } from '../../store/schema.ts'

/**
 * The rules of a dataset from its contract, the browser and pipelines, by id; a rule that has two homes stands twice. Those of pipelines have the names
 * that their results have.
 */
export async function listRules(db: Kysely<Schema>, dataset: string): Promise<DatasetRule[]> {
  const [stored, inPipelines] = await Promise.all([listStoredRules(db, dataset), namedPipelineRules(db, dataset)])
  const own = inPipelines.map(({ rule, pipeline }): DatasetRule => ({
    dataset,
    id: rule.id,
    rule,
    origin: 'pipeline',
    source: pipeline,
    editable: false,
    version: null,
    changedBy: null,
    changedAt: null,
  }))
  return [...stored, ...own].toSorted((one, other) => (one.id < other.id ? -1 : 1))
}

/** The rules that pipelines declare for a dataset with their ids; what two pipelines declare alike is one. */
export async function namedPipelineRules(
  db: Kysely<Schema>,
  dataset: string,
): Promise<(Omit<PipelineRule, 'rule'> & { rule: NamedRule })[]> {
  const declared = await pipelineRules(db, dataset)
  const isOne = new Set(declared.map(({ pipeline }) => pipeline)).size < 2
  const different = isOne ? declared : [...new Map(declared.toReversed().map((one) => [nameOf(one), one])).values()].toReversed()
  const names = nameRules(different.map(({ rule }) => rule))
  return different.map(({ rule, pipeline }, index) => ({ rule: { ...rule, id: names[index]! }, pipeline }))
}

/** The same for what means the same under the same id. */
function nameOf({ rule }: PipelineRule): string {
  return stableJson([rule.id ?? null, ruleMeaning(rule)])
}

/** The same with each rule once: one that stands in several homes in the same form names them. What differs under one id stays twice. */
export function withHomes(rules: readonly DatasetRule[]): DatasetRule[] {
  const stored = new Map(rules.filter(({ origin }) => origin !== 'pipeline').map((rule) => [rule.id, rule]))
  const twins = rules.filter(({ id, origin, rule }) => {
    const other = origin === 'pipeline' ? stored.get(id) : undefined
    return other !== undefined && meansSame(other.rule, rule)
  })
  const byId = Map.groupBy(twins, ({ id }) => id)
  const isTwin = new Set(twins)
  return rules.flatMap((rule) => {
    if (rule.origin === 'pipeline') return isTwin.has(rule) ? [] : [rule]
    const alsoIn = byId.get(rule.id) ?? []
    return alsoIn.length === 0 ? [rule] : [{ ...rule, alsoIn: alsoIn.map(({ origin, source }) => ({ origin, source })) }]
  })
}
