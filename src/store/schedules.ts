import { type Kysely, type Selectable, sql } from 'kysely'
import type { Schedule, ScheduleInput } from '../contract/schedules.ts'
import { AtlasError } from '../core/errors.ts'
import { spreadDelay } from '../core/schedule/spread.ts'
import { nextTimes } from '../core/schedule/timing.ts'
import type { SchedulesTable } from './schedule-tables.ts'
import type { Schema } from './schema.ts'

export type ScheduleRow = Selectable<SchedulesTable>

/** A schedule with the newest run that it started. */
export type ScheduleWithRun = ScheduleRow & { lastRun: Schedule['lastRun'] }

/** Adds a schedule; its first time is the first one after `now`. Throws like `firingTimes`. */
export async function insertSchedule(
  db: Kysely<Schema>,
  input: ScheduleInput,
  { id, by, now, file = null }: { id: string; by: string; now: Date; file?: string | null },
): Promise<void> {
  const times = { handled_until: now, due_at: dueAfter({ id, ...input }, now), created_at: now, updated_at: now }
  await db
    .insertInto('schedules')
    .values({ id, ...columnsOf(input), ...times, file, last_skip_reason: null, skipped_times: 0, paused: false, created_by: by })
    .execute()
}

/** Changes a schedule. Times that passed are not made up for, and those that were dealt with stay so. @throws AtlasError `schedule.not_found` */
export async function changeSchedule(db: Kysely<Schema>, id: string, input: ScheduleInput, now: Date): Promise<void> {
  await moveOn(db, id, now, () => ({ ...columnsOf(input), input }))
}

/** Pauses or resumes a schedule. @throws AtlasError `schedule.not_found` */
export async function pauseSchedule(db: Kysely<Schema>, id: string, paused: boolean, now: Date): Promise<void> {
  await moveOn(db, id, now, (row) => ({ paused, input: inputOf(row) }))
}

/** Deletes a schedule; its runs stay. @returns what it was @throws AtlasError `schedule.not_found` */
export async function deleteSchedule(db: Kysely<Schema>, id: string): Promise<ScheduleRow> {
  const row = await db.deleteFrom('schedules').where('id', '=', id).returningAll().executeTakeFirst()
  return row ?? refuseMissing(id)
}

/** Gives a schedule into the hands of a file; only its apply changes it from then on. */
export async function giveSchedule(db: Kysely<Schema>, id: string, file: string): Promise<void> {
  await db.updateTable('schedules').set({ file }).where('id', '=', id).execute()
}

/** @throws AtlasError `schedule.from_git` naming the file that holds the schedule */
export function refuseHeldSchedule({ id, file }: Pick<ScheduleRow, 'id' | 'file'>): void {
  if (file === null) return
  throw new AtlasError('schedule.from_git', `The schedule ${id} stands in ${file}, and is changed there.`, {
    next: `Edit ${file} and run atlas apply. It can be paused here.`,
  })
}

/** Schedules by pipeline, the oldest first. */
export async function listSchedules(db: Kysely<Schema>, pipeline?: string): Promise<ScheduleWithRun[]> {
  let query = selectSchedules(db).orderBy('schedules.pipeline').orderBy('schedules.id')
  if (pipeline !== undefined) query = query.where('schedules.pipeline', '=', pipeline)
  return query.execute()
}

/** One schedule. @throws AtlasError `schedule.not_found` */
export async function readSchedule(db: Kysely<Schema>, id: string): Promise<ScheduleWithRun> {
  return (await selectSchedules(db).where('schedules.id', '=', id).executeTakeFirst()) ?? refuseMissing(id)
}

/** What a person set. */
export function inputOf({ pipeline, timing, missed, overlap, jitter_seconds }: ScheduleRow): ScheduleInput {
  return { pipeline, timing, missed, overlap, jitterSeconds: jitter_seconds }
}

/** When the first time after an instant is due; null when there is none. */
export function dueAfter({ id, timing, jitterSeconds }: ScheduleInput & { id: string }, after: Date): Date | null {
  const [next] = nextTimes(timing, after.getTime(), 1)
  return next === undefined ? null : new Date(next + spreadDelay(id, jitterSeconds))
}

/** What was dealt with never becomes open again, also when the clock was set back meanwhile. */
async function moveOn(
  db: Kysely<Schema>,
  id: string,
  now: Date,
  decide: (row: ScheduleRow) => Partial<ReturnType<typeof columnsOf>> & { paused?: boolean; input: ScheduleInput },
): Promise<void> {
  await inTransaction(db, async (transaction) => {
    const row = await transaction.selectFrom('schedules').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
    if (row === undefined) return refuseMissing(id)
    const { input, ...change } = decide(row)
    const handled = row.handled_until > now ? row.handled_until : now
    await transaction
      .updateTable('schedules')
      .set({ ...change, handled_until: handled, due_at: dueAfter({ id, ...input }, handled), updated_at: now })
      .where('id', '=', id)
      .execute()
  })
}

/** An apply changes schedules within a transaction of its own. */
async function inTransaction(db: Kysely<Schema>, work: (transaction: Kysely<Schema>) => Promise<void>): Promise<void> {
  if (db.isTransaction) await work(db)
  else await db.transaction().execute(work)
}

function columnsOf({ pipeline, timing, missed, overlap, jitterSeconds }: ScheduleInput) {
  return { pipeline, timing: JSON.stringify(timing), missed, overlap, jitter_seconds: jitterSeconds }
}

function selectSchedules(db: Kysely<Schema>) {
  const lastRun = sql<Schedule['lastRun']>`(
    select json_build_object('id', runs.id, 'state', runs.state, 'queuedAt', ${iso('runs.queued_at')}, 'startedAt', ${iso('runs.started_at')}, 'finishedAt', ${iso('runs.finished_at')},
      'logicalTime', ${iso('runs.logical_time')})
    from runs where runs.schedule_id = schedules.id order by runs.logical_time desc limit 1)`
  return db.selectFrom('schedules').selectAll('schedules').select(lastRun.as('lastRun'))
}

function iso(column: string) {
  return sql`to_char(${sql.ref(column)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
}

function refuseMissing(id: string): never {
  throw new AtlasError('schedule.not_found', `There is no schedule ${id}.`)
}
