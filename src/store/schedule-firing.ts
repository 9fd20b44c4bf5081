import { type Transaction, sql } from 'kysely'
import type { PipelineDefinition } from '../contract/pipelines.ts'
import type { Schedule } from '../contract/schedules.ts'
import { findPipeline } from './pipelines.ts'
import { dueAfter, inputOf, type ScheduleRow } from './schedules.ts'
import type { Schema } from './schema.ts'
import { sourcePipeline } from './source-pipeline.ts'

/**
 * Takes the schedule that is due longest, for this transaction alone: others pass it over until it ends.
 * @param except ids to leave alone
 */
export async function claimDueSchedule(db: Transaction<Schema>, now: Date, except: readonly string[]): Promise<ScheduleRow | null> {
  let query = db.selectFrom('schedules').selectAll().where('paused', '=', false).where('due_at', '<=', now)
  if (except.length > 0) query = query.where('id', 'not in', except)
  return (await query.orderBy('due_at').orderBy('id').limit(1).forUpdate().skipLocked().executeTakeFirst()) ?? null
}

/** What a run of the name carries out: the stored pipeline, otherwise the saved source; or the reason why none can run. */
export async function scheduledPipeline(
  db: Transaction<Schema>,
  name: string,
): Promise<PipelineDefinition | 'pipeline_missing' | 'pipeline_paused' | 'source_paused'> {
  const pipeline = await findPipeline(db, name)
  if (pipeline !== null) return pipeline.paused ? 'pipeline_paused' : pipeline.definition
  const source = await db.selectFrom('sources').selectAll().where('name', '=', name).executeTakeFirst()
  if (source === undefined) return 'pipeline_missing'
  return source.paused ? 'source_paused' : sourcePipeline(source)
}

/** Runs of a pipeline that wait or are going on. */
export async function openRuns(db: Transaction<Schema>, pipeline: string): Promise<string[]> {
  const rows = await db
    .selectFrom('runs')
    .select('id')
    .where('pipeline', '=', pipeline)
    .where('kind', '=', 'pipeline')
    .where('state', 'in', ['queued', 'running'])
    .execute()
  return rows.map(({ id }) => id)
}

/** Notes that every time up to `newest` is dealt with, and when the next one is due. */
export async function settleSchedule(
  db: Transaction<Schema>,
  row: ScheduleRow,
  settled: { newest: Date; skipped: number; reason: Schedule['lastSkipReason'] },
  now: Date,
): Promise<void> {
  const { newest, skipped, reason } = settled
  await db
    .updateTable('schedules')
    .set({
      handled_until: newest,
      last_logical_time: newest,
      due_at: dueAfter({ id: row.id, ...inputOf(row) }, newest),
      ...(skipped === 0 ? {} : { skipped_times: sql`skipped_times + ${skipped}`, last_skipped_at: now, last_skip_reason: reason }),
    })
    .where('id', '=', row.id)
    .execute()
}

/** When the next schedule is due; null when none is. */
export async function nextDueAt(db: Pick<Transaction<Schema>, 'selectFrom'>): Promise<Date | null> {
  const row = await db
    .selectFrom('schedules')
    .select(({ fn }) => fn.min('due_at').as('due_at'))
    .where('paused', '=', false)
    .executeTakeFirst()
  return row?.due_at ?? null
}
