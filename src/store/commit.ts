import { type Kysely, sql, type Transaction } from 'kysely'
import type { CheckResult } from '../contract/quality.ts'
import type { RunReport } from '../contract/runs.ts'
import { AtlasError, type ProblemDetails } from '../core/errors.ts'
import type { SchemaDifference } from '../core/schema-contract.ts'
import { commitSnapshots, type SnapshotDraft } from './commit-snapshots.ts'
import { type ChosenRows, markReleased } from './quarantine-marks.ts'
import { closeAttempt } from './end-attempt.ts'
import { type FollowUp, insertFollowUp, settleOlder } from './settle-runs.ts'
import { endReplay } from './quarantine-replays.ts'
import { layerOf } from './dataset-layer.ts'
import { insertRows } from './insert-rows.ts'
import { insertLineageEvent, type LineageEvent } from './lineage-events.ts'
import { dropCheckpoint } from './read-checkpoints.ts'
import type { RunRow } from './runs.ts'
import type { Schema } from './schema.ts'
import { supersedeUnpublished } from './supersede-quarantine.ts'

export interface QuarantineFile {
  id: string
  dataset: string
  stage: 'extract' | 'standardise' | 'check'
  path: string
  rows: number
  sizeBytes: number
  sha256: string
  reasons: { reason: string; rows: number }[]
  /** Rows that an earlier run published and that are refused only now: they are no part of what this run read. */
  isWithdrawn?: boolean
}

export interface RunOutcome {
  runId: string
  fencingToken: number
  drafts: SnapshotDraft[]
  quarantine: QuarantineFile[]
  /** Rows of earlier batches that this run publishes, because nothing refuses them any more. */
  released?: readonly ChosenRows[]
  /** Check results of a run that publishes nothing: what it was refused for. */
  refusedChecks?: { dataset: string; results: CheckResult[] }[]
  /** Changes of the source's schema that the run saw, whether or not it publishes. */
  schemaChanges?: RunSchemaChange[]
  /** Datasets whose stream the run read to the end, and those that it built: what earlier runs of its pipeline refused and did not publish was in it. */
  reread?: readonly string[]
  /** Streams of which the next run reads everything anew, because what this one read was refused as a whole. */
  startOver?: readonly string[]
  /** Makes the run's report, knowing the new snapshot ids by dataset. */
  finish(snapshotIds: Map<string, number>): RunTotals
  /** The run that reads by itself what this one is missing; null when there is none. */
  followUp?(totals: RunTotals, run: RunRow): FollowUp | null
  /** Makes the run's OpenLineage event. */
  lineage(snapshotIds: Map<string, number>, totals: RunTotals): LineageEvent
}

export interface RunSchemaChange extends SchemaDifference {
  pipeline: string
  stream: string
  dataset: string
}

export interface RunTotals {
  state: 'succeeded' | 'partial' | 'rate_limited' | 'failed' | 'blocked' | 'cancelled'
  sourceRows: number | null
  publishedRows: number | null
  quarantinedRows: number | null
  deduplicatedRows: number | null
  discardedRows: number | null
  qualityScore: number | null
  piiColumns: number | null
  error: ProblemDetails | null
  report: RunReport | null
}

type Db = Transaction<Schema>

/**
 * Commits a whole run in ONE transaction: files, snapshots, cursor, quality results, findings, lineage, quarantine and the run's own end become
 * visible together or not at all.
 * @throws AtlasError `run.cancelled` when the run was cancelled meanwhile, `run.superseded` when another attempt owns it,
 * `dataset.conflict` when another run published one of the datasets first
 */
export async function commitRun(db: Kysely<Schema>, outcome: RunOutcome): Promise<RunTotals> {
  return db.transaction().execute(async (transaction) => {
    const run = await holdRun(transaction, outcome)
    const ids = await commitSnapshots(transaction, outcome.runId, outcome.drafts)
    await supersedeUnpublished(transaction, outcome.runId, outcome.reread ?? [])
    await insertQuarantine(transaction, outcome.runId, outcome.quarantine)
    for (const rows of outcome.released ?? []) await markReleased(transaction, rows, outcome.runId)
    await insertRefusedChecks(transaction, outcome)
    await insertSchemaChanges(transaction, outcome)
    const totals = outcome.finish(ids)
    for (const stream of outcome.startOver ?? []) await dropCheckpoint(transaction, run.pipeline, stream)
    await endReplay(transaction, outcome.runId, ids.size > 0)
    await finishRun(transaction, outcome, totals)
    await insertLineageEvent(transaction, outcome.runId, outcome.lineage(ids, totals))
    return totals
  })
}

async function holdRun(db: Db, outcome: RunOutcome): Promise<{ pipeline: string }> {
  const run = await db
    .selectFrom('runs')
    .select(['pipeline', 'fencing_token', 'state', 'cancel_requested_at'])
    .where('id', '=', outcome.runId)
    .forUpdate()
    .executeTakeFirst()
  if (run === undefined || run.state !== 'running' || run.fencing_token !== outcome.fencingToken) {
    throw new AtlasError('run.superseded', `Run ${outcome.runId} is owned by another attempt; this one publishes nothing.`)
  }
  if (run.cancel_requested_at !== null && outcome.drafts.length > 0)
    throw new AtlasError('run.cancelled', `Run ${outcome.runId} was cancelled; nothing was published.`)
  return run
}

async function insertQuarantine(db: Db, runId: string, batches: readonly QuarantineFile[]): Promise<void> {
  const datasets = await ensureDatasets(
    db,
    batches.map(({ dataset }) => dataset),
  )
  const rows = batches.map((batch) => ({
    id: batch.id,
    dataset_id: datasets.get(batch.dataset),
    run_id: runId,
    stage: batch.stage,
    path: batch.path,
    rows: batch.rows,
    size_bytes: batch.sizeBytes,
    sha256: batch.sha256,
    reasons: batch.reasons,
  }))
  await insertRows(db, 'quarantine', rows)
}

/** The rows of datasets, which may never have been published: the first run of one may be refused. @returns ids by name */
async function ensureDatasets(db: Db, wanted: readonly string[]): Promise<Map<string, number>> {
  const names = [...new Set(wanted)].toSorted()
  if (names.length === 0) return new Map()
  await db
    .insertInto('datasets')
    .values(names.map((name) => ({ name, layer: layerOf(name), description: null, snapshot_id: null, last_field_id: 0 })))
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute()
  const rows = await db.selectFrom('datasets').select(['id', 'name']).where('name', 'in', names).execute()
  return new Map(rows.map(({ id, name }) => [name, id]))
}

async function insertRefusedChecks(db: Db, outcome: RunOutcome): Promise<void> {
  const refused = (outcome.refusedChecks ?? []).filter(({ results }) => results.length > 0)
  const datasets = await ensureDatasets(
    db,
    refused.map(({ dataset }) => dataset),
  )
  const rows = refused.flatMap(({ dataset, results }) =>
    results.map((result, ordinal) => ({
      snapshot_id: null,
      run_id: outcome.runId,
      dataset_id: datasets.get(dataset),
      ordinal,
      result,
    })),
  )
  await insertRows(db, 'check_results', rows)
}

async function insertSchemaChanges(db: Db, outcome: RunOutcome): Promise<void> {
  const rows = (outcome.schemaChanges ?? []).map((change) => ({ run_id: outcome.runId, ...change }))
  if (rows.length > 0) await db.insertInto('schema_changes').values(rows).execute()
}

async function finishRun(db: Db, { runId, fencingToken, followUp }: RunOutcome, totals: RunTotals): Promise<void> {
  const now = new Date()
  const isIncomplete = !['succeeded', 'cancelled'].includes(totals.state)
  const ended = await db
    .updateTable('runs')
    .set({
      state: totals.state,
      finished_at: now,
      not_before: null,
      ...(isIncomplete ? { gave_up_at: now } : {}),
      ...(isIncomplete && totals.state !== 'blocked' ? { failures: sql<number>`failures + 1` } : {}),
      source_rows: totals.sourceRows,
      published_rows: totals.publishedRows,
      quarantined_rows: totals.quarantinedRows,
      deduplicated_rows: totals.deduplicatedRows,
      discarded_rows: totals.discardedRows,
      quality_score: totals.qualityScore,
      pii_columns: totals.piiColumns,
      error: totals.error === null ? null : JSON.stringify(totals.error),
      report: totals.report === null ? null : JSON.stringify(totals.report),
    })
    .where('id', '=', runId)
    .returningAll()
    .executeTakeFirstOrThrow()
  await closeAttempt(db, { runId, fencingToken, outcome: totals.state, error: totals.error })
  if (totals.state === 'succeeded') await settleOlder(db, runId)
  const again = isIncomplete ? (followUp?.(totals, ended) ?? null) : null
  if (again !== null) await insertFollowUp(db, ended, again)
}
