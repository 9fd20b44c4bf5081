import { type Kysely, sql } from 'kysely'
import { SECRET_KEPT } from '../../contract/sources.ts'
import { AtlasError } from '../../core/errors.ts'
import { mapSealed } from '../../core/secret-fields.ts'
import type { Schema } from '../schema.ts'
import type { KeyRing, SecretKey } from './key-ring.ts'
import { resealRenewed } from './renewed-secrets.ts'
import { isSealedWith, openValue, sealValue } from './sealed-value.ts'

export interface Rotation {
  /** Secrets that are sealed with the new key now. */
  resealed: number
  /** Ended runs whose sealed secrets were removed. */
  stripped: number
}

/**
 * Seals every secret anew: with a new key of the key file, or with the key of the environment. The new key is durable before anything is sealed
 * with it, all of it is one transaction, and old keys leave the key file only after that: a crash anywhere loses nothing.
 * @throws AtlasError `secret.unreadable` naming what holds the secret; then nothing has changed
 */
export async function rotateSecrets(db: Kysely<Schema>, ring: KeyRing): Promise<Rotation> {
  await ring.renew()
  const keys = await ring.all()
  const rotation = await db.transaction().execute(async (transaction) => {
    await sql`lock table sources, pipelines, runs, rotated_secrets, alert_channels, event_triggers in share row exclusive mode`.execute(
      transaction,
    )
    const stripped = await stripEndedRuns(transaction)
    const resealed =
      (await resealSettings(transaction, 'sources', keys)) +
      (await resealSettings(transaction, 'alert_channels', keys)) +
      (await resealSettings(transaction, 'event_triggers', keys)) +
      (await resealDefinitions(transaction, 'pipelines', keys)) +
      (await resealDefinitions(transaction, 'runs', keys)) +
      (await resealRenewed(transaction, keys))
    return { resealed, stripped }
  })
  await ring.dropOld()
  return rotation
}

const holdsSecrets = (column: 'settings' | 'definition') => sql<boolean>`${sql.ref(column)}::text like '%"$sealed"%'`

const holders = {
  sources: { word: 'the source', name: 'name' },
  alert_channels: { word: 'the alert channel', name: 'name' },
  event_triggers: { word: 'the event trigger of', name: 'pipeline' },
} as const

async function resealSettings(db: Kysely<Schema>, table: keyof typeof holders, keys: readonly SecretKey[]): Promise<number> {
  const holder = holders[table]
  const name = sql<string>`${sql.ref(holder.name)}`.as('name')
  const rows = await db.selectFrom(table).select(['id', 'settings', name]).where(holdsSecrets('settings')).execute()
  let count = 0
  for (const { id, name: named, settings } of rows) {
    const { value, resealed } = reseal(settings, keys, `${holder.word} ${named}`)
    count += resealed
    if (resealed > 0)
      await db
        .updateTable(table)
        .set({ settings: JSON.stringify(value) })
        .where('id', '=', id)
        .execute()
  }
  return count
}

/** Pipelines, and runs that have not ended: all others are stripped. */
async function resealDefinitions(db: Kysely<Schema>, table: 'pipelines' | 'runs', keys: readonly SecretKey[]): Promise<number> {
  const rows = await db.selectFrom(table).select(['id', 'definition']).where(holdsSecrets('definition')).execute()
  let count = 0
  for (const { id, definition } of rows) {
    const { value, resealed } = reseal(definition, keys, table === 'runs' ? `the run ${id}` : `the pipeline ${definition.name}`)
    count += resealed
    if (resealed > 0)
      await db
        .updateTable(table)
        .set({ definition: JSON.stringify(value) })
        .where('id', '=', id)
        .execute()
  }
  return count
}

function reseal(json: unknown, keys: readonly SecretKey[], holder: string): { value: unknown; resealed: number } {
  const [current] = keys
  if (current === undefined) throw new Error('there is no key to seal with')
  let resealed = 0
  try {
    const value = mapSealed(json, (sealed) => {
      if (isSealedWith(current, sealed)) return sealed
      resealed += 1
      return sealValue(current, openValue(keys, sealed))
    })
    return { value, resealed }
  } catch (cause) {
    if (!(cause instanceof AtlasError)) throw cause
    throw new AtlasError(cause.code, `A secret of ${holder} cannot be opened, so nothing was sealed anew: ${cause.message}`, { cause })
  }
}

/** Nothing reads the secrets of a run that has ended. */
async function stripEndedRuns(db: Kysely<Schema>): Promise<number> {
  const rows = await db
    .selectFrom('runs')
    .select(['id', 'definition'])
    .where('state', 'not in', ['queued', 'running'])
    .where(holdsSecrets('definition'))
    .execute()
  for (const { id, definition } of rows) {
    const stripped = JSON.stringify(mapSealed(definition, () => SECRET_KEPT))
    await db.updateTable('runs').set({ definition: stripped }).where('id', '=', id).execute()
  }
  return rows.length
}
