import type { Kysely } from 'kysely'
import type { PipelineDefinition, StreamRule } from '../contract/pipelines.ts'
import { CheckRule } from '../contract/quality.ts'
import { normaliseName } from '../core/names.ts'
import type { Schema } from './schema.ts'

export interface PipelineRule {
  rule: CheckRule
  /** Name of the pipeline or saved source that the rule stands in. */
  pipeline: string
}

/** The rules that pipelines and saved sources declare for a dataset, in their order. */
export async function pipelineRules(db: Kysely<Schema>, dataset: string): Promise<PipelineRule[]> {
  const { pipelines, sources } = await definitionsOf(db, dataset)
  return [
    ...pipelines.flatMap(({ name, definition }) =>
      within(name, [...streamChecks(definition.streams, dataset), ...transformChecks(definition, dataset)]),
    ),
    ...sources.flatMap(({ name, streams }) => within(name, streamChecks(streams, dataset))),
  ]
}

/** Stored pipelines and saved sources; of a pipeline that is run from its file, what the run that published the dataset was given. */
async function definitionsOf(db: Kysely<Schema>, dataset: string) {
  const [pipelines, sources, published] = await Promise.all([
    db.selectFrom('pipelines').select(['name', 'definition']).orderBy('name').execute(),
    db.selectFrom('sources').select(['name', 'streams']).orderBy('name').execute(),
    db
      .selectFrom('datasets')
      .innerJoin('snapshots', 'snapshots.id', 'datasets.snapshot_id')
      .innerJoin('runs', 'runs.id', 'snapshots.run_id')
      .select(['runs.pipeline as name', 'runs.definition'])
      .where('datasets.name', '=', dataset)
      // The run of a transform has what a stored pipeline declares, under the transform's name.
      .where('runs.kind', '=', 'pipeline')
      .execute(),
  ])
  const stored = new Set([...pipelines, ...sources].map(({ name }) => name))
  return { pipelines: [...pipelines, ...published.filter(({ name }) => !stored.has(name))], sources }
}

function within(pipeline: string, checks: unknown[]): PipelineRule[] {
  return checks.map((check) => ({ rule: CheckRule.parse(check), pipeline }))
}

function streamChecks(streams: readonly StreamRule[], dataset: string): unknown[] {
  return streamsOf(streams, dataset).flatMap(({ checks }) => checks)
}

function transformChecks({ transforms }: PipelineDefinition, dataset: string): unknown[] {
  return transforms.filter(({ name }) => `navigate.${name}` === dataset).flatMap(({ checks }) => checks)
}

/** Columns that pipelines and saved sources declare as the key of a dataset; empty where none does. */
export async function declaredKeys(db: Kysely<Schema>, dataset: string): Promise<string[]> {
  const { pipelines, sources } = await definitionsOf(db, dataset)
  const streams = [...pipelines.flatMap(({ definition }) => definition.streams), ...sources.flatMap((source) => source.streams)]
  return streamsOf(streams, dataset).find(({ keys }) => keys.length > 0)?.keys ?? []
}

function streamsOf(streams: readonly StreamRule[], dataset: string): StreamRule[] {
  return streams.filter((stream) => `chart.${stream.dataset ?? normaliseName(stream.name)}` === dataset)
}
