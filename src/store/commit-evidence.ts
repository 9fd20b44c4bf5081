import { sql, type Transaction } from 'kysely'
import type { PiiFinding } from '../contract/pii.ts'
import type { CheckResult } from '../contract/quality.ts'
import { insertRows } from './insert-rows.ts'
import { insertMetrics, type JudgedMetric } from './quality-history.ts'
import type { Schema } from './schema.ts'

type Db = Transaction<Schema>

/** What is known of a snapshot beside its rows. */
export interface Evidence {
  /** layer.name */
  dataset: string
  checks: CheckResult[]
  /** What is kept over time, judged by the history that the dataset has now. */
  metrics?: readonly JudgedMetric[]
  /** Null when this snapshot was never classified. */
  findings: PiiFinding[] | null
  /** Datasets it was made from: another draft of the same commit, or a snapshot that is there already. */
  inputs: { dataset: string; snapshotId: number | null }[]
  state: { pipeline: string; stream: string; state: unknown } | null
}

/** A draft that has become a snapshot. */
export interface Committed<Draft extends Evidence = Evidence> {
  draft: Draft
  datasetId: number
  snapshotId: number
}

/**
 * Keeps what is known of snapshots beside their rows: findings, results of checks, metrics, what they were made from, and how far their streams are. A statement
 * for each kind, whatever the number of snapshots.
 */
export async function insertEvidence(db: Db, runId: string | null, committed: readonly Committed[]): Promise<void> {
  const findings = committed.flatMap(({ draft, snapshotId }) =>
    (draft.findings ?? []).map((finding, ordinal) => ({ snapshot_id: snapshotId, ordinal, finding })),
  )
  await insertRows(db, 'findings', findings)
  const checks = committed.flatMap(({ draft, datasetId, snapshotId }) =>
    draft.checks.map((result, ordinal) => ({ snapshot_id: snapshotId, run_id: runId, dataset_id: datasetId, ordinal, result })),
  )
  await insertRows(db, 'check_results', checks)
  const metrics = committed.flatMap(({ draft, datasetId, snapshotId }) =>
    (draft.metrics ?? []).map((metric) => ({ ...metric, runId, datasetId, snapshotId })),
  )
  await insertMetrics(db, metrics)
  await insertInputs(db, committed)
  await saveStates(db, committed)
}

async function insertInputs(db: Db, committed: readonly Committed[]): Promise<void> {
  const inputs = committed.flatMap(({ draft, snapshotId }) =>
    draft.inputs.map((input) => ({ ...input, of: draft.dataset, by: snapshotId })),
  )
  if (inputs.length === 0) return
  const known = new Map(committed.map(({ draft, datasetId, snapshotId }) => [draft.dataset, { datasetId, snapshotId }]))
  const others = await idsOf(
    db,
    inputs.map(({ dataset }) => dataset).filter((name) => !known.has(name)),
  )
  const rows = inputs.map(({ dataset, snapshotId, of, by }) => {
    const input = snapshotId ?? known.get(dataset)?.snapshotId
    const datasetId = known.get(dataset)?.datasetId ?? others.get(dataset)
    if (input === undefined || datasetId === undefined) throw new Error(`${of} names ${dataset} as input, which is not committed`)
    return { snapshot_id: by, input_dataset_id: datasetId, input_snapshot_id: input }
  })
  await insertRows(db, 'snapshot_inputs', rows)
}

async function idsOf(db: Db, names: readonly string[]): Promise<Map<string, number>> {
  if (names.length === 0) return new Map()
  const rows = await db.selectFrom('datasets').select(['id', 'name']).where('name', 'in', names).execute()
  return new Map(rows.map(({ id, name }) => [name, id]))
}

/** How far streams have been read; the files of reads that were cut off are these snapshots' now. */
async function saveStates(db: Db, committed: readonly Committed[]): Promise<void> {
  const states = new Map(
    committed.flatMap(({ draft: { state }, snapshotId }) =>
      state === null ? [] : [[JSON.stringify([state.pipeline, state.stream]), { ...state, snapshotId }]],
    ),
  )
  if (states.size === 0) return
  const all = [...states.values()]
  const [pipelines, streams] = [all.map(({ pipeline }) => pipeline), all.map(({ stream }) => stream)]
  await sql`
    insert into stream_states (pipeline, stream, state, snapshot_id, updated_at)
    select pipeline, stream, state::jsonb, snapshot_id, ${new Date()}::timestamptz
    from unnest(${pipelines}::text[], ${streams}::text[], ${all.map(({ state }) => JSON.stringify(state))}::text[],
      ${all.map(({ snapshotId }) => snapshotId)}::bigint[]) as read (pipeline, stream, state, snapshot_id)
    on conflict (pipeline, stream) do update
      set state = excluded.state, snapshot_id = excluded.snapshot_id, updated_at = excluded.updated_at`.execute(db)
  await sql`
    delete from read_checkpoints using unnest(${pipelines}::text[], ${streams}::text[]) as read (pipeline, stream)
    where read_checkpoints.pipeline = read.pipeline and read_checkpoints.stream = read.stream`.execute(db)
}
