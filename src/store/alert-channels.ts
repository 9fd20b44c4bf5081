import { type Kysely, type Selectable, sql } from 'kysely'
import type { AlertChannelInput } from '../contract/alert-channels.ts'
import { AtlasError } from '../core/errors.ts'
import { forgetChannel } from './alert-rules.ts'
import type { AlertChannelsTable } from './alert-tables.ts'
import type { Schema } from './schema.ts'

/** A channel as it is stored: the secrets in its settings are sealed. */
export type AlertChannelRow = Selectable<AlertChannelsTable>
export type AlertChannelWithCounts = AlertChannelRow & { waiting: number; gave_up: number }

/** What is stored of a channel, with sealed secrets, and when each of those was set. */
export type ChannelContent = Omit<AlertChannelInput, 'kind'> & { secretsSetAt: Record<string, string> }

interface By {
  by: string
  at: Date
}

const UNIQUE_VIOLATION = '23505'

const counted = (db: Kysely<Schema>) =>
  db
    .selectFrom('alert_channels')
    .selectAll('alert_channels')
    .select([
      sql<number>`(select count(*) from alert_deliveries d where d.channel_id = alert_channels.id and d.state = 'waiting')
        + (select count(distinct m.alert_id) from alert_messages m where m.channel_id = alert_channels.id and m.delivery_id is null)`.as(
        'waiting',
      ),
      sql<number>`(select count(*) from alert_deliveries d where d.channel_id = alert_channels.id and d.state = 'gave_up')`.as('gave_up'),
    ])

/** Channels by name. */
export async function listChannels(db: Kysely<Schema>): Promise<AlertChannelWithCounts[]> {
  return counted(db).orderBy('name').execute()
}

/** One channel. @throws AtlasError `alert.channel_not_found` */
export async function readChannel(db: Kysely<Schema>, id: string): Promise<AlertChannelWithCounts> {
  return (await counted(db).where('id', '=', id).executeTakeFirst()) ?? refuseMissing(id)
}

/** Adds a channel. @throws AtlasError `alert.channel_exists` */
export async function insertChannel(
  db: Kysely<Schema>,
  channel: ChannelContent & { id: string; kind: AlertChannelInput['kind'] },
  { by, at }: By,
): Promise<void> {
  const { id, kind } = channel
  await named(channel.name, () =>
    db
      .insertInto('alert_channels')
      .values({ id, kind, ...columnsOf(channel), last_error: null, updated_by: by, updated_at: at })
      .execute(),
  )
}

/** Changes a channel; messages that wait go to where it leads now. @throws AtlasError `alert.channel_not_found`, `alert.channel_exists` */
export async function changeChannel(db: Kysely<Schema>, id: string, channel: ChannelContent, { by, at }: By): Promise<void> {
  await named(channel.name, async () => {
    const row = await db
      .updateTable('alert_channels')
      .set({ ...columnsOf(channel), updated_by: by, updated_at: at })
      .where('id', '=', id)
      .returning('id')
      .executeTakeFirst()
    if (row === undefined) refuseMissing(id)
  })
}

/** Deletes a channel with what it has not sent, and takes it out of rules. @returns what it was @throws AtlasError `alert.channel_not_found` */
export async function deleteChannel(db: Kysely<Schema>, id: string): Promise<AlertChannelRow> {
  return db.transaction().execute(async (transaction) => {
    const row = await transaction.deleteFrom('alert_channels').where('id', '=', id).returningAll().executeTakeFirst()
    await forgetChannel(transaction, id)
    return row ?? refuseMissing(id)
  })
}

/** Notes how the newest try went. */
export async function noteChannelTry(db: Kysely<Schema>, id: string, at: Date, error: string | null): Promise<void> {
  const change = error === null ? { last_sent_at: at, last_error: null } : { last_failed_at: at, last_error: error }
  await db.updateTable('alert_channels').set(change).where('id', '=', id).execute()
}

function columnsOf({ name, settings, secretsSetAt, hourlyLimit, groupSeconds }: ChannelContent) {
  return {
    name,
    settings: JSON.stringify(settings),
    secrets_set_at: JSON.stringify(secretsSetAt),
    hourly_limit: hourlyLimit,
    group_seconds: groupSeconds,
  }
}

async function named(name: string, write: () => Promise<unknown>): Promise<void> {
  try {
    await write()
  } catch (error) {
    if ((error as { code?: string }).code !== UNIQUE_VIOLATION) throw error
    throw new AtlasError('alert.channel_exists', `There is a channel ${name} already.`, { cause: error })
  }
}

function refuseMissing(id: string): never {
  throw new AtlasError('alert.channel_not_found', `There is no channel ${id}.`)
}
