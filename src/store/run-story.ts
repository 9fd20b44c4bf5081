import { type Kysely, sql } from 'kysely'
import type { RunAttempt, RunDetail, RunSnapshot, Step } from '../contract/runs.ts'
import { readRun, toRun, toStep } from './runs.ts'
import { readWaits } from './run-waits.ts'
import type { Schema } from './schema.ts'

/** One run with its steps, attempts, snapshots and report. @throws AtlasError `run.not_found` */
export async function readRunDetail(db: Kysely<Schema>, runId: string): Promise<RunDetail> {
  const row = await readRun(db, runId)
  const [steps, attempts, inputs, outputs, again, waits] = await Promise.all([
    db.selectFrom('steps').selectAll().where('run_id', '=', runId).orderBy('ordinal').execute(),
    readAttempts(db, runId),
    readInputs(db, runId),
    readOutputs(db, runId),
    db.selectFrom('runs').select('id').where('retry_of', '=', runId).executeTakeFirst(),
    row.state === 'queued' ? readWaits(db, row) : [],
  ])
  return {
    ...toRun(row),
    steps: steps.map(toStep),
    attempts: attempts.map((attempt) => withSteps(attempt, row.fencing_token, steps.map(toStep))),
    waits,
    inputs,
    outputs,
    retriedBy: again?.id ?? null,
    scheduleId: row.schedule_id,
    report: row.report,
  }
}

/** The steps of the last attempt, once it has ended, are those of the run. */
function withSteps(attempt: RunAttempt, last: number, steps: Step[]): RunAttempt {
  return attempt.attempt === last && attempt.finishedAt !== null && attempt.steps.length === 0 ? { ...attempt, steps } : attempt
}

/** Silence is told by the database's clock, on which signs of life are written. */
async function readAttempts(db: Kysely<Schema>, runId: string): Promise<RunAttempt[]> {
  const rows = await db
    .selectFrom('attempts')
    .leftJoin('workers', 'workers.id', 'attempts.worker_id')
    .select(['fencing_token', 'worker', 'host', 'attempts.started_at', 'finished_at', 'outcome', 'error', 'steps'])
    .select(
      sql<number | null>`case when finished_at is null and attempts.heartbeat_at is not null
        then greatest(0, round(extract(epoch from clock_timestamp() - attempts.heartbeat_at) * 1000))::bigint end`.as('silent'),
    )
    .where('run_id', '=', runId)
    .orderBy('fencing_token')
    .execute()
  return rows.map((row) => ({
    attempt: row.fencing_token,
    worker: row.worker,
    host: row.host,
    startedAt: row.started_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
    outcome: row.outcome,
    silentMs: row.silent,
    error: row.error,
    steps: row.steps ?? [],
  }))
}

async function readOutputs(db: Kysely<Schema>, runId: string): Promise<RunSnapshot[]> {
  const rows = await db
    .selectFrom('snapshots')
    .innerJoin('datasets', 'datasets.id', 'snapshots.dataset_id')
    .select(['datasets.name', 'snapshots.id', 'snapshots.rows'])
    .where('snapshots.run_id', '=', runId)
    .orderBy('snapshots.id')
    .execute()
  return rows.map(toSnapshot)
}

/** What its snapshots were made from, but for what it made itself on the way. */
async function readInputs(db: Kysely<Schema>, runId: string): Promise<RunSnapshot[]> {
  const rows = await db
    .selectFrom('snapshots as made')
    .innerJoin('snapshot_inputs', 'snapshot_inputs.snapshot_id', 'made.id')
    .innerJoin('snapshots as read', 'read.id', 'snapshot_inputs.input_snapshot_id')
    .innerJoin('datasets', 'datasets.id', 'read.dataset_id')
    .select(['datasets.name', 'read.id', 'read.rows'])
    .distinct()
    .where('made.run_id', '=', runId)
    .where('read.run_id', 'is distinct from', runId)
    .orderBy('datasets.name')
    .orderBy('read.id')
    .execute()
  return rows.map(toSnapshot)
}

function toSnapshot({ name, id, rows }: { name: string; id: number; rows: number }): RunSnapshot {
  return { dataset: name, snapshotId: `s_${id}`, rows }
}
