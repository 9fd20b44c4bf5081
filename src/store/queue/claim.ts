import { type Kysely, sql } from 'kysely'
import type { RunRow } from '../runs.ts'
import type { Schema } from '../schema.ts'

/** Who claims. */
export interface Claimer {
  workerId: string
  /** As people read it, e.g. `atlas start 4711`. */
  workerName: string
  /** Runs bound to another home are passed over. */
  homeId: string
  /** Ids of the runs to which it keeps; left out for whatever waits. */
  own?: readonly string[]
}

/**
 * Takes up to `wanted` runs that may begin now, each with its attempt and its leases, in one statement. Higher priorities come first; among those, pipelines
 * take turns, so that ten thousand runs of one hold nobody up. Never two of one pipeline at once, unless both allow it; never more leases than a pool
 * has places; nothing that waits for a later time by the database's clock.
 * @returns the runs in the order in which they were taken, in state running
 */
export async function claimRuns(db: Kysely<Schema>, { workerId, workerName, homeId, own }: Claimer, wanted: number): Promise<RunRow[]> {
  const { rows } =
    await sql<RunRow>`select * from claim_runs(${workerId}, ${workerName}, ${homeId}, ${wanted}, ${own ?? null}::text[])`.execute(db)
  return rows
}

/** What is left in the queue. */
export interface Waiting {
  /** Whether a run could begin as soon as its pipeline or its pools are free. */
  any: boolean
  /** Milliseconds until the next run that waits for its time; null when none does. */
  dueInMs: number | null
}

/** Why a claimer that got nothing should look again, and when. */
export async function whatWaits(db: Kysely<Schema>): Promise<Waiting> {
  const { rows } = await sql<Waiting>`
    select exists (select from runs where state = 'queued' and (not_before is null or not_before <= clock_timestamp())) as any,
      (select extract(epoch from not_before - clock_timestamp())::float8 * 1000 from runs
        where state = 'queued' and not_before > clock_timestamp() order by not_before limit 1) as "dueInMs"`.execute(db)
  return rows[0] ?? { any: false, dueInMs: null }
}
