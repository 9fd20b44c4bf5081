import { type Kysely, sql } from 'kysely'
import type { Pipeline, PipelineDefinition } from '../contract/pipelines.ts'
import { AtlasError } from '../core/errors.ts'
import type { Schema } from './schema.ts'

/** Stored pipelines by name. */
export async function listPipelines(db: Kysely<Schema>): Promise<Pipeline[]> {
  const rows = await selectPipelines(db).orderBy('name').execute()
  return rows.map(toPipeline)
}

/** One stored pipeline. @throws AtlasError `pipeline.not_found` */
export async function readPipeline(db: Kysely<Schema>, name: string): Promise<Pipeline> {
  const pipeline = await findPipeline(db, name)
  if (pipeline === null) throw new AtlasError('pipeline.not_found', `There is no pipeline ${name}.`)
  return pipeline
}

/** One stored pipeline; null when there is none of that name. */
export async function findPipeline(db: Kysely<Schema>, name: string): Promise<Pipeline | null> {
  const row = await selectPipelines(db).where('pipelines.name', '=', name).executeTakeFirst()
  return row === undefined ? null : toPipeline(row)
}

/** Creates a pipeline, or changes it and counts its version up. @param id used when it is new */
export async function savePipeline(db: Kysely<Schema>, id: string, definition: PipelineDefinition, now: Date): Promise<Pipeline> {
  const json = JSON.stringify(definition)
  await db
    .insertInto('pipelines')
    .values({ id, name: definition.name, definition: json, version: 1, created_at: now, updated_at: now })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet({ definition: json, version: sql`pipelines.version + 1`, updated_at: now }),
    )
    .execute()
  return readPipeline(db, definition.name)
}

function selectPipelines(db: Kysely<Schema>) {
  const lastRun = sql<
    string | null
  >`(select runs.id from runs where runs.pipeline = pipelines.name order by queued_at desc, id desc limit 1)`
  return db
    .selectFrom('pipelines')
    .select(['pipelines.id', 'pipelines.name', 'definition', 'version', 'created_at', 'updated_at', lastRun.as('last_run_id')])
}

interface PipelineRow {
  id: string
  name: string
  definition: PipelineDefinition
  version: number
  created_at: Date
  updated_at: Date
  last_run_id: string | null
}

function toPipeline(row: PipelineRow): Pipeline {
  return {
    id: row.id,
    name: row.name,
    definition: row.definition,
    version: row.version,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    lastRunId: row.last_run_id,
  }
}
