import { type Kysely, type Selectable, sql, type Transaction } from 'kysely'
import type { EventTrigger, TriggerInput } from '../contract/triggers.ts'
import { AtlasError } from '../core/errors.ts'
import type { EventTriggersTable } from './graph-tables.ts'
import type { Schema } from './schema.ts'

export type TriggerRow = Selectable<EventTriggersTable>
export type TriggerWithRun = TriggerRow & { lastRun: EventTrigger['lastRun'] }

/** Adds a trigger. @param made.settings holds its sealed secret, where it has one */
export async function insertTrigger(
  db: Kysely<Schema>,
  { pipeline, event, overlap }: TriggerInput,
  made: { id: string; by: string; now: Date; settings: Record<string, unknown>; homeId: string | null },
): Promise<void> {
  await db
    .insertInto('event_triggers')
    .values({
      id: made.id,
      pipeline,
      kind: event.kind,
      event: JSON.stringify(event),
      overlap,
      paused: false,
      settings: JSON.stringify(made.settings),
      home_id: made.homeId,
      fired: 0,
      skipped: 0,
      last_skip_reason: null,
      problem: null,
      created_by: made.by,
      created_at: made.now,
      updated_at: made.now,
    })
    .execute()
}

/** Triggers by pipeline, the oldest first. */
export async function listTriggers(db: Kysely<Schema>, pipeline?: string): Promise<TriggerWithRun[]> {
  let query = selectTriggers(db).orderBy('event_triggers.pipeline').orderBy('event_triggers.id')
  if (pipeline !== undefined) query = query.where('event_triggers.pipeline', '=', pipeline)
  return query.execute()
}

/** @throws AtlasError `trigger.not_found` */
export async function readTrigger(db: Kysely<Schema>, id: string): Promise<TriggerWithRun> {
  return (await selectTriggers(db).where('event_triggers.id', '=', id).executeTakeFirst()) ?? refuseMissing(id)
}

/** @throws AtlasError `trigger.not_found` */
export async function changeTrigger(
  db: Kysely<Schema>,
  id: string,
  change: { paused?: boolean; settings?: Record<string, unknown> },
  now: Date,
): Promise<void> {
  const { settings, ...rest } = change
  const set = { ...rest, ...(settings === undefined ? {} : { settings: JSON.stringify(settings) }), updated_at: now }
  const row = await db.updateTable('event_triggers').set(set).where('id', '=', id).returning('id').executeTakeFirst()
  if (row === undefined) refuseMissing(id)
}

/** Deletes a trigger; its runs stay. @throws AtlasError `trigger.not_found` */
export async function deleteTrigger(db: Kysely<Schema>, id: string): Promise<TriggerRow> {
  return (await db.deleteFrom('event_triggers').where('id', '=', id).returningAll().executeTakeFirst()) ?? refuseMissing(id)
}

/** Triggers of a kind that are not paused, the oldest first, each for this transaction alone: others pass them over. */
export async function claimTriggers(db: Transaction<Schema>, kind: TriggerRow['kind']): Promise<TriggerRow[]> {
  return db
    .selectFrom('event_triggers')
    .selectAll()
    .where('kind', '=', kind)
    .where('paused', '=', false)
    .orderBy('id')
    .forUpdate()
    .skipLocked()
    .execute()
}

/** One trigger for this transaction alone; waits for whoever has it. */
export async function holdTrigger(db: Transaction<Schema>, id: string): Promise<TriggerRow> {
  return (await db.selectFrom('event_triggers').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()) ?? refuseMissing(id)
}

/** Notes that an event was dealt with. @returns false when it was before */
export async function noteEvent(db: Transaction<Schema>, triggerId: string, key: string, now: Date): Promise<boolean> {
  const row = await db
    .insertInto('trigger_events')
    .values({ trigger_id: triggerId, key, at: now, run_id: null })
    .onConflict((conflict) => conflict.doNothing())
    .returning('key')
    .executeTakeFirst()
  return row !== undefined
}

/** Notes what came of an event. */
export async function noteFired(
  db: Transaction<Schema>,
  triggerId: string,
  came: { runId: string; key: string } | { reason: NonNullable<EventTrigger['lastSkipReason']> },
  now: Date,
): Promise<void> {
  const change =
    'runId' in came
      ? { fired: sql<number>`fired + 1`, last_fired_at: now }
      : { skipped: sql<number>`skipped + 1`, last_skipped_at: now, last_skip_reason: came.reason }
  await db.updateTable('event_triggers').set(change).where('id', '=', triggerId).execute()
  if ('runId' in came)
    await db
      .updateTable('trigger_events')
      .set({ run_id: came.runId })
      .where('trigger_id', '=', triggerId)
      .where('key', '=', came.key)
      .execute()
}

/** Says why a trigger cannot work; null when it can. */
export async function noteProblem(db: Kysely<Schema>, triggerId: string, problem: string | null): Promise<void> {
  await db
    .updateTable('event_triggers')
    .set({ problem })
    .where('id', '=', triggerId)
    .where('problem', 'is distinct from', problem)
    .execute()
}

/** Lets go of events before an instant that no trigger is asked about any more. */
export async function forgetEvents(db: Kysely<Schema>, before: Date): Promise<void> {
  await db.deleteFrom('trigger_events').where('at', '<', before).execute()
}

function selectTriggers(db: Kysely<Schema>) {
  const iso = (column: string) => sql`to_char(${sql.ref(column)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
  const lastRun = sql<EventTrigger['lastRun']>`(
    select json_build_object('id', runs.id, 'state', runs.state, 'queuedAt', ${iso('runs.queued_at')}, 'finishedAt', ${iso('runs.finished_at')})
    from runs where runs.trigger = 'event' and runs.pipeline = event_triggers.pipeline and runs.cause ->> 'event' = event_triggers.id
    order by runs.queued_at desc, runs.id desc limit 1)`
  return db.selectFrom('event_triggers').selectAll('event_triggers').select(lastRun.as('lastRun'))
}

function refuseMissing(id: string): never {
  throw new AtlasError('trigger.not_found', `There is no event trigger ${id}.`)
}
