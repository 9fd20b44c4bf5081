import { type Kysely, sql } from 'kysely'
import { AtlasError, toProblem } from '../../core/errors.ts'
import { endLostAttempt } from '../end-attempt.ts'
import type { Schema } from '../schema.ts'
import type { AttemptKey } from './heartbeat.ts'

/** An attempt that has given no sign of life for a while. */
export interface SilentAttempt extends AttemptKey {
  worker: string
  /** The last sign of life as it stands there; changes with the next one. */
  mark: string
  /** Seconds by the database's clock since then; below 0 after that clock was set back. */
  silentS: number
}

/** Attempts whose last sign of life is more than `afterS` seconds away from now, on either side, and workers likewise noted as lost. */
export async function findSilent(db: Kysely<Schema>, afterS: number, lostS: number): Promise<SilentAttempt[]> {
  const { rows } = await sql<SilentAttempt>`
    with gone as (
      update workers set state = 'lost' where state in ('active', 'draining') and heartbeat_at < clock_timestamp() - ${lostS} * interval '1 second')
    select run_id as "runId", fencing_token as "fencingToken", worker, coalesce(heartbeat_at, started_at)::text as mark,
      extract(epoch from clock_timestamp() - coalesce(heartbeat_at, started_at))::float8 as "silentS"
    from attempts
    where finished_at is null and abs(extract(epoch from clock_timestamp() - coalesce(heartbeat_at, started_at))) > ${afterS}
    order by run_id limit 1000`.execute(db)
  return rows
}

/**
 * Ends a lost attempt: its leases are given back, and its run begins anew or has failed. Left alone is what another looks at just now, and an
 * attempt that gave a sign of life since `mark` was read.
 * @returns what became of the run; null when it was left alone
 */
export async function endSilent(db: Kysely<Schema>, { runId, fencingToken, mark, worker }: SilentAttempt): Promise<string | null> {
  return db.transaction().execute(async (transaction) => {
    const held = await sql`select from runs where id = ${runId} for update skip locked`.execute(transaction)
    if (held.rows.length === 0) return null
    // A statement of its own, made once the run is locked: it sees what another did in between.
    const found = await sql`
      select from attempts where run_id = ${runId} and fencing_token = ${fencingToken}
        and finished_at is null and coalesce(heartbeat_at, started_at)::text = ${mark}`.execute(transaction)
    if (found.rows.length === 0) return null
    const lost = new AtlasError(
      'run.worker_lost',
      `The worker that carried it out, ${worker}, gave no sign of life any more. It published nothing.`,
    )
    return endLostAttempt(transaction, { runId, fencingToken, error: toProblem(lost) })
  })
}

/**
 * Ends the attempts of processes that owned the home before and cannot live any more: who calls holds its lock.
 * @returns ids of the runs
 */
export async function endFormerOwners(db: Kysely<Schema>, homeId: string): Promise<string[]> {
  const { rows } = await sql<SilentAttempt>`
    with dead as (
      update workers set state = 'lost' where home_id = ${homeId} and role in ('server', 'command') and state in ('active', 'draining') returning id)
    select run_id as "runId", fencing_token as "fencingToken", worker, coalesce(heartbeat_at, started_at)::text as mark, 0 as "silentS"
    from attempts where finished_at is null and (worker_id in (select id from dead) or worker_id is null)`.execute(db)
  for (const attempt of rows) await endSilent(db, attempt)
  return rows.map(({ runId }) => runId)
}

/** Notes that an attempt came back after it had been given up: it changed nothing. */
export async function noteRefused(db: Kysely<Schema>, { runId, fencingToken }: AttemptKey): Promise<void> {
  await db
    .updateTable('attempts')
    .set({ outcome: 'refused' })
    .where('run_id', '=', runId)
    .where('fencing_token', '=', fencingToken)
    .where('outcome', '=', 'lost')
    .execute()
}
