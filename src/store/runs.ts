import type { Kysely, Selectable } from 'kysely'
import type { PipelineDefinition } from '../contract/pipelines.ts'
import type { LogLine, Run, Step, StepName } from '../contract/runs.ts'
import { AtlasError, type ProblemDetails } from '../core/errors.ts'
import type { RunsTable, StepsTable } from './run-tables.ts'
import type { Schema } from './schema.ts'

export type RunRow = Selectable<RunsTable>

/** The wire form of a run's row. */
export function toRun(row: Omit<RunRow, 'definition' | 'report'>): Run {
  return {
    id: row.id,
    pipeline: row.pipeline,
    state: row.state,
    trigger: row.trigger,
    requestedBy: row.requested_by,
    kind: row.kind,
    cause: row.cause,
    priority: row.priority,
    attempt: row.fencing_token,
    failures: row.failures,
    maxAttempts: row.max_attempts,
    notBefore: row.not_before?.toISOString() ?? null,
    retryOf: row.retry_of,
    gaveUpAt: row.gave_up_at?.toISOString() ?? null,
    settledAt: row.settled_at?.toISOString() ?? null,
    logicalTime: row.logical_time?.toISOString() ?? null,
    queuedAt: row.queued_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    finishedAt: row.finished_at?.toISOString() ?? null,
    sourceRows: row.source_rows,
    publishedRows: row.published_rows,
    quarantinedRows: row.quarantined_rows,
    deduplicatedRows: row.deduplicated_rows,
    discardedRows: row.discarded_rows,
    qualityScore: row.quality_score,
    piiColumns: row.pii_columns,
    error: row.error,
  }
}

/** The wire form of a step's row. */
export function toStep(row: Selectable<StepsTable>): Step {
  return {
    stream: row.stream,
    name: row.name as StepName,
    state: row.state,
    startedAt: row.started_at?.toISOString() ?? null,
    finishedAt: row.finished_at?.toISOString() ?? null,
    rowsIn: row.rows_in,
    rowsOut: row.rows_out,
    bytes: row.bytes,
    note: row.note,
  }
}

export interface NewRun {
  id: string
  definition: PipelineDefinition
  trigger: Run['trigger']
  requestedBy: string
  scheduleId?: string
  /** The time of the schedule that it stands for. */
  logicalTime?: Date
  workingFolder: string
  /** As they are shown while it waits. */
  steps: readonly { ordinal: number; stream: string; name: StepName }[]
}

/** Adds a run in state queued, with its steps in the same transaction: a run that can be claimed can be carried out. */
export async function insertRun(db: Kysely<Schema>, run: NewRun): Promise<Run> {
  return db.transaction().execute(async (transaction) => {
    const added = await insertRow(transaction, run)
    await setSteps(transaction, run.id, run.steps)
    return added
  })
}

/** Adds the row of a run, in state queued. Its steps belong into the same transaction. */
export async function insertRow(db: Kysely<Schema>, run: Omit<NewRun, 'steps'>): Promise<Run> {
  const row = await db
    .insertInto('runs')
    .values({
      id: run.id,
      pipeline: run.definition.name,
      definition: JSON.stringify(run.definition),
      state: 'queued',
      trigger: run.trigger,
      requested_by: run.requestedBy,
      schedule_id: run.scheduleId ?? null,
      logical_time: run.logicalTime ?? null,
      working_folder: run.workingFolder,
      fencing_token: 0,
      source_rows: null,
      published_rows: null,
      quarantined_rows: null,
      deduplicated_rows: null,
      discarded_rows: null,
      quality_score: null,
      pii_columns: null,
      error: null,
      report: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  return toRun(row)
}

/**
 * Takes the oldest queued run whose pipeline is not busy and makes this process its one attempt.
 * @param busy pipelines that have a run going
 */
export async function claimRun(db: Kysely<Schema>, worker: string, busy: string[]): Promise<RunRow | null> {
  return db.transaction().execute(async (transaction) => {
    let query = transaction.selectFrom('runs').select(['id', 'fencing_token']).where('state', '=', 'queued')
    if (busy.length > 0) query = query.where('pipeline', 'not in', busy)
    const next = await query.orderBy('queued_at').orderBy('id').limit(1).forUpdate().skipLocked().executeTakeFirst()
    if (next === undefined) return null
    const fencingToken = next.fencing_token + 1
    const row = await transaction
      .updateTable('runs')
      .set({ state: 'running', started_at: new Date(), fencing_token: fencingToken })
      .where('id', '=', next.id)
      .returningAll()
      .executeTakeFirstOrThrow()
    await transaction.insertInto('attempts').values({ run_id: next.id, fencing_token: fencingToken, worker, outcome: null }).execute()
    return row
  })
}

/**
 * Ends every run that a dead process left running: it published nothing. Only the owner of the home may call this, before it starts runs.
 * @returns the runs ended
 */
export async function endInterruptedRuns(db: Kysely<Schema>, error: ProblemDetails): Promise<string[]> {
  const now = new Date()
  const rows = await db
    .updateTable('runs')
    .set({ state: 'failed', finished_at: now, error: JSON.stringify(error) })
    .where('state', '=', 'running')
    .returning('id')
    .execute()
  const ids = rows.map((row) => row.id)
  if (ids.length > 0) {
    await db
      .updateTable('steps')
      .set({ state: 'failed', finished_at: now, note: error.detail })
      .where('run_id', 'in', ids)
      .where('state', '=', 'running')
      .execute()
    await db
      .updateTable('steps')
      .set({ state: 'skipped', note: 'Not reached.' })
      .where('run_id', 'in', ids)
      .where('state', '=', 'waiting')
      .execute()
    await db
      .updateTable('attempts')
      .set({ finished_at: now, outcome: 'lost' })
      .where('run_id', 'in', ids)
      .where('finished_at', 'is', null)
      .execute()
  }
  return ids
}

/**
 * Notes that a run shall stop. A queued run ends at once.
 * @throws AtlasError `run.not_found`, `run.finished`
 */
export async function requestCancel(db: Kysely<Schema>, runId: string, error: ProblemDetails): Promise<Run> {
  return db.transaction().execute(async (transaction) => {
    const row = await transaction.selectFrom('runs').selectAll().where('id', '=', runId).forUpdate().executeTakeFirst()
    if (row === undefined) throw new AtlasError('run.not_found', `There is no run ${runId}.`)
    if (row.state !== 'queued' && row.state !== 'running') throw new AtlasError('run.finished', `Run ${runId} has finished: ${row.state}.`)
    const now = new Date()
    const ended = row.state === 'queued' ? { state: 'cancelled' as const, finished_at: now, error: JSON.stringify(error) } : {}
    const changed = await transaction
      .updateTable('runs')
      .set({ cancel_requested_at: now, ...ended })
      .where('id', '=', runId)
      .returningAll()
      .executeTakeFirstOrThrow()
    return toRun(changed)
  })
}

/** Replaces the steps of a run that has not begun them. */
export async function setSteps(
  db: Kysely<Schema>,
  runId: string,
  steps: readonly { ordinal: number; stream: string; name: StepName }[],
): Promise<void> {
  await db.deleteFrom('steps').where('run_id', '=', runId).where('state', '=', 'waiting').execute()
  const rows = steps.map((step) => ({
    run_id: runId,
    ...step,
    state: 'waiting' as const,
    rows_in: null,
    rows_out: null,
    bytes: null,
    note: null,
  }))
  if (rows.length > 0) await db.insertInto('steps').values(rows).execute()
}

/** Moves one step and gives its wire form. */
export async function updateStep(
  db: Kysely<Schema>,
  runId: string,
  ordinal: number,
  change: Partial<Pick<Selectable<StepsTable>, 'state' | 'started_at' | 'finished_at' | 'rows_in' | 'rows_out' | 'bytes' | 'note'>>,
): Promise<Step> {
  const row = await db
    .updateTable('steps')
    .set(change)
    .where('run_id', '=', runId)
    .where('ordinal', '=', ordinal)
    .returningAll()
    .executeTakeFirstOrThrow()
  return toStep(row)
}

/** Adds a log line and gives its wire form. */
export async function insertLog(
  db: Kysely<Schema>,
  runId: string,
  line: { level: 'info' | 'warn' | 'error'; stream: string; step: StepName | null; message: string },
): Promise<LogLine> {
  const row = await db
    .insertInto('run_log')
    .values({ run_id: runId, ...line })
    .returning(['id', 'at'])
    .executeTakeFirstOrThrow()
  return { id: row.id, at: row.at.toISOString(), ...line }
}

/** Reads one run. @throws AtlasError `run.not_found` */
export async function readRun(db: Kysely<Schema>, runId: string): Promise<RunRow> {
  const row = await db.selectFrom('runs').selectAll().where('id', '=', runId).executeTakeFirst()
  if (row === undefined) throw new AtlasError('run.not_found', `There is no run ${runId}.`)
  return row
}
