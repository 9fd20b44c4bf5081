import { sql, type Kysely, type Transaction } from 'kysely'
import type { QualitySummary } from '../contract/quality.ts'
import { AtlasError } from '../core/errors.ts'
import { type Committed, type Evidence, insertEvidence } from './commit-evidence.ts'
import { layerOf } from './dataset-layer.ts'
import { insertRows } from './insert-rows.ts'
import { insertPublications } from './publications.ts'
import type { Schema, SchemaColumn } from './schema.ts'
import { snapshotName } from './snapshots.ts'
import { supersedeQuarantine } from './supersede-quarantine.ts'

export interface CommittedFile {
  id: string
  fieldIds: number[]
  path: string
  rows: number
  sizeBytes: number
  sha256: string
  origin: object | null
}

/** One dataset's next snapshot. Its files are durable already; committing makes them visible. */
export interface SnapshotDraft extends Evidence {
  /** Becomes the dataset's description; left out or empty, the description stays as it is. */
  description?: string
  /** The snapshot that was published when the work began; another one published since refuses the commit. */
  parentId: number | null
  operation: 'replace' | 'append' | 'alter'
  columns: SchemaColumn[]
  lastFieldId: number
  /** In reading order: new files, and files by id that exist already (kept from the parent, or shared from another dataset). */
  files: ({ new: CommittedFile } | { existing: string })[]
  /** Rows of all files together; a commit whose files hold another number is refused. */
  rows: number
  quarantined: number
  /** Which rules refused rows on the way to this snapshot, as one text; left out where none did. */
  refusing?: string
  /** Columns by which the newest row was taken; left out where none are known. */
  keys?: readonly string[]
  quality: QualitySummary | null
}

type Db = Transaction<Schema>

/** Commits snapshots outside a run (a transform built on demand, a schema change). One transaction. @throws AtlasError `dataset.conflict` */
export async function commitDrafts(db: Kysely<Schema>, drafts: SnapshotDraft[]): Promise<Map<string, number>> {
  return db.transaction().execute((transaction) => commitSnapshots(transaction, null, drafts))
}

/**
 * Makes drafts the published snapshots of their datasets, inside the caller's transaction.
 * @returns the new snapshot ids by dataset
 * @throws AtlasError `dataset.conflict` when another commit came first
 */
export async function commitSnapshots(db: Db, runId: string | null, drafts: SnapshotDraft[]): Promise<Map<string, number>> {
  if (drafts.length === 0) return new Map()
  const datasets = await lockDatasets(db, drafts)
  const placed = drafts.map((draft) => ({ draft, datasetId: placeOf(draft, datasets) }))
  const versions = await schemaVersions(db, placed)
  await insertFiles(db, placed, versions)
  const sums = await sumFiles(db, drafts)
  const snapshotIds = await insertSnapshots(db, runId, placed, versions, sums)
  const committed = placed.map(({ draft, datasetId }) => ({ draft, datasetId, snapshotId: of(snapshotIds, datasetId) }))
  await insertEvidence(db, runId, committed)
  await publish(db, committed)
  const ids = new Map(committed.map(({ draft, snapshotId }) => [draft.dataset, snapshotId]))
  await insertPublications(db, runId, ids)
  await supersedeQuarantine(db, runId, drafts)
  return ids
}

interface Placed {
  draft: SnapshotDraft
  datasetId: number
}

/** The id of a draft's dataset. @throws AtlasError `dataset.conflict` */
function placeOf({ dataset, parentId }: SnapshotDraft, datasets: ReadonlyMap<string, { id: number; snapshotId: number | null }>): number {
  const { id, snapshotId } = of(datasets, dataset)
  if (snapshotId === parentId) return id
  throw new AtlasError(
    'dataset.conflict',
    `${dataset} was at ${nameOrNone(parentId)} when the work began and is at ${nameOrNone(snapshotId)} now.`,
  )
}

function of<K, V>(map: ReadonlyMap<K, V>, key: K): V {
  const value = map.get(key)
  if (value === undefined) throw new Error(`${String(key)} was not found among what is committed`)
  return value
}

async function publish(db: Db, committed: readonly Committed<SnapshotDraft>[]): Promise<void> {
  const rows = committed.map(({ draft, datasetId, snapshotId }) => ({
    id: datasetId,
    snapshot_id: snapshotId,
    last_field_id: draft.lastFieldId,
    description: draft.description ?? null,
  }))
  await sql`
    update datasets set snapshot_id = made.snapshot_id, last_field_id = made.last_field_id,
      description = coalesce(nullif(made.description, ''), datasets.description)
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as made (id int, snapshot_id bigint, last_field_id int, description text)
    where datasets.id = made.id`.execute(db)
}

function nameOrNone(snapshotId: number | null): string {
  return snapshotId === null ? 'no snapshot' : snapshotName(snapshotId)
}

/** Rows of the datasets, made when new, locked in the order of their names so that two commits never wait for each other. */
async function lockDatasets(db: Db, drafts: SnapshotDraft[]): Promise<Map<string, { id: number; snapshotId: number | null }>> {
  const names = drafts.map((draft) => draft.dataset).toSorted()
  if (names.length === 0) return new Map()
  await db
    .insertInto('datasets')
    .values(names.map((name) => ({ name, layer: layerOf(name), description: null, snapshot_id: null, last_field_id: 0 })))
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute()
  const rows = await db
    .selectFrom('datasets')
    .select(['id', 'name', 'snapshot_id'])
    .where('name', 'in', names)
    .orderBy('name')
    .forUpdate()
    .execute()
  return new Map(rows.map((row) => [row.name, { id: row.id, snapshotId: row.snapshot_id }]))
}

/** By dataset id, the newest schema version when it says the same, else a new one. */
async function schemaVersions(db: Db, placed: readonly Placed[]): Promise<Map<number, number>> {
  const newest = await db
    .selectFrom('dataset_schemas')
    .distinctOn('dataset_id')
    .select(['dataset_id', 'version', 'columns'])
    .where(
      'dataset_id',
      'in',
      placed.map(({ datasetId }) => datasetId),
    )
    .orderBy('dataset_id')
    .orderBy('version', 'desc')
    .execute()
  const known = new Map(newest.map((row) => [row.dataset_id, row]))
  const changed = placed.filter(({ draft, datasetId }) => !sameColumns(known.get(datasetId)?.columns ?? [], draft.columns))
  const versions = new Map(newest.map((row) => [row.dataset_id, row.version]))
  for (const { datasetId } of placed) if (!known.has(datasetId)) versions.set(datasetId, 1)
  for (const { datasetId } of changed) versions.set(datasetId, (known.get(datasetId)?.version ?? 0) + 1)
  const added = placed.filter((each) => !known.has(each.datasetId) || changed.includes(each))
  await insertRows(
    db,
    'dataset_schemas',
    added.map(({ draft, datasetId }) => ({ dataset_id: datasetId, version: of(versions, datasetId), columns: draft.columns })),
  )
  return versions
}

function sameColumns(a: SchemaColumn[], b: SchemaColumn[]): boolean {
  const facts = (columns: SchemaColumn[]): string =>
    JSON.stringify(
      columns.map((c) => [
        c.fieldId,
        c.name,
        c.type,
        c.source,
        c.pii === null ? null : [c.pii.entity, c.pii.action, c.pii.within, c.pii.detail],
      ]),
    )
  return facts(a) === facts(b)
}

async function insertFiles(db: Db, placed: readonly Placed[], versions: ReadonlyMap<number, number>): Promise<void> {
  const rows = placed.flatMap(({ draft, datasetId }) =>
    draft.files.flatMap((file) => ('new' in file ? [fileRow(file.new, datasetId, of(versions, datasetId))] : [])),
  )
  await insertRows(db, 'files', rows)
}

function fileRow(file: CommittedFile, datasetId: number, version: number) {
  const { id, path, fieldIds, rows, sizeBytes, sha256, origin } = file
  return { id, path, dataset_id: datasetId, schema_version: version, field_ids: fieldIds, rows, size_bytes: sizeBytes, sha256, origin }
}

interface Sums {
  rows: number
  sizeBytes: number
}

/**
 * Rows and bytes of the files of each draft, as the store has them.
 * @throws AtlasError `dataset.conflict` when one was let go meanwhile
 */
async function sumFiles(db: Db, drafts: readonly SnapshotDraft[]): Promise<Map<SnapshotDraft, Sums>> {
  const named = sql<boolean>`id = any(${drafts.flatMap(({ files }) => files.map(fileId))}::text[])`
  const found = await db.selectFrom('files').select(['id', 'rows', 'size_bytes']).where(named).where('deleted_at', 'is', null).execute()
  const files = new Map(found.map((file) => [file.id, file]))
  return new Map(drafts.map((draft) => [draft, sumOf(draft, files)]))
}

function sumOf(draft: SnapshotDraft, files: ReadonlyMap<string, { rows: number; size_bytes: number }>): Sums {
  const found = draft.files.flatMap((file) => files.get(fileId(file)) ?? [])
  const missing = draft.files.length - found.length
  if (missing > 0) throw new AtlasError('dataset.conflict', `${missing} of ${draft.files.length} files were let go by retention meanwhile.`)
  const rows = found.reduce((sum, file) => sum + file.rows, 0)
  if (rows !== draft.rows) throw new Error(`${draft.dataset} has ${draft.rows} rows, but its files hold ${rows}`)
  return { rows, sizeBytes: found.reduce((sum, file) => sum + file.size_bytes, 0) }
}

function fileId(file: SnapshotDraft['files'][number]): string {
  return 'new' in file ? file.new.id : file.existing
}

/** @returns the ids of the snapshots by dataset id; they grow in the order of the drafts */
async function insertSnapshots(
  db: Db,
  runId: string | null,
  placed: readonly Placed[],
  versions: ReadonlyMap<number, number>,
  sums: ReadonlyMap<SnapshotDraft, Sums>,
): Promise<Map<number, number>> {
  const rows = placed.map(({ draft, datasetId }) => snapshotRow(draft, runId, datasetId, of(versions, datasetId), of(sums, draft)))
  const columns = sql.join(Object.keys(rows[0] ?? {}).map((column) => sql.ref(column)))
  const made = await sql<{ id: number; dataset_id: number }>`
    insert into snapshots (${columns}) select ${columns}
    from jsonb_populate_recordset(null::snapshots, ${JSON.stringify(rows)}::jsonb) with ordinality as draft order by draft.ordinality
    returning id, dataset_id`.execute(db)
  const ids = new Map(made.rows.map((row) => [row.dataset_id, row.id]))
  const links = placed.flatMap(({ draft, datasetId }) =>
    draft.files.map((file, ordinal) => ({ snapshot_id: of(ids, datasetId), ordinal, file_id: fileId(file) })),
  )
  await insertRows(db, 'snapshot_files', links)
  return ids
}

function snapshotRow(draft: SnapshotDraft, runId: string | null, datasetId: number, version: number, { rows, sizeBytes }: Sums) {
  const { findings } = draft
  return {
    dataset_id: datasetId,
    parent_id: draft.parentId,
    schema_version: version,
    run_id: runId,
    operation: draft.operation,
    rows,
    size_bytes: sizeBytes,
    file_count: draft.files.length,
    quarantined: draft.quarantined,
    refusing: draft.refusing ?? null,
    keys: draft.keys ?? [],
    quality: draft.quality,
    pii_columns: findings === null ? null : new Set(findings.map((finding) => finding.column)).size,
    pii_cells: findings === null ? null : findings.reduce((sum, finding) => sum + finding.matches, 0),
  }
}
