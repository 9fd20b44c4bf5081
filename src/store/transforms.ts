import { type Kysely, sql } from 'kysely'
import type { TransformRuns } from '../contract/pipelines.ts'
import { AtlasError } from '../core/errors.ts'
import type { Schema } from './schema.ts'
import { snapshotName } from './snapshots.ts'

/** A transform as stored, with the snapshot it last built. */
export interface StoredTransform {
  name: string
  sql: string
  description: string
  origin: 'file' | 'pipeline' | 'api'
  /** The file that it was applied from. */
  file?: string | null
  /** The project that the file is of; null for one that was applied before projects were known. */
  project?: string | null
  /** When it is built anew by itself. */
  runs: TransformRuns
  updatedAt: Date
  lastSnapshotId: string | null
  rows: number | null
}

/** All transforms by name. */
export async function listTransforms(db: Kysely<Schema>): Promise<StoredTransform[]> {
  const rows = await selectTransforms(db).orderBy('transforms.name').execute()
  return rows.map(toTransform)
}

/** One transform. @throws AtlasError `transform.not_found` */
export async function readTransform(db: Kysely<Schema>, name: string): Promise<StoredTransform> {
  const row = await selectTransforms(db).where('transforms.name', '=', name).executeTakeFirst()
  if (row === undefined) throw new AtlasError('transform.not_found', `There is no transform ${name}.`)
  return toTransform(row)
}

/** Creates or changes a transform made over HTTP. @throws AtlasError `transform.read_only` for one that comes from a file or a pipeline */
export async function saveTransform(
  db: Kysely<Schema>,
  { runs, ...transform }: { name: string; sql: string; description: string; runs?: TransformRuns | undefined },
  now: Date,
): Promise<void> {
  const row = await db
    .insertInto('transforms')
    .values({ ...transform, ...(runs === undefined ? {} : { runs }), origin: 'api', updated_at: now })
    .onConflict((conflict) =>
      conflict
        .column('name')
        .doUpdateSet({ sql: transform.sql, description: transform.description, ...(runs === undefined ? {} : { runs }), updated_at: now })
        .where('transforms.origin', '=', 'api'),
    )
    .returning('name')
    .executeTakeFirst()
  if (row === undefined) throw await readOnly(db, transform.name)
}

/** Deletes a transform made over HTTP. @throws AtlasError `transform.not_found`, `transform.read_only` */
export async function deleteTransform(db: Kysely<Schema>, name: string): Promise<void> {
  const row = await db.deleteFrom('transforms').where('name', '=', name).where('origin', '=', 'api').returning('name').executeTakeFirst()
  if (row === undefined) throw await readOnly(db, name)
}

/** The published snapshot of the dataset that a transform of this name builds; nulls when it was never built. */
export async function lastBuild(db: Kysely<Schema>, name: string): Promise<{ lastSnapshotId: string | null; rows: number | null }> {
  const row = await db
    .selectFrom('datasets')
    .innerJoin('snapshots', 'snapshots.id', 'datasets.snapshot_id')
    .select(['snapshots.id', 'snapshots.rows'])
    .where('datasets.name', '=', `navigate.${name}`)
    .executeTakeFirst()
  return { lastSnapshotId: row === undefined ? null : snapshotName(row.id), rows: row?.rows ?? null }
}

async function readOnly(db: Kysely<Schema>, name: string): Promise<AtlasError> {
  const { origin, file } = await readTransform(db, name)
  const place = origin === 'file' ? `the file ${file ?? `transforms/${name}.sql`}` : 'its pipeline'
  return new AtlasError('transform.read_only', `The transform ${name} comes from ${place} and is changed there.`, {
    next: `Edit ${place}.`,
  })
}

function selectTransforms(db: Kysely<Schema>) {
  return db
    .selectFrom('transforms')
    .leftJoin('datasets', (on) => on.on('datasets.name', '=', sql<string>`'navigate.' || transforms.name`))
    .leftJoin('snapshots', 'snapshots.id', 'datasets.snapshot_id')
    .select([
      'transforms.name',
      'transforms.sql',
      'transforms.description',
      'transforms.origin',
      'transforms.file',
      'transforms.project',
      'transforms.updated_at',
    ])
    .select('transforms.runs')
    .select(['snapshots.id as snapshot_id', 'snapshots.rows'])
}

interface TransformRow {
  name: string
  sql: string
  description: string
  origin: 'file' | 'pipeline' | 'api'
  file: string | null
  project: string | null
  runs: TransformRuns
  updated_at: Date
  snapshot_id: number | null
  rows: number | null
}

function toTransform(row: TransformRow): StoredTransform {
  return {
    name: row.name,
    sql: row.sql,
    description: row.description,
    origin: row.origin,
    file: row.file,
    project: row.project,
    runs: row.runs,
    updatedAt: row.updated_at,
    lastSnapshotId: row.snapshot_id === null ? null : snapshotName(row.snapshot_id),
    rows: row.rows,
  }
}

/** Stores a transform of a file, whoever made the one of its name before. */
export async function applyTransform(
  db: Kysely<Schema>,
  { name, sql: text, file, project }: { name: string; sql: string; file: string; project: string },
  now: Date,
): Promise<void> {
  const row = { sql: text, file, project, description: '', origin: 'file' as const, updated_at: now }
  await db
    .insertInto('transforms')
    .values({ name, ...row })
    .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
    .execute()
}

/** Deletes a transform that was applied from a file; its dataset stays. */
export async function removeApplied(db: Kysely<Schema>, name: string): Promise<void> {
  await db.deleteFrom('transforms').where('name', '=', name).where('origin', '=', 'file').execute()
}
