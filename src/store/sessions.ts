import type { Kysely } from 'kysely'
import type { Role } from '../contract/access.ts'
import type { Schema } from './schema.ts'

export interface SessionRow {
  idHash: string
  csrfToken: string
  createdAt: Date
  lastSeenAt: Date
  expiresAt: Date
  userId: string
  email: string
  name: string
  role: Role
  hasPassword: boolean
}

/** Adds a session. */
export async function insertSession(
  db: Kysely<Schema>,
  session: { idHash: string; userId: string; csrfToken: string; now: Date; expiresAt: Date },
): Promise<void> {
  const { idHash, userId, csrfToken, now, expiresAt } = session
  await db
    .insertInto('sessions')
    .values({ id_hash: idHash, user_id: userId, csrf_token: csrfToken, created_at: now, last_seen_at: now, expires_at: expiresAt })
    .execute()
}

/** The session with its user, when both still hold. */
export async function findSession(db: Kysely<Schema>, idHash: string, now: Date): Promise<SessionRow | undefined> {
  const row = await db
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .select(['sessions.csrf_token', 'sessions.created_at', 'sessions.last_seen_at', 'sessions.expires_at', 'users.id as user_id'])
    .select(['users.email', 'users.name', 'users.role', 'users.password_hash'])
    .where('sessions.id_hash', '=', idHash)
    .where('sessions.expires_at', '>', now)
    .where('users.disabled_at', 'is', null)
    .executeTakeFirst()
  if (row === undefined) return undefined
  return {
    idHash,
    csrfToken: row.csrf_token,
    createdAt: row.created_at,
    lastSeenAt: row.last_seen_at,
    expiresAt: row.expires_at,
    userId: row.user_id,
    email: row.email,
    name: row.name,
    role: row.role,
    hasPassword: row.password_hash !== null,
  }
}

/** Moves a session's expiry on. */
export async function touchSession(db: Kysely<Schema>, idHash: string, now: Date, expiresAt: Date): Promise<void> {
  await db.updateTable('sessions').set({ last_seen_at: now, expires_at: expiresAt }).where('id_hash', '=', idHash).execute()
}

/** Ends one session. */
export async function deleteSession(db: Kysely<Schema>, idHash: string): Promise<void> {
  await db.deleteFrom('sessions').where('id_hash', '=', idHash).execute()
}

/** Ends every session of a user. */
export async function deleteSessionsOf(db: Kysely<Schema>, userId: string): Promise<void> {
  await db.deleteFrom('sessions').where('user_id', '=', userId).execute()
}

/** Removes sessions, sign-in links and failure counts that mean nothing any more. */
export async function deleteExpired(db: Kysely<Schema>, now: Date, forgetFailuresBefore: Date): Promise<void> {
  await db.deleteFrom('sessions').where('expires_at', '<=', now).execute()
  await db.deleteFrom('sign_in_links').where('expires_at', '<=', now).execute()
  await db.deleteFrom('sign_in_failures').where('last_failed_at', '<', forgetFailuresBefore).execute()
}
