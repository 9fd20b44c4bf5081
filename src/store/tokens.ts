import type { Kysely, Selectable } from 'kysely'
import type { ApiToken, Role } from '../contract/access.ts'
import { AtlasError } from '../core/errors.ts'
import type { ApiTokensTable } from './access-tables.ts'
import type { Schema } from './schema.ts'

/** API tokens that still work, newest first. */
export async function listTokens(db: Kysely<Schema>): Promise<ApiToken[]> {
  const rows = await db
    .selectFrom('api_tokens')
    .selectAll()
    .where('revoked_at', 'is', null)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .execute()
  return rows.map(toToken)
}

/** Adds an API token by its hash. */
export async function insertToken(
  db: Kysely<Schema>,
  token: { id: string; name: string; role: Role; hash: string; prefix: string; createdBy: string; expiresAt: Date | null },
): Promise<ApiToken> {
  const row = await db
    .insertInto('api_tokens')
    .values({
      id: token.id,
      name: token.name,
      role: token.role,
      token_hash: token.hash,
      prefix: token.prefix,
      created_by: token.createdBy,
      expires_at: token.expiresAt,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  return toToken(row)
}

/** The token with this hash that is neither revoked nor expired. */
export async function findToken(db: Kysely<Schema>, hash: string, now: Date): Promise<Selectable<ApiTokensTable> | undefined> {
  return db
    .selectFrom('api_tokens')
    .selectAll()
    .where('token_hash', '=', hash)
    .where('revoked_at', 'is', null)
    .where((where) => where.or([where('expires_at', 'is', null), where('expires_at', '>', now)]))
    .executeTakeFirst()
}

/** Records that a token was used. */
export async function touchToken(db: Kysely<Schema>, id: string, now: Date): Promise<void> {
  await db.updateTable('api_tokens').set({ last_used_at: now }).where('id', '=', id).execute()
}

/** Revokes a token for good. @throws AtlasError `access.token_not_found` */
export async function revokeToken(db: Kysely<Schema>, id: string, now: Date): Promise<{ name: string; role: Role }> {
  const row = await db
    .updateTable('api_tokens')
    .set({ revoked_at: now })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .returning(['name', 'role'])
    .executeTakeFirst()
  if (row === undefined) throw new AtlasError('access.token_not_found', `There is no token ${id} that could be revoked.`)
  return row
}

function toToken(row: Selectable<ApiTokensTable>): ApiToken {
  return {
    id: row.id,
    name: row.name,
    role: row.role,
    prefix: row.prefix,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    expiresAt: row.expires_at?.toISOString() ?? null,
  }
}
