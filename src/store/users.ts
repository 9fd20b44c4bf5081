import type { Kysely, Selectable, Transaction } from 'kysely'
import type { Role, User } from '../contract/access.ts'
import { AtlasError } from '../core/errors.ts'
import type { Schema } from './schema.ts'
import type { UsersTable } from './access-tables.ts'

export type UserRow = Selectable<UsersTable>

/** All users, oldest first. */
export async function listUsers(db: Kysely<Schema>): Promise<User[]> {
  const rows = await db.selectFrom('users').selectAll().orderBy('created_at').orderBy('id').execute()
  return rows.map(toUser)
}

/** The user with this e-mail (compared in lower case), also a disabled one. */
export async function findUserByEmail(db: Kysely<Schema>, email: string): Promise<UserRow | undefined> {
  return db.selectFrom('users').selectAll().where('email', '=', normaliseEmail(email)).executeTakeFirst()
}

/** The enabled admin who has been here longest. */
export async function findFirstAdmin(db: Kysely<Schema>): Promise<UserRow | undefined> {
  return db
    .selectFrom('users')
    .selectAll()
    .where('role', '=', 'admin')
    .where('disabled_at', 'is', null)
    .orderBy('created_at')
    .limit(1)
    .executeTakeFirst()
}

/** Adds a user. @throws AtlasError `access.user_exists` */
export async function insertUser(
  db: Kysely<Schema>,
  user: { id: string; email: string; name: string; role: Role; passwordHash: string | null },
): Promise<UserRow> {
  const email = normaliseEmail(user.email)
  const row = await db
    .insertInto('users')
    .values({ id: user.id, email, name: user.name, role: user.role, password_hash: user.passwordHash })
    .onConflict((conflict) => conflict.column('email').doNothing())
    .returningAll()
    .executeTakeFirst()
  if (row === undefined) throw userExists()
  return row
}

/** Sets a user's own e-mail, name and password. @throws AtlasError `access.user_exists` */
export async function setCredentials(
  db: Kysely<Schema>,
  userId: string,
  credentials: { email: string; name: string; passwordHash: string },
): Promise<UserRow> {
  const email = normaliseEmail(credentials.email)
  return db.transaction().execute(async (transaction) => {
    const other = await transaction.selectFrom('users').select('id').where('email', '=', email).where('id', '!=', userId).executeTakeFirst()
    if (other !== undefined) throw userExists()
    return transaction
      .updateTable('users')
      .set({ email, name: credentials.name, password_hash: credentials.passwordHash })
      .where('id', '=', userId)
      .returningAll()
      .executeTakeFirstOrThrow()
  })
}

/**
 * Changes role or disables a user; a disabled user's sessions end.
 * @throws AtlasError `access.user_not_found`; `access.last_admin` when no enabled admin would be left
 */
export async function changeUser(
  db: Kysely<Schema>,
  userId: string,
  change: { role?: Role; disabled?: boolean },
  now: Date,
): Promise<User> {
  return db.transaction().execute(async (transaction) => {
    const admins = await lockAdmins(transaction)
    const user = await transaction.selectFrom('users').selectAll().where('id', '=', userId).forUpdate().executeTakeFirst()
    if (user === undefined) throw new AtlasError('access.user_not_found', `There is no user ${userId}.`)
    const role = change.role ?? user.role
    const disabledAt = change.disabled === undefined ? user.disabled_at : change.disabled ? (user.disabled_at ?? now) : null
    const staysAdmin = role === 'admin' && disabledAt === null
    if (!staysAdmin && admins.length === 1 && admins[0]?.id === userId) {
      throw new AtlasError('access.last_admin', 'Without this user nobody could manage Atlas any more.')
    }
    if (disabledAt !== null) await transaction.deleteFrom('sessions').where('user_id', '=', userId).execute()
    const row = await transaction
      .updateTable('users')
      .set({ role, disabled_at: disabledAt })
      .where('id', '=', userId)
      .returningAll()
      .executeTakeFirstOrThrow()
    return toUser(row)
  })
}

/** Locks the enabled admins, in one order for all callers: two admins who demote each other at once must not both succeed. */
async function lockAdmins(transaction: Transaction<Schema>): Promise<{ id: string }[]> {
  return transaction
    .selectFrom('users')
    .select('id')
    .where('role', '=', 'admin')
    .where('disabled_at', 'is', null)
    .orderBy('id')
    .forUpdate()
    .execute()
}

/** A user as the contract shows it. */
export function toUser(row: UserRow): User {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    role: row.role,
    createdAt: row.created_at.toISOString(),
    disabled: row.disabled_at !== null,
  }
}

function normaliseEmail(email: string): string {
  return email.trim().toLowerCase()
}

function userExists(): AtlasError {
  return new AtlasError('access.user_exists', 'Another user has this e-mail.')
}
