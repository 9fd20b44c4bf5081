import { type Kysely, sql } from 'kysely'
import type { Schema } from './schema.ts'

/** Runs looked at by one statement: few enough that nobody waits for it. */
const BATCH = 500

/**
 * Lets go of the steps and the log lines of runs that ended before a time: nearly all rows of a run. The run itself, its attempts, its report and what it
 * published stay, and so does all of a run that gave up and waits for somebody to look at it. Goes through what has steps, oldest ids first, and stops at
 * the first run that was queued after that time, so that a round costs what there is to let go.
 * @returns the number of runs that were thinned out
 */
export async function thinOutRuns(db: Kysely<Schema>, before: Date): Promise<number> {
  let thinned = 0
  for (let last = ''; ;) {
    const { rows } = await sql<{ id: string; isOld: boolean; isRecent: boolean }>`
      select runs.id, queued_at >= ${before} as "isRecent", coalesce(runs.finished_at < ${before}, false) and runs.state not in ('queued', 'running')
        and (gave_up_at is null or settled_at is not null) as "isOld"
      from steps join runs on runs.id = run_id where ordinal = 0 and run_id > ${last} order by run_id limit ${BATCH}`.execute(db)
    const old = rows.filter(({ isOld }) => isOld).map(({ id }) => id)
    if (old.length > 0) await letGo(db, old)
    thinned += old.length
    last = rows.at(-1)?.id ?? last
    if (rows.length < BATCH || rows.some(({ isRecent }) => isRecent)) return thinned
  }
}

async function letGo(db: Kysely<Schema>, ids: string[]): Promise<void> {
  await sql`
    with lines as (delete from run_log where run_id = any (${ids})),
    tries as (update attempts set steps = null where run_id = any (${ids}) and steps is not null)
    delete from steps where run_id = any (${ids})`.execute(db)
}
