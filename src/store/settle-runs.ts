import { type Kysely, sql, type Transaction } from 'kysely'
import type { PipelineDefinition } from '../contract/pipelines.ts'
import type { Run, StepName } from '../contract/runs.ts'
import { AtlasError } from '../core/errors.ts'
import { insertRow, type RunRow, insertSteps, toRun } from './runs.ts'
import type { Schema } from './schema.ts'

/** Triggers whose runs each read something of their own, so that a later success says nothing of an earlier failure. */
export const SINGULAR = ['backfill', 'upload', 'replay', 'event'] as const

/**
 * A run that succeeded makes needless what gave up before it on the same streams of its pipeline. Belongs into the transaction that ends the run.
 */
export async function settleOlder(db: Transaction<Schema>, runId: string): Promise<void> {
  await sql`update runs old set settled_at = clock_timestamp(), settled_by = ${runId} from runs done
    where done.id = ${runId} and old.pipeline = done.pipeline and old.kind = done.kind and old.queued_at < done.queued_at
      and old.gave_up_at is not null and old.settled_at is null and old.trigger <> all(${[...SINGULAR]}::text[])
      and done.trigger <> all(${[...SINGULAR]}::text[]) and old.definition -> 'streams' is not distinct from done.definition -> 'streams'`.execute(
    db,
  )
}

/** A run that does another one again. */
export interface NewRetry {
  id: string
  /** The run that ended without all of its work done. */
  runId: string
  by: string
  steps: readonly { ordinal: number; stream: string; name: StepName }[]
  /** What the new run carries out, from what the old one was. */
  define(old: RunRow, transaction: Transaction<Schema>): Promise<PipelineDefinition>
}

/**
 * Queues a run that does an ended one again, and settles that, in one transaction. It stands for the same time of the same schedule, has the same
 * cause, and goes on from what its streams had made durable.
 * @throws AtlasError `run.not_found`, `run.open`, `run.nothing_to_retry`, `run.retried`, and what `define` throws
 */
export async function insertRetry(db: Kysely<Schema>, retry: NewRetry): Promise<Run> {
  return db.transaction().execute(async (transaction) => {
    const old = await holdEnded(transaction, retry.runId)
    await refuseRetry(transaction, old)
    const definition = await retry.define(old, transaction)
    return insertAgain(transaction, old, { id: retry.id, definition, steps: retry.steps, by: retry.by })
  })
}

interface Again {
  id: string
  definition: PipelineDefinition
  steps: NewRetry['steps']
  by: string
}

/** The new run has everything of the old one that says what it stands for; the old one is settled. */
async function insertAgain(db: Transaction<Schema>, old: RunRow, { id, definition, steps, by }: Again): Promise<Run> {
  const run = await insertRow(db, {
    id,
    definition,
    kind: old.kind,
    trigger: old.trigger,
    requestedBy: by,
    workingFolder: old.working_folder,
    retryOf: old.id,
    ...(old.cause === null ? {} : { cause: old.cause }),
    ...(old.home_id === null ? {} : { homeId: old.home_id }),
    ...(old.schedule_id === null ? {} : { scheduleId: old.schedule_id }),
    ...(old.logical_time === null ? {} : { logicalTime: old.logical_time }),
  })
  await insertSteps(db, id, steps)
  await db
    .updateTable('runs')
    .set({ settled_at: sql<Date>`clock_timestamp()`, settled_by: by, settled_reason: null })
    .where('id', '=', old.id)
    .execute()
  return run
}

/** A run that is to read by itself what another could not. */
export interface FollowUp extends Omit<Again, 'by'> {
  pauseMs: number
}

/** Who settles a partial run whose missing streams are tried again by themselves. */
const BY_ITSELF = 'Atlas'

/**
 * Queues the run that reads what a partial one is missing, after a pause by the database's clock; it may fail as often as that one had left. Belongs
 * into the transaction that ends the partial run.
 */
export async function insertFollowUp(db: Transaction<Schema>, old: RunRow, { pauseMs, ...again }: FollowUp): Promise<void> {
  await insertAgain(db, old, { ...again, by: BY_ITSELF })
  await db
    .updateTable('runs')
    .set({
      not_before: sql<Date>`clock_timestamp() + ${pauseMs} * interval '1 millisecond'`,
      max_attempts: Math.max(1, old.max_attempts - old.failures),
      requested_by: old.requested_by,
    })
    .where('id', '=', again.id)
    .execute()
}

async function holdEnded(db: Transaction<Schema>, runId: string): Promise<RunRow> {
  const row = await db.selectFrom('runs').selectAll().where('id', '=', runId).forUpdate().executeTakeFirst()
  if (row === undefined) throw new AtlasError('run.not_found', `There is no run ${runId}.`)
  if (row.state === 'queued' || row.state === 'running') throw new AtlasError('run.open', `Run ${runId} is ${row.state}.`)
  return row
}

async function refuseRetry(db: Transaction<Schema>, old: RunRow): Promise<void> {
  if (old.state === 'succeeded') throw new AtlasError('run.nothing_to_retry', `Run ${old.id} succeeded.`)
  if (old.trigger === 'replay')
    throw new AtlasError('run.nothing_to_retry', `Run ${old.id} carried rows of quarantine back; they are open there again.`, {
      next: 'Replay them from quarantine.',
    })
  const again = await db.selectFrom('runs').select('id').where('retry_of', '=', old.id).executeTakeFirst()
  if (again !== undefined) throw new AtlasError('run.retried', `Run ${old.id} was done again by run ${again.id}.`)
}

/**
 * A run that waits to be tried again waits no longer.
 * @returns null when it is not one that waits for a time
 */
export async function bringForward(db: Kysely<Schema>, runId: string): Promise<Run | null> {
  const row = await db
    .updateTable('runs')
    .set({ not_before: null })
    .where('id', '=', runId)
    .where('state', '=', 'queued')
    .where('not_before', 'is not', null)
    .returningAll()
    .executeTakeFirst()
  return row === undefined ? null : toRun(row)
}

/**
 * Puts a run that gave up aside: somebody looked at it and does not want it again.
 * @throws AtlasError `run.not_found`, `run.open`, `run.settled`
 */
export async function settleRun(db: Kysely<Schema>, runId: string, by: string, reason: string): Promise<Run> {
  return db.transaction().execute(async (transaction) => {
    const old = await holdEnded(transaction, runId)
    if (old.gave_up_at === null || old.settled_at !== null) {
      const why = old.gave_up_at === null ? `it ended as ${old.state}` : `${old.settled_by} settled it`
      throw new AtlasError('run.settled', `Run ${runId} is not open: ${why}.`)
    }
    const row = await transaction
      .updateTable('runs')
      .set({ settled_at: sql<Date>`clock_timestamp()`, settled_by: by, settled_reason: reason })
      .where('id', '=', runId)
      .returningAll()
      .executeTakeFirstOrThrow()
    return toRun(row)
  })
}
