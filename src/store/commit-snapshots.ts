import { sql, type Kysely, type Transaction } from 'kysely'
import type { PiiFinding } from '../contract/pii.ts'
import type { CheckResult, QualitySummary } from '../contract/quality.ts'
import { AtlasError } from '../core/errors.ts'
import { layerOf } from './dataset-layer.ts'
import { insertPublications } from './publications.ts'
import { insertMetrics, type JudgedMetric } from './quality-history.ts'
import { dropCheckpoint } from './read-checkpoints.ts'
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
export interface SnapshotDraft {
  /** layer.name */
  dataset: string
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
  checks: CheckResult[]
  /** What is kept over time, judged by the history that the dataset has now. */
  metrics?: readonly JudgedMetric[]
  /** Null when this snapshot was never classified. */
  findings: PiiFinding[] | null
  /** Datasets it was made from: another draft of the same commit, or a snapshot that is there already. */
  inputs: { dataset: string; snapshotId: number | null }[]
  state: { pipeline: string; stream: string; state: unknown } | null
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
  const ids = new Map<string, number>()
  const datasets = await lockDatasets(db, drafts)
  for (const draft of drafts) {
    const dataset = datasets.get(draft.dataset)
    if (dataset === undefined) throw new Error(`dataset ${draft.dataset} is not locked`)
    if (dataset.snapshotId !== draft.parentId) {
      throw new AtlasError(
        'dataset.conflict',
        `${draft.dataset} was at ${nameOrNone(draft.parentId)} when the work began and is at ${nameOrNone(dataset.snapshotId)} now.`,
      )
    }
    const version = await schemaVersion(db, dataset.id, draft.columns)
    const snapshotId = await insertSnapshot(db, runId, dataset.id, version, draft)
    ids.set(draft.dataset, snapshotId)
    await insertEvidence(db, runId, dataset.id, snapshotId, draft, ids)
    await db
      .updateTable('datasets')
      .set({ snapshot_id: snapshotId, last_field_id: draft.lastFieldId, ...(draft.description ? { description: draft.description } : {}) })
      .where('id', '=', dataset.id)
      .execute()
  }
  await insertPublications(db, runId, ids)
  await supersedeQuarantine(db, runId, drafts)
  return ids
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

/** The newest schema version when it says the same, else a new one. */
async function schemaVersion(db: Db, datasetId: number, columns: SchemaColumn[]): Promise<number> {
  const newest = await db
    .selectFrom('dataset_schemas')
    .select(['version', 'columns'])
    .where('dataset_id', '=', datasetId)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (newest !== undefined && sameColumns(newest.columns, columns)) return newest.version
  const version = (newest?.version ?? 0) + 1
  await db
    .insertInto('dataset_schemas')
    .values({ dataset_id: datasetId, version, columns: JSON.stringify(columns) })
    .execute()
  return version
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

async function insertSnapshot(db: Db, runId: string | null, datasetId: number, version: number, draft: SnapshotDraft): Promise<number> {
  const added = draft.files.flatMap((file) => ('new' in file ? [file.new] : []))
  if (added.length > 0) {
    const rows = added.map((file) => ({
      id: file.id,
      path: file.path,
      dataset_id: datasetId,
      schema_version: version,
      field_ids: JSON.stringify(file.fieldIds),
      rows: file.rows,
      size_bytes: file.sizeBytes,
      sha256: file.sha256,
      origin: file.origin === null ? null : JSON.stringify(file.origin),
    }))
    for (const batch of batches(rows, 1000)) await db.insertInto('files').values(batch).execute()
  }
  const fileIds = draft.files.map((file) => ('new' in file ? file.new.id : file.existing))
  const sums = await sumFiles(db, fileIds)
  if (sums.rows !== draft.rows) throw new Error(`${draft.dataset} has ${draft.rows} rows, but its files hold ${sums.rows}`)
  const { id } = await db
    .insertInto('snapshots')
    .values({
      dataset_id: datasetId,
      parent_id: draft.parentId,
      schema_version: version,
      run_id: runId,
      operation: draft.operation,
      rows: sums.rows,
      size_bytes: sums.sizeBytes,
      file_count: fileIds.length,
      quarantined: draft.quarantined,
      refusing: draft.refusing ?? null,
      keys: JSON.stringify(draft.keys ?? []),
      quality: draft.quality === null ? null : JSON.stringify(draft.quality),
      pii_columns: draft.findings === null ? null : new Set(draft.findings.map((finding) => finding.column)).size,
      pii_cells: draft.findings === null ? null : draft.findings.reduce((sum, finding) => sum + finding.matches, 0),
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  const links = fileIds.map((fileId, ordinal) => ({ snapshot_id: id, ordinal, file_id: fileId }))
  for (const batch of batches(links, 5000)) await db.insertInto('snapshot_files').values(batch).execute()
  return id
}

async function sumFiles(db: Db, ids: string[]): Promise<{ rows: number; sizeBytes: number }> {
  if (ids.length === 0) return { rows: 0, sizeBytes: 0 }
  const named = sql<boolean>`id = any(${ids}::text[])`
  const found = await db.selectFrom('files').select(['rows', 'size_bytes']).where(named).where('deleted_at', 'is', null).execute()
  if (found.length !== ids.length)
    throw new AtlasError('dataset.conflict', `${ids.length - found.length} of ${ids.length} files were let go by retention meanwhile.`)
  return found.reduce((sum, file) => ({ rows: sum.rows + file.rows, sizeBytes: sum.sizeBytes + file.size_bytes }), {
    rows: 0,
    sizeBytes: 0,
  })
}

async function insertEvidence(
  db: Db,
  runId: string | null,
  datasetId: number,
  snapshotId: number,
  draft: SnapshotDraft,
  ids: Map<string, number>,
): Promise<void> {
  const findings = (draft.findings ?? []).map((finding, ordinal) => ({
    snapshot_id: snapshotId,
    ordinal,
    finding: JSON.stringify(finding),
  }))
  for (const batch of batches(findings, 1000)) await db.insertInto('findings').values(batch).execute()
  const checks = draft.checks.map((result, ordinal) => ({
    snapshot_id: snapshotId,
    run_id: runId,
    dataset_id: datasetId,
    ordinal,
    result: JSON.stringify(result),
  }))
  for (const batch of batches(checks, 1000)) await db.insertInto('check_results').values(batch).execute()
  for (const batch of batches(draft.metrics ?? [], 1000)) await insertMetrics(db, { runId, datasetId, snapshotId }, batch)
  for (const input of draft.inputs) {
    const inputSnapshotId = input.snapshotId ?? ids.get(input.dataset)
    if (inputSnapshotId === undefined) throw new Error(`${draft.dataset} names ${input.dataset} as input before it is committed`)
    const { id } = await db.selectFrom('datasets').select('id').where('name', '=', input.dataset).executeTakeFirstOrThrow()
    await db
      .insertInto('snapshot_inputs')
      .values({ snapshot_id: snapshotId, input_dataset_id: id, input_snapshot_id: inputSnapshotId })
      .execute()
  }
  if (draft.state !== null) {
    const state = { state: JSON.stringify(draft.state.state), snapshot_id: snapshotId, updated_at: new Date() }
    await db
      .insertInto('stream_states')
      .values({ pipeline: draft.state.pipeline, stream: draft.state.stream, ...state })
      .onConflict((conflict) => conflict.columns(['pipeline', 'stream']).doUpdateSet(state))
      .execute()
    // The files of a read that was cut off are this snapshot's now.
    await dropCheckpoint(db, draft.state.pipeline, draft.state.stream)
  }
}

function* batches<T>(rows: readonly T[], size: number): Generator<T[]> {
  for (let start = 0; start < rows.length; start += size) yield rows.slice(start, start + size)
}
