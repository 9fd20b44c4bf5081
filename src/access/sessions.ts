import type { Kysely } from 'kysely'
import { deleteExpired, findSession, insertSession, touchSession } from '../store/sessions.ts'
import type { Schema } from '../store/schema.ts'
import type { Caller } from './caller.ts'
import { hashSecret, newSecret } from './secrets.ts'
import { forgetFailuresAfterMs } from './throttle.ts'

const hourMs = 3_600_000
/** A session ends after this long without a request. */
const idleMs = 12 * hourMs
/** A session ends after this long in any case. */
export const sessionLimitMs = 7 * 24 * hourMs
/** Last use is written at most this often: a page makes many requests. */
const touchEveryMs = 60_000

interface World {
  db: Kysely<Schema>
  now(): Date
  random(bytes: number): Uint8Array
}

/** Starts a session for a user and returns the cookie's value: 256 random bits that exist nowhere else (the store has their SHA-256). */
export async function startSession({ db, now, random }: World, userId: string): Promise<string> {
  const at = now()
  const secret = newSecret(random)
  await deleteExpired(db, at, new Date(at.getTime() - forgetFailuresAfterMs))
  await insertSession(db, {
    idHash: hashSecret(secret),
    userId,
    csrfToken: newSecret(random),
    now: at,
    expiresAt: new Date(at.getTime() + idleMs),
  })
  return secret
}

/** The caller whose cookie this is, or null when the session has ended. Each use moves the idle limit on, never beyond the absolute one. */
export async function callerOfSession({ db, now }: Pick<World, 'db' | 'now'>, secret: string): Promise<Caller | null> {
  const at = now()
  const session = await findSession(db, hashSecret(secret), at)
  if (session === undefined) return null
  if (at.getTime() - session.lastSeenAt.getTime() > touchEveryMs) {
    const limit = session.createdAt.getTime() + sessionLimitMs
    await touchSession(db, session.idHash, at, new Date(Math.min(at.getTime() + idleMs, limit)))
  }
  return {
    actor: session.email,
    id: session.userId,
    name: session.name,
    role: session.role,
    session: { idHash: session.idHash, userId: session.userId, csrfToken: session.csrfToken, hasPassword: session.hasPassword },
  }
}
