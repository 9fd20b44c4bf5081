import { type Kysely, sql } from 'kysely'
import type { Schema } from '../schema.ts'
import { UNHURRIED } from './fence.ts'

/** An attempt by its run and fencing token. */
export interface AttemptKey {
  runId: string
  fencingToken: number
}

export interface Heartbeat {
  /** Of the attempts that the worker named those that are still its own. */
  held: (AttemptKey & { cancelRequested: boolean })[]
  /** Version of the Atlas that owns the database now; null before one did. */
  platformVersion: string | null
  /** Whether a living server runs in another process, whose pages want to be told of changes. */
  hasListeners: boolean
}

/**
 * One sign of life for a worker and for all that it carries out, by the database's clock, in one statement.
 * @param attempts what the process really works on: an attempt that it never heard of (the answer to its claim got lost) gets no sign of life, and is
 * found by who looks for lost ones
 */
export async function sendHeartbeat(
  db: Kysely<Schema>,
  worker: { id: string; state: 'active' | 'draining' },
  attempts: readonly AttemptKey[],
): Promise<Heartbeat> {
  const runIds = attempts.map(({ runId }) => runId)
  const tokens = attempts.map(({ fencingToken }) => fencingToken)
  const { rows } = await sql<Heartbeat>`
    with alive as (update workers set heartbeat_at = clock_timestamp(), state = ${worker.state} where id = ${worker.id}),
    beat as (
      update attempts set heartbeat_at = clock_timestamp()
      from unnest(${runIds}::text[], ${tokens}::int[]) as mine(id, token)
      where run_id = mine.id and fencing_token = mine.token and finished_at is null and worker_id = ${worker.id}
      returning run_id, fencing_token)
    select ${UNHURRIED} as unhurried, (select version from platform) as "platformVersion",
      exists (select from workers where role = 'server' and state in ('active', 'draining') and id <> ${worker.id}) as "hasListeners",
      coalesce((select jsonb_agg(jsonb_build_object('runId', run_id, 'fencingToken', beat.fencing_token,
          'cancelRequested', cancel_requested_at is not null))
        from beat join runs on runs.id = run_id and runs.fencing_token = beat.fencing_token and runs.state = 'running'), '[]') as held`.execute(
    db,
  )
  return rows[0] ?? { held: [], platformVersion: null, hasListeners: false }
}
