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

/** The rules that stored pipelines and saved sources declare for a dataset, in their order. */
export async function pipelineRules(db: Kysely<Schema>, dataset: string): Promise<PipelineRule[]> {
  const [pipelines, sources] = await Promise.all([
    db.selectFrom('pipelines').select(['name', 'definition']).orderBy('name').execute(),
    db.selectFrom('sources').select(['name', 'streams']).orderBy('name').execute(),
  ])
  return [
    ...pipelines.flatMap(({ name, definition }) =>
      within(name, [...streamChecks(definition.streams, dataset), ...transformChecks(definition, dataset)]),
    ),
    ...sources.flatMap(({ name, streams }) => within(name, streamChecks(streams, dataset))),
  ]
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

/** Columns that stored pipelines and saved sources declare as the key of a dataset; empty where none does. */
export async function declaredKeys(db: Kysely<Schema>, dataset: string): Promise<string[]> {
  const [pipelines, sources] = await Promise.all([
    db.selectFrom('pipelines').select('definition').orderBy('name').execute(),
    db.selectFrom('sources').select('streams').orderBy('name').execute(),
  ])
  const streams = [...pipelines.flatMap(({ definition }) => definition.streams), ...sources.flatMap((source) => source.streams)]
  return streamsOf(streams, dataset).find(({ keys }) => keys.length > 0)?.keys ?? []
}

function streamsOf(streams: readonly StreamRule[], dataset: string): StreamRule[] {
  return streams.filter((stream) => `chart.${stream.dataset ?? normaliseName(stream.name)}` === dataset)
}
