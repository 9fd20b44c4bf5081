import type { Kysely } from 'kysely'
import type { DatasetRule } from '../../contract/quality-rules.ts'
import { nameRules } from '../../quality/name-rules.ts'
import { pipelineRules } from '../../store/pipeline-rules.ts'
import { listStoredRules } from '../../store/quality-rules.ts'
import type { Schema } from '../../store/schema.ts'

/** The rules of a dataset from its contract, the browser and pipelines, by id. Those of pipelines have the names that their results have. */
export async function listRules(db: Kysely<Schema>, dataset: string): Promise<DatasetRule[]> {
  const [stored, inPipelines] = await Promise.all([listStoredRules(db, dataset), pipelineRules(db, dataset)])
  const names = nameRules(inPipelines.map(({ rule }) => rule))
  const own = inPipelines.map(({ rule, pipeline }, index): DatasetRule => ({
    dataset,
    id: names[index]!,
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
