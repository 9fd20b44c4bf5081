import { type Kysely, type Selectable, sql } from 'kysely'
import type { WorkersTable } from '../run-tables.ts'
import type { Schema } from '../schema.ts'

/** A process that carries out runs. */
export interface NewWorker {
  id: string
  role: WorkersTable['role']
  host: string
  pid: number
  version: string
  homeId: string
  /** Runs at once. */
  concurrency: number
}

/** Rows of workers that ended are kept for so long. */
const KEPT = sql`interval '7 days'`

/** Makes a process known as a worker; those that ended long ago are forgotten. */
export async function registerWorker(db: Kysely<Schema>, worker: NewWorker): Promise<void> {
  await sql`delete from workers where state in ('stopped', 'lost') and heartbeat_at < now() - ${KEPT}`.execute(db)
  const { homeId, ...rest } = worker
  await db
    .insertInto('workers')
    .values({ ...rest, home_id: homeId, state: 'active' })
    .execute()
}

/** Notes that a worker has ended in order. */
export async function leaveWorker(db: Kysely<Schema>, id: string): Promise<void> {
  await db
    .updateTable('workers')
    .set({ state: 'stopped', stopped_at: sql`now()`, heartbeat_at: sql`now()` })
    .where('id', '=', id)
    .execute()
}

export interface WorkerWithRuns extends Selectable<WorkersTable> {
  runs: { id: string; pipeline: string; attempt: number; startedAt: string }[]
  /** Attempts of it that came back too late and were refused. */
  refused: number
  /** Seconds since its last sign of life, by the database's clock. */
  silent_s: number
}

/** Workers that live or ended within the last day, the newest first, with what they carry out. */
export async function listWorkers(db: Kysely<Schema>): Promise<WorkerWithRuns[]> {
  const { rows } = await sql<WorkerWithRuns>`
    select workers.*, extract(epoch from clock_timestamp() - heartbeat_at)::float8 as silent_s,
      (select count(*)::int from attempts where worker_id = workers.id and outcome = 'refused') as refused,
      coalesce((select jsonb_agg(jsonb_build_object('id', runs.id, 'pipeline', pipeline, 'attempt', attempts.fencing_token,
          'startedAt', to_char(attempts.started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by attempts.started_at)
        from attempts join runs on runs.id = attempts.run_id
        where worker_id = workers.id and attempts.finished_at is null), '[]') as runs
    from workers where state in ('active', 'draining') or heartbeat_at > now() - interval '1 day'
    order by state in ('active', 'draining') desc, started_at desc, id limit 500`.execute(db)
  return rows
}

/** Attempts of the last seven days that came back too late and were refused. */
export async function countRefused(db: Kysely<Schema>): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from attempts where outcome = 'refused' and started_at > now() - interval '7 days'`.execute(db)
  return rows[0]?.n ?? Number.NaN
}
