import { type Kysely, sql } from 'kysely'
import type { Column, DatasetSummary, Snapshot } from '../contract/datasets.ts'
import type { Layer } from '../contract/names.ts'
import type { PiiFinding } from '../contract/pii.ts'
import type { CheckResult, QualitySummary } from '../contract/quality.ts'
import { AtlasError } from '../core/errors.ts'
import { completeResult, completeSummary } from '../core/stored-quality.ts'
import type { Schema, SchemaColumn } from './schema.ts'
import { snapshotName } from './snapshots.ts'

/** Published datasets by name, by keyset. `next` is the name to continue after; `total` counts all that match. */
export async function listDatasets(
  db: Kysely<Schema>,
  query: { layer?: Layer; q?: string; after?: string; limit: number },
): Promise<{ datasets: DatasetSummary[]; next: string | null; total: number }> {
  let matching = db.selectFrom('datasets').where('datasets.snapshot_id', 'is not', null)
  if (query.layer !== undefined) matching = matching.where('layer', '=', query.layer)
  if (query.q !== undefined && query.q !== '') matching = matching.where('name', 'ilike', `%${query.q.replaceAll(/[\\%_]/g, '\\$&')}%`)
  let page = matching.orderBy('name').limit(query.limit + 1)
  if (query.after !== undefined) page = page.where('name', '>', query.after)
  const [{ total }, rows] = await Promise.all([
    matching.select((select) => select.fn.countAll<number>().as('total')).executeTakeFirstOrThrow(),
    selectSummary(page).execute(),
  ])
  const datasets = rows.slice(0, query.limit).map(toSummary)
  return { datasets, next: rows.length > query.limit ? (datasets.at(-1)?.name ?? null) : null, total: Number(total) }
}

/** What a page shows of one dataset at one snapshot. */
export interface DatasetFacts {
  summary: DatasetSummary
  snapshot: Snapshot
  schema: Column[]
  quality: QualitySummary | null
  checks: CheckResult[]
  findings: PiiFinding[]
  inputs: { name: string; snapshotId: string }[]
}

/** Everything the store knows of a dataset at a snapshot. @param pinned ids from `pinSnapshot` */
export async function readDatasetFacts(
  db: Kysely<Schema>,
  pinned: { datasetId: number; snapshotId: number; columns: SchemaColumn[] },
): Promise<DatasetFacts> {
  const { datasetId, snapshotId } = pinned
  const dataset = await db
    .selectFrom('datasets')
    .select(['name', 'layer', 'description'])
    .where('id', '=', datasetId)
    .executeTakeFirstOrThrow()
  const row = await db.selectFrom('snapshots').selectAll().where('id', '=', snapshotId).executeTakeFirstOrThrow()
  const checks = await db.selectFrom('check_results').select('result').where('snapshot_id', '=', snapshotId).orderBy('ordinal').execute()
  const findings = await db.selectFrom('findings').select('finding').where('snapshot_id', '=', snapshotId).orderBy('ordinal').execute()
  const inputs = await db
    .selectFrom('snapshot_inputs')
    .innerJoin('datasets', 'datasets.id', 'snapshot_inputs.input_dataset_id')
    .select(['datasets.name', 'snapshot_inputs.input_snapshot_id'])
    .where('snapshot_inputs.snapshot_id', '=', snapshotId)
    .orderBy('datasets.name')
    .execute()
  const quality = row.quality === null ? null : completeSummary(row.quality)
  return {
    summary: toSummary({ ...dataset, ...row, snapshot_id: row.id, columns: pinned.columns.length, quality_score: quality?.score ?? null }),
    snapshot: toSnapshot(row),
    schema: pinned.columns.map((column) => ({ ...column, description: null })),
    quality,
    checks: checks.map(({ result }) => completeResult(result)),
    findings: findings.map(({ finding }) => finding),
    inputs: inputs.map((input) => ({ name: input.name, snapshotId: snapshotName(input.input_snapshot_id) })),
  }
}

/** Snapshots of a dataset, newest first. @throws AtlasError `dataset.not_found` */
export async function listSnapshots(db: Kysely<Schema>, name: string): Promise<Snapshot[]> {
  const datasetId = await requireDataset(db, name)
  const rows = await db.selectFrom('snapshots').selectAll().where('dataset_id', '=', datasetId).orderBy('id', 'desc').limit(1000).execute()
  return rows.map(toSnapshot)
}

/** The id of a dataset, published or not (a first run that was blocked has quarantine and no snapshot). @throws AtlasError `dataset.not_found` */
export async function requireDataset(db: Kysely<Schema>, name: string): Promise<number> {
  const dataset = await db.selectFrom('datasets').select('id').where('name', '=', name).executeTakeFirst()
  if (dataset === undefined) throw new AtlasError('dataset.not_found', `There is no dataset ${name}.`)
  return dataset.id
}

/** Columns of a snapshot in which personal data was found and kept by policy. */
export async function keptColumns(db: Kysely<Schema>, snapshotId: number): Promise<string[]> {
  const rows = await db.selectFrom('findings').select('finding').where('snapshot_id', '=', snapshotId).execute()
  return rows.filter(({ finding }) => finding.action === 'keep').map(({ finding }) => finding.column)
}

/** A profile computed before, or undefined. */
export async function findProfile(db: Kysely<Schema>, snapshotId: number): Promise<{ profile: unknown; profiledAt: Date } | undefined> {
  const row = await db.selectFrom('profiles').select(['profile', 'profiled_at']).where('snapshot_id', '=', snapshotId).executeTakeFirst()
  return row && { profile: row.profile, profiledAt: row.profiled_at }
}

/** Keeps a snapshot's profile, in the place of one that an older version kept. */
export async function saveProfile(db: Kysely<Schema>, snapshotId: number, profile: unknown, profiledAt: Date): Promise<void> {
  await db
    .insertInto('profiles')
    .values({ snapshot_id: snapshotId, profile: JSON.stringify(profile), profiled_at: profiledAt })
    .onConflict((conflict) => conflict.column('snapshot_id').doUpdateSet({ profile: JSON.stringify(profile), profiled_at: profiledAt }))
    .execute()
}

function selectSummary(query: ReturnType<typeof publishedDatasets>) {
  return query
    .innerJoin('snapshots', 'snapshots.id', 'datasets.snapshot_id')
    .innerJoin('dataset_schemas', (on) =>
      on.onRef('dataset_schemas.dataset_id', '=', 'datasets.id').onRef('dataset_schemas.version', '=', 'snapshots.schema_version'),
    )
    .select([
      'datasets.name',
      'datasets.layer',
      'datasets.description',
      'snapshots.id as snapshot_id',
      'snapshots.rows',
      'snapshots.size_bytes',
    ])
    .select(['snapshots.committed_at', 'snapshots.run_id', 'snapshots.quarantined', 'snapshots.pii_columns'])
    .select(sql<number>`jsonb_array_length(dataset_schemas.columns)`.as('columns'))
    .select(sql<number | null>`(snapshots.quality ->> 'score')::double precision`.as('quality_score'))
}

function publishedDatasets(db: Kysely<Schema>) {
  return db.selectFrom('datasets')
}

interface SummaryRow {
  name: string
  layer: Layer
  description: string | null
  snapshot_id: number
  rows: number
  size_bytes: number
  columns: number
  committed_at: Date
  run_id: string | null
  quarantined: number
  quality_score: number | null
  pii_columns: number | null
}

function toSummary(row: SummaryRow): DatasetSummary {
  return {
    name: row.name,
    layer: row.layer,
    description: row.description,
    snapshotId: snapshotName(row.snapshot_id),
    rows: row.rows,
    sizeBytes: row.size_bytes,
    columns: row.columns,
    updatedAt: row.committed_at.toISOString(),
    runId: row.run_id,
    quarantined: row.quarantined,
    qualityScore: row.quality_score,
    piiColumns: row.pii_columns,
  }
}

interface SnapshotRow {
  id: number
  parent_id: number | null
  committed_at: Date
  run_id: string | null
  operation: Snapshot['operation']
  rows: number
  size_bytes: number
  file_count: number
  schema_version: number
  expired_at: Date | null
}

function toSnapshot(row: SnapshotRow): Snapshot {
  return {
    id: snapshotName(row.id),
    parentId: row.parent_id === null ? null : snapshotName(row.parent_id),
    committedAt: row.committed_at.toISOString(),
    runId: row.run_id,
    operation: row.operation,
    rows: row.rows,
    sizeBytes: row.size_bytes,
    files: row.file_count,
    schemaVersion: row.schema_version,
    readable: row.expired_at === null,
  }
}
