import type { Kysely } from 'kysely'
import { AtlasError } from '../core/errors.ts'
import { writeAudit } from '../store/audit.ts'
import type { Schema } from '../store/schema.ts'
import { findUserByEmail } from '../store/users.ts'
import { verifyPassword } from './passwords.ts'
import { startSession } from './sessions.ts'
import { countAttempt, forgive } from './throttle.ts'

interface World {
  db: Kysely<Schema>
  now(): Date
  random(bytes: number): Uint8Array
}

/**
 * Signs in with e-mail and password and returns the new session's secret. An unknown e-mail, a disabled user, a user without password
 * and a wrong password are one error after the same time.
 * @throws AtlasError `access.bad_credentials`, `access.too_many_attempts`
 */
export async function signIn(world: World, credentials: { email: string; password: string }, address: string): Promise<string> {
  const { db, now } = world
  const user = await findUserByEmail(db, credentials.email)
  // What was typed is not written down: it may be a password in the wrong field.
  const failed = { actor: 'anonymous', action: 'sign_in.failed', target: user?.email ?? null, address } as const
  try {
    await countAttempt(db, credentials.email, address, now())
  } catch (error) {
    await writeAudit(db, { ...failed, detail: { reason: 'too many attempts' } })
    throw error
  }
  const usable = user !== undefined && user.disabled_at === null ? user : undefined
  const right = await verifyPassword(credentials.password, usable?.password_hash ?? null)
  if (!right || usable === undefined) {
    await writeAudit(db, {
      ...failed,
      detail: { reason: user === undefined ? 'unknown e-mail' : usable === undefined ? 'disabled' : 'wrong password' },
    })
    throw new AtlasError('access.bad_credentials', 'No user has this e-mail and password.')
  }
  await forgive(db, credentials.email, address)
  await writeAudit(db, { actor: usable.email, action: 'sign_in', target: usable.email, detail: { by: 'password' }, address })
  return startSession(world, usable.id)
}
