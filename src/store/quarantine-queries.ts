import type { Kysely } from 'kysely'
import type { QuarantineBatch } from '../contract/datasets.ts'
import { AtlasError } from '../core/errors.ts'
import { requireDataset } from './dataset-queries.ts'
import type { Schema } from './schema.ts'

/** Quarantine batches of a dataset, newest first. @throws AtlasError `dataset.not_found` */
export async function listQuarantine(db: Kysely<Schema>, dataset: string): Promise<QuarantineBatch[]> {
  const datasetId = await requireDataset(db, dataset)
  const rows = await db
    .selectFrom('quarantine')
    .select(['id', 'run_id', 'stage', 'rows', 'reasons', 'created_at'])
    .where('dataset_id', '=', datasetId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1000)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    dataset,
    runId: row.run_id,
    stage: row.stage,
    rows: row.rows,
    reasons: row.reasons,
    createdAt: row.created_at.toISOString(),
  }))
}

/** Where the rows of a batch are. @throws AtlasError `quarantine.not_found` */
export async function findQuarantine(db: Kysely<Schema>, id: string): Promise<{ dataset: string; path: string; rows: number }> {
  const row = await db
    .selectFrom('quarantine')
    .innerJoin('datasets', 'datasets.id', 'quarantine.dataset_id')
    .select(['datasets.name as dataset', 'quarantine.path', 'quarantine.rows'])
    .where('quarantine.id', '=', id)
    .executeTakeFirst()
  if (row === undefined) throw new AtlasError('quarantine.not_found', `There is no quarantine batch ${id}.`)
  return row
}

/** Paths, relative to the lake folder, of the batches of rows that a published run kept out of a dataset. */
export async function publishedQuarantine(db: Kysely<Schema>, dataset: string): Promise<string[]> {
  const rows = await db
    .selectFrom('quarantine')
    .innerJoin('datasets', 'datasets.id', 'quarantine.dataset_id')
    .innerJoin('runs', 'runs.id', 'quarantine.run_id')
    .select('quarantine.path')
    .where('datasets.name', '=', dataset)
    .where('runs.state', 'in', ['succeeded', 'partial', 'rate_limited'])
    .execute()
  return rows.map((row) => row.path)
}
