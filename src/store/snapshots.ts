import type { Kysely } from 'kysely'
import { AtlasError } from '../core/errors.ts'
import type { Relation, RelationColumn, RelationFile } from '../core/relation.ts'
import type { Schema, SchemaColumn } from './schema.ts'

/** A snapshot that a reader is pinned to, with all that is needed to read it. */
export interface PinnedSnapshot extends Relation {
  datasetId: number
  /** layer.name */
  name: string
  layer: 'explore' | 'chart' | 'navigate'
  snapshotId: number
  parentId: number | null
  schemaVersion: number
  /** Highest field id ever given in this dataset. */
  lastFieldId: number
  rows: number
  committedAt: Date
  runId: string | null
  quarantined: number
  /** The rules that refused rows on the way to it, as one text; null where none did. */
  refusing: string | null
  /** Columns that identify a row, as far as its run knew. */
  keys: string[]
  /** Snapshot ids of the datasets it was made from, by name. */
  inputs: Map<string, number>
  columns: SchemaColumn[]
}

/**
 * Pins a dataset's snapshot: the published one, the one with the id given, or the one that was published at an ISO time.
 * @param at `s_12`, `12` or an ISO 8601 instant
 * @throws AtlasError `dataset.not_found`, `dataset.snapshot_not_found`, `dataset.snapshot_expired`
 */
export async function pinSnapshot(db: Kysely<Schema>, name: string, at?: string): Promise<PinnedSnapshot> {
  const dataset = await db
    .selectFrom('datasets')
    .select(['id', 'layer', 'snapshot_id', 'last_field_id'])
    .where('name', '=', name.toLowerCase())
    .executeTakeFirst()
  if (dataset?.snapshot_id == null) throw new AtlasError('dataset.not_found', `There is no dataset ${name}.`)
  const snapshot = await findSnapshot(db, dataset.id, dataset.snapshot_id, name, at)
  if (snapshot.expired_at !== null) {
    throw new AtlasError(
      'dataset.snapshot_expired',
      `Snapshot s_${snapshot.id} of ${name} was let go by retention at ${snapshot.expired_at.toISOString()}.`,
    )
  }
  const [schema, files] = await Promise.all([
    db
      .selectFrom('dataset_schemas')
      .select('columns')
      .where('dataset_id', '=', dataset.id)
      .where('version', '=', snapshot.schema_version)
      .executeTakeFirstOrThrow(),
    snapshotFiles(db, snapshot.id),
  ])
  const { columns } = schema
  const [generations, inputs] = await Promise.all([readGenerations(db, snapshot.id), readInputs(db, snapshot.id)])
  return {
    datasetId: dataset.id,
    name: name.toLowerCase(),
    layer: dataset.layer,
    snapshotId: snapshot.id,
    parentId: snapshot.parent_id,
    schemaVersion: snapshot.schema_version,
    lastFieldId: dataset.last_field_id,
    rows: snapshot.rows,
    committedAt: snapshot.committed_at,
    runId: snapshot.run_id,
    quarantined: snapshot.quarantined,
    refusing: snapshot.refusing,
    keys: snapshot.keys ?? [],
    inputs,
    columns,
    files,
    generations,
  }
}

async function findSnapshot(db: Kysely<Schema>, datasetId: number, current: number, name: string, at: string | undefined) {
  const query = db
    .selectFrom('snapshots')
    .select(['id', 'parent_id', 'schema_version', 'rows', 'committed_at', 'run_id', 'quarantined', 'refusing', 'keys', 'expired_at'])
    .where('dataset_id', '=', datasetId)
  if (at === undefined) return query.where('id', '=', current).executeTakeFirstOrThrow()
  const byId = /^(?:s_)?(\d{1,15})$/.exec(at)?.[1]
  const time = byId === undefined ? new Date(at) : null
  if (time !== null && Number.isNaN(time.getTime())) {
    throw new AtlasError('dataset.snapshot_not_found', `"${at}" is neither a snapshot id such as s_12 nor an ISO 8601 time.`)
  }
  // Instants are shown in milliseconds and kept in microseconds: all of the millisecond named counts.
  const before = time === null ? null : new Date(time.getTime() + 1)
  const found =
    byId === undefined
      ? await query.where('committed_at', '<', before).orderBy('id', 'desc').limit(1).executeTakeFirst()
      : await query.where('id', '=', Number(byId)).executeTakeFirst()
  if (found === undefined)
    throw new AtlasError('dataset.snapshot_not_found', `${name} has no snapshot ${byId === undefined ? `at ${at}` : `s_${byId}`}.`)
  return found
}

async function snapshotFiles(db: Kysely<Schema>, snapshotId: number): Promise<RelationFile[]> {
  const rows = await db
    .selectFrom('snapshot_files')
    .innerJoin('files', 'files.id', 'snapshot_files.file_id')
    .selectAll('files')
    .where('snapshot_id', '=', snapshotId)
    .orderBy('ordinal')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    path: row.path,
    generation: generationName(row.dataset_id, row.schema_version),
    fieldIds: row.field_ids,
    rows: row.rows,
    sizeBytes: row.size_bytes,
    sha256: row.sha256,
    origin: row.origin,
  }))
}

/** The schemas that a snapshot's files were written with; a file shared from another dataset brings that dataset's. */
async function readGenerations(db: Kysely<Schema>, snapshotId: number): Promise<Map<string, RelationColumn[]>> {
  const schemas = await db
    .selectFrom('dataset_schemas')
    .select(['dataset_id', 'version', 'columns'])
    .where((where) =>
      where.exists(
        where
          .selectFrom('snapshot_files')
          .innerJoin('files', 'files.id', 'snapshot_files.file_id')
          .select('files.id')
          .where('snapshot_files.snapshot_id', '=', snapshotId)
          .whereRef('files.dataset_id', '=', 'dataset_schemas.dataset_id')
          .whereRef('files.schema_version', '=', 'dataset_schemas.version'),
      ),
    )
    .execute()
  return new Map(schemas.map((schema) => [generationName(schema.dataset_id, schema.version), schema.columns]))
}

async function readInputs(db: Kysely<Schema>, snapshotId: number): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('snapshot_inputs')
    .innerJoin('datasets', 'datasets.id', 'snapshot_inputs.input_dataset_id')
    .select(['datasets.name', 'snapshot_inputs.input_snapshot_id'])
    .where('snapshot_inputs.snapshot_id', '=', snapshotId)
    .execute()
  return new Map(rows.map((row) => [row.name, row.input_snapshot_id]))
}

/** Names the schema that a file was written with. */
export function generationName(datasetId: number, schemaVersion: number): string {
  return `${datasetId}/${schemaVersion}`
}

/** `s_12` for 12: how snapshots are named outside the store. */
export function snapshotName(snapshotId: number): string {
  return `s_${snapshotId}`
}
