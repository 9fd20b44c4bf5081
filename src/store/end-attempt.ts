import { type Kysely, sql, type Transaction } from 'kysely'
import { StepName, type AttemptOutcome } from '../contract/runs.ts'
import { AtlasError, type ProblemDetails } from '../core/errors.ts'
import { countsAsFailure, type RetryDecision } from '../core/retry.ts'
import { endReplay } from './quarantine-replays.ts'
import { insertSteps } from './runs.ts'
import type { Schema } from './schema.ts'

/** An attempt that publishes nothing. */
export interface FailedAttempt {
  runId: string
  fencingToken: number
  outcome: Extract<AttemptOutcome, 'failed' | 'rate_limited' | 'lost' | 'handed_over'>
  error: ProblemDetails
  /** Decides by the failures of the run, and by how often its source has turned it away, this time among them. */
  decide(run: { failures: number; maxAttempts: number; limited: number }): RetryDecision
}

export interface SentBack {
  /** Attempts that failed so far. */
  failures: number
  maxAttempts: number
  /** How often its source has turned it away; 0 where this was another failure. */
  limited: number
  /** By the database's clock. */
  notBefore: Date
}

/**
 * Ends an attempt and puts its run back into the queue, in one transaction: the attempt keeps its steps and its error, the run gets fresh steps and
 * waits. What its streams have read so far stays in their checkpoints.
 * @returns null when it is not to be tried again, or a cancel was asked for: nothing was changed, and the run is to be ended
 * @throws AtlasError `run.superseded` when another attempt owns the run
 */
export async function sendBack(db: Kysely<Schema>, attempt: FailedAttempt): Promise<SentBack | null> {
  return db.transaction().execute((transaction) => sendBackIn(transaction, attempt))
}

/** `sendBack` inside a transaction of the caller's. */
export async function sendBackIn(db: Transaction<Schema>, attempt: FailedAttempt): Promise<SentBack | null> {
  const { runId, fencingToken, outcome } = attempt
  const run = await db
    .selectFrom('runs')
    .select(['fencing_token', 'state', 'cancel_requested_at', 'failures', 'max_attempts'])
    .where('id', '=', runId)
    .forUpdate()
    .executeTakeFirst()
  if (run === undefined || run.state !== 'running' || run.fencing_token !== fencingToken) {
    throw new AtlasError('run.superseded', `Run ${runId} is owned by another attempt; this one changes nothing.`)
  }
  const limited = outcome === 'rate_limited' ? (await countLimited(db, runId)) + 1 : 0
  const failures = run.failures + (countsAsFailure(outcome, limited) ? 1 : 0)
  const decision = attempt.decide({ failures, maxAttempts: run.max_attempts, limited })
  if (!decision.again || run.cancel_requested_at !== null) return null
  await closeAttempt(db, { runId, fencingToken, outcome, error: attempt.error })
  await keepSteps(db, runId, fencingToken)
  const { not_before: notBefore } = await db
    .updateTable('runs')
    .set({ state: 'queued', failures, not_before: sql<Date>`clock_timestamp() + ${decision.pauseMs} * interval '1 millisecond'` })
    .where('id', '=', runId)
    .returning('not_before')
    .executeTakeFirstOrThrow()
  await renewSteps(db, runId)
  return { failures, maxAttempts: run.max_attempts, limited, notBefore: notBefore ?? new Date(0) }
}

async function countLimited(db: Transaction<Schema>, runId: string): Promise<number> {
  const { count } = await db
    .selectFrom('attempts')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('run_id', '=', runId)
    .where('outcome', '=', 'rate_limited')
    .executeTakeFirstOrThrow()
  return Number(count)
}

/**
 * Ends the row of an attempt with its outcome, its error, and the time it worked, which is added to the run's. Its leases are given back. The steps of the
 * last attempt are those of the run. Belongs into the transaction that moves the run.
 */
export async function closeAttempt(
  db: Transaction<Schema>,
  end: { runId: string; fencingToken: number; outcome: AttemptOutcome; error: ProblemDetails | null },
): Promise<void> {
  const { runId, fencingToken } = end
  const closed = await db
    .updateTable('attempts')
    .set({
      finished_at: sql<Date>`clock_timestamp()`,
      outcome: end.outcome,
      error: end.error === null ? null : JSON.stringify(end.error),
    })
    .where('run_id', '=', runId)
    .where('fencing_token', '=', fencingToken)
    .where('finished_at', 'is', null)
    .returning(sql<number>`greatest(0, round(extract(epoch from clock_timestamp() - started_at) * 1000))::bigint`.as('worked'))
    .executeTakeFirst()
  if (closed === undefined) return
  await db
    .updateTable('runs')
    .set({ worked_ms: sql<number>`worked_ms + ${closed.worked}` })
    .where('id', '=', runId)
    .execute()
  await db.deleteFrom('leases').where('run_id', '=', runId).where('fencing_token', '=', fencingToken).execute()
}

/** Keeps the steps that an attempt leaves, in their wire form, before the run gets fresh ones. */
async function keepSteps(db: Transaction<Schema>, runId: string, fencingToken: number): Promise<void> {
  const at = (column: 'started_at' | 'finished_at') => sql`to_char(${sql.ref(column)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
  await sql`
    update attempts set steps = (
      select jsonb_agg(jsonb_build_object('stream', stream, 'name', name, 'state', state, 'startedAt', ${at('started_at')},
        'finishedAt', ${at('finished_at')}, 'rowsIn', rows_in, 'rowsOut', rows_out, 'bytes', bytes, 'note', note) order by ordinal)
      from steps where run_id = ${runId})
    where run_id = ${runId} and fencing_token = ${fencingToken}`.execute(db)
}

/**
 * Ends an attempt whose worker gave no sign of life: its run goes back into the queue at once, or ends where it is allowed no further attempt or was
 * to be cancelled.
 * @returns the state that the run is in now
 * @throws AtlasError `run.superseded`
 */
export async function endLostAttempt(
  db: Transaction<Schema>,
  lost: { runId: string; fencingToken: number; error: ProblemDetails },
): Promise<'queued' | 'failed' | 'cancelled'> {
  const sentBack = await sendBackIn(db, {
    ...lost,
    outcome: 'lost',
    decide: ({ failures, maxAttempts }) => afterLoss(failures, maxAttempts),
  })
  return sentBack === null ? endLostRun(db, lost) : 'queued'
}

/** No pause: nothing says that the source or the data were at fault, and the next worker is another one. */
function afterLoss(failures: number, maxAttempts: number): RetryDecision {
  return failures < maxAttempts ? { again: true, pauseMs: 0 } : { again: false, because: 'no_attempts_left' }
}

async function endLostRun(
  db: Transaction<Schema>,
  { runId, fencingToken, error }: { runId: string; fencingToken: number; error: ProblemDetails },
): Promise<'failed' | 'cancelled'> {
  const now = sql<Date>`clock_timestamp()`
  const steps = db.updateTable('steps').where('run_id', '=', runId)
  await steps.set({ state: 'failed', finished_at: now, note: error.detail }).where('state', '=', 'running').execute()
  await steps.set({ state: 'skipped', note: 'Not reached.' }).where('state', '=', 'waiting').execute()
  await closeAttempt(db, { runId, fencingToken, outcome: 'lost', error })
  await endReplay(db, runId, false)
  const { cancel_requested_at: cancel } = await db
    .selectFrom('runs')
    .select('cancel_requested_at')
    .where('id', '=', runId)
    .executeTakeFirstOrThrow()
  const ended = cancel === null ? { state: 'failed' as const, gave_up_at: now } : { state: 'cancelled' as const }
  await db
    .updateTable('runs')
    .set({ ...ended, finished_at: now, not_before: null, failures: sql<number>`failures + 1`, error: JSON.stringify(error) })
    .where('id', '=', runId)
    .execute()
  return ended.state
}

/** The eight steps of a run, waiting, in place of what an attempt made of them. */
async function renewSteps(db: Transaction<Schema>, runId: string): Promise<void> {
  await db.deleteFrom('steps').where('run_id', '=', runId).execute()
  await insertSteps(
    db,
    runId,
    StepName.options.map((name, ordinal) => ({ ordinal, stream: '', name })),
  )
}
