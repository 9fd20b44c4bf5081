import { type Kysely, type Selectable, type Transaction, sql } from 'kysely'
import type { AlertChange } from '../contract/alerts.ts'
import type { AlertRow } from './alert-changes.ts'
import type { AlertChannelRow } from './alert-channels.ts'
import type { AlertDeliveriesTable } from './alert-tables.ts'
import type { Schema } from './schema.ts'

export type DeliveryRow = Selectable<AlertDeliveriesTable>

/** What waits to be told to one channel, by alert. */
export interface WaitingAlert {
  alert: AlertRow
  /** Changes that wait, the oldest first. */
  changes: AlertChange['change'][]
}

/**
 * Takes a channel for which something has waited long enough and whose hourly limit leaves room, for this transaction alone. A message or delivery
 * from the future was made before the clock was set back: it has waited long enough, and does not count.
 */
export async function claimRipeChannel(db: Transaction<Schema>, now: Date): Promise<AlertChannelRow | null> {
  for (;;) {
    const { rows } = await sql<{ id: string }>`
      select c.id from alert_channels c where ${isRipe(now)} order by c.id limit 1 for update of c skip locked`.execute(db)
    const [found] = rows
    if (found === undefined) return null
    // Another sender may have emptied and left it since that statement began; the next statement sees what it did, and the channel stays locked.
    const { rows: ripe } = await sql<AlertChannelRow>`select c.* from alert_channels c where c.id = ${found.id} and ${isRipe(now)}`.execute(
      db,
    )
    if (ripe[0] !== undefined) return ripe[0]
  }
}

const isRipe = (now: Date) => sql`exists (
    select 1 from alert_messages m where m.channel_id = c.id and m.delivery_id is null
      and (m.at <= ${now}::timestamptz - c.group_seconds * interval '1 second' or m.at > ${now}))
  and (select count(*) from alert_deliveries d where d.channel_id = c.id
    and d.formed_at > ${now}::timestamptz - interval '1 hour' and d.formed_at <= ${now}) < c.hourly_limit`

/** Everything that waits for a channel, the alert that changed first first; each row is taken by the delivery. */
export async function takeWaiting(db: Transaction<Schema>, channelId: string, deliveryId: string): Promise<WaitingAlert[]> {
  const taken = await db
    .updateTable('alert_messages')
    .set({ delivery_id: deliveryId })
    .where('channel_id', '=', channelId)
    .where('delivery_id', 'is', null)
    .returning(['id', 'alert_id', 'change_id'])
    .execute()
  const changes = await db
    .selectFrom('alert_changes')
    .select(['id', 'alert_id', 'change'])
    .where(
      'id',
      'in',
      taken.map(({ change_id }) => change_id),
    )
    .orderBy('id')
    .execute()
  const byAlert = Map.groupBy(changes, ({ alert_id }) => alert_id)
  const alerts = await db
    .selectFrom('alerts')
    .selectAll()
    .where('id', 'in', [...byAlert.keys()])
    .execute()
  const byId = new Map(alerts.map((alert) => [alert.id, alert]))
  return [...byAlert].map(([id, all]) => ({ alert: byId.get(id)!, changes: all.map(({ change }) => change) }))
}

/** Adds a delivery, due at once. */
export async function insertDelivery(
  db: Transaction<Schema>,
  { id, channelId, now }: { id: string; channelId: string; now: Date },
): Promise<void> {
  await db
    .insertInto('alert_deliveries')
    .values({
      id,
      channel_id: channelId,
      message: '{}',
      alerts: 0,
      formed_at: now,
      tried_at: now,
      due_at: now,
      lease: null,
      answer: null,
      error: null,
    })
    .execute()
}

/** Writes what a delivery says: once, so that every try says the same. */
export async function fillDelivery(db: Transaction<Schema>, id: string, message: unknown, alerts: number): Promise<void> {
  await db
    .updateTable('alert_deliveries')
    .set({ message: JSON.stringify(message), alerts })
    .where('id', '=', id)
    .execute()
}

/**
 * Takes the delivery that is due longest, under a lease; deliveries of the channels named are left alone. When the clock was set back since the last
 * try, the wait for the next is over.
 */
export async function claimDelivery(
  db: Kysely<Schema>,
  { now, lease, leaseMs, except }: { now: Date; lease: string; leaseMs: number; except: readonly string[] },
): Promise<(DeliveryRow & { channel: AlertChannelRow }) | null> {
  return db.transaction().execute(async (transaction) => {
    let query = transaction
      .selectFrom('alert_deliveries')
      .select('id')
      .where('state', '=', 'waiting')
      .where((where) => where.or([where('due_at', '<=', now), where('tried_at', '>', now)]))
      .where((where) => where.or([where('leased_until', 'is', null), where('leased_until', '<=', now)]))
    if (except.length > 0) query = query.where('channel_id', 'not in', except)
    const found = await query.orderBy('due_at').orderBy('id').limit(1).forUpdate().skipLocked().executeTakeFirst()
    if (found === undefined) return null
    const row = await transaction
      .updateTable('alert_deliveries')
      .set({ lease, leased_until: new Date(now.getTime() + leaseMs), attempts: sql`attempts + 1`, tried_at: now })
      .where('id', '=', found.id)
      .returningAll()
      .executeTakeFirstOrThrow()
    const channel = await transaction.selectFrom('alert_channels').selectAll().where('id', '=', row.channel_id).executeTakeFirstOrThrow()
    return { ...row, channel }
  })
}

/** Ends a try that this lease made; another that took it over meanwhile has the word. */
export async function settleDelivery(
  db: Kysely<Schema>,
  { id, lease }: Pick<DeliveryRow, 'id' | 'lease'>,
  end: Partial<Pick<DeliveryRow, 'state' | 'due_at' | 'waited_seconds' | 'sent_at' | 'answer' | 'error'>>,
): Promise<void> {
  await db
    .updateTable('alert_deliveries')
    .set({ ...end, lease: null, leased_until: null })
    .where('id', '=', id)
    .where('lease', '=', lease)
    .where('state', '=', 'waiting')
    .execute()
}

/** When something is to be sent next; null when nothing waits. @param except ids of channels that something is being sent to */
export async function nextDelivery(db: Kysely<Schema>, except: readonly string[]): Promise<Date | null> {
  const { rows } = await sql<{ at: Date | null }>`
    select least(
      (select min(greatest(due_at, coalesce(leased_until, due_at))) from alert_deliveries
        where state = 'waiting' and channel_id <> all(${[...except]}::text[])),
      (select min(m.at + c.group_seconds * interval '1 second') from alert_messages m join alert_channels c on c.id = m.channel_id
        where m.delivery_id is null)) as at`.execute(db)
  return rows[0]?.at ?? null
}

/** Deletes messages and alerts that ended so long ago that nobody asks for them. */
export async function forgetOld(db: Kysely<Schema>, { deliveries: before, alerts }: { deliveries: Date; alerts: Date }): Promise<void> {
  await db.deleteFrom('alerts').where('state', '<>', 'open').where('ended_at', '<', alerts).execute()
  await db.deleteFrom('alert_deliveries').where('state', '<>', 'waiting').where('formed_at', '<', before).execute()
}
