import { type Kysely, sql } from 'kysely'
import type { Sealed } from '../../core/secret-fields.ts'
import type { Schema } from '../schema.ts'
import type { SecretKey } from './key-ring.ts'
import { fingerprintOf, openValue, sealValue } from './sealed-value.ts'

/** A secret as it was entered, and the newest one that the source gave in exchange. */
interface Renewed {
  entered: string
  newest: string
}

/**
 * Keeps a secret that a source has exchanged for a new one. Durable when it resolves. A secret renewed several times is kept once: by the one
 * that was entered, with the newest.
 * @param keys the current one first
 */
export async function keepRenewed(db: Kysely<Schema>, keys: readonly SecretKey[], old: string, renewed: string): Promise<void> {
  const [current] = keys
  if (current === undefined) throw new Error('there is no key to seal with')
  await db.transaction().execute(async (transaction) => {
    // Two reads that renew at once would each miss what the other keeps.
    await sql`lock table rotated_secrets in share row exclusive mode`.execute(transaction)
    const rows = await transaction.selectFrom('rotated_secrets').select(['fingerprint', 'sealed']).execute()
    const known = rows.map(({ fingerprint, sealed }) => ({ fingerprint, ...openRenewed(keys, sealed) }))
    const roots = known.filter(({ entered, newest }) => newest === old || entered === old)
    for (const { fingerprint, entered } of roots) {
      await transaction
        .updateTable('rotated_secrets')
        .set({ sealed: sealRenewed(current, { entered, newest: renewed }), updated_at: new Date() })
        .where('fingerprint', '=', fingerprint)
        .execute()
    }
    if (roots.length > 0) return
    const values = { fingerprint: fingerprintOf(current, old), sealed: sealRenewed(current, { entered: old, newest: renewed }) }
    await transaction.insertInto('rotated_secrets').values(values).execute()
  })
}

/** The newest secret for each of those that a source has renewed, by the secret as it was entered. */
export async function findRenewed(
  db: Kysely<Schema>,
  keys: readonly SecretKey[],
  entered: readonly string[],
): Promise<Map<string, string>> {
  const fingerprints = entered.flatMap((secret) => keys.map((key) => fingerprintOf(key, secret)))
  if (fingerprints.length === 0) return new Map()
  const rows = await db.selectFrom('rotated_secrets').select('sealed').where('fingerprint', 'in', fingerprints).execute()
  return new Map(rows.map(({ sealed }) => openRenewed(keys, sealed)).map((renewed) => [renewed.entered, renewed.newest]))
}

/** Seals all of them with the current key. @returns how many there were under another one */
export async function resealRenewed(db: Kysely<Schema>, keys: readonly SecretKey[]): Promise<number> {
  const [current] = keys
  if (current === undefined) throw new Error('there is no key to seal with')
  const rows = await db.selectFrom('rotated_secrets').selectAll().execute()
  let moved = 0
  for (const { fingerprint, sealed, updated_at } of rows) {
    const renewed = openRenewed(keys, sealed)
    const next = fingerprintOf(current, renewed.entered)
    if (next === fingerprint) continue
    await db.deleteFrom('rotated_secrets').where('fingerprint', 'in', [fingerprint, next]).execute()
    await db
      .insertInto('rotated_secrets')
      .values({ fingerprint: next, sealed: sealRenewed(current, renewed), updated_at })
      .execute()
    moved += 1
  }
  return moved
}

function sealRenewed(key: SecretKey, renewed: Renewed): string {
  return JSON.stringify(sealValue(key, renewed))
}

function openRenewed(keys: readonly SecretKey[], sealed: unknown): Renewed {
  return openValue(keys, sealed as Sealed) as Renewed
}
