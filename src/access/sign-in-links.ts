import type { Kysely } from 'kysely'
import { AtlasError } from '../core/errors.ts'
import { newId } from '../core/ids.ts'
import { writeAudit } from '../store/audit.ts'
import type { Schema } from '../store/schema.ts'
import { findFirstAdmin, insertUser } from '../store/users.ts'
import { hashSecret, newSecret } from './secrets.ts'
import { startSession } from './sessions.ts'

interface World {
  db: Kysely<Schema>
  now(): Date
  random(bytes: number): Uint8Array
}

const linkMs = 15 * 60_000

/**
 * Makes a one-time link that signs the first admin in; makes that admin (admin@localhost, without password) when there is none.
 * @returns a path such as `/sign-in/link#token=…`. The secret stands in the fragment, which browsers send to no server and no log.
 */
export async function createSignInLink({ db, now, random }: World): Promise<string> {
  const at = now()
  const admin = (await findFirstAdmin(db)) ?? (await createFirstAdmin(db, newId('usr', at.getTime(), random)))
  const secret = newSecret(random)
  await db
    .insertInto('sign_in_links')
    .values({ token_hash: hashSecret(secret), user_id: admin.id, expires_at: new Date(at.getTime() + linkMs) })
    .execute()
  return `/sign-in/link#token=${secret}`
}

/** Uses a link up and returns the new session's secret. @throws AtlasError `access.link_used` */
export async function redeemSignInLink(world: World, secret: string, address: string): Promise<string> {
  const { db, now } = world
  const used = await db
    .updateTable('sign_in_links')
    .set({ used_at: now() })
    .where('token_hash', '=', hashSecret(secret))
    .where('used_at', 'is', null)
    .where('expires_at', '>', now())
    .returning('user_id')
    .executeTakeFirst()
  const user =
    used &&
    (await db
      .selectFrom('users')
      .select(['id', 'email'])
      .where('id', '=', used.user_id)
      .where('disabled_at', 'is', null)
      .executeTakeFirst())
  if (user === undefined) {
    await writeAudit(db, { actor: 'anonymous', action: 'sign_in.failed', detail: { by: 'link', reason: 'used or expired' }, address })
    throw new AtlasError('access.link_used', 'This link does not sign anybody in: it was used, is older than 15 minutes, or never was.')
  }
  await writeAudit(db, { actor: user.email, action: 'sign_in', target: user.email, detail: { by: 'link' }, address })
  return startSession(world, user.id)
}

async function createFirstAdmin(db: Kysely<Schema>, id: string): Promise<{ id: string }> {
  const admin = await insertUser(db, { id, email: 'admin@localhost', name: 'Admin', role: 'admin', passwordHash: null })
  await writeAudit(db, { actor: 'atlas', action: 'user.created', target: admin.email, detail: { role: 'admin' } })
  return admin
}
