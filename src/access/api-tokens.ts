import type { Kysely } from 'kysely'
import type { ApiToken, Role } from '../contract/access.ts'
import { AtlasError } from '../core/errors.ts'
import { newId } from '../core/ids.ts'
import { writeAudit } from '../store/audit.ts'
import type { Schema } from '../store/schema.ts'
import { findToken, insertToken, touchToken } from '../store/tokens.ts'
import type { Caller } from './caller.ts'
import { hashSecret, newSecret } from './secrets.ts'

const mark = 'atlas_'
const dayMs = 86_400_000
/** Last use is written at most this often. */
const touchEveryMs = 60_000

interface World {
  db: Kysely<Schema>
  now(): Date
  random(bytes: number): Uint8Array
}

/**
 * Creates an API token. The secret (`atlas_` and 256 random bits) is in the answer and nowhere else; its SHA-256 rests in the store.
 * @param by who creates it, for the audit
 */
export async function createApiToken(
  { db, now, random }: World,
  wanted: { name: string; role: Role; expiresInDays?: number },
  by: { actor: string; address: string | null },
): Promise<ApiToken & { token: string }> {
  const at = now().getTime()
  const token = mark + newSecret(random)
  const created = await insertToken(db, {
    id: newId('tok', at, random),
    name: wanted.name,
    role: wanted.role,
    hash: hashSecret(token),
    prefix: token.slice(0, mark.length + 6),
    createdBy: by.actor,
    expiresAt: wanted.expiresInDays === undefined ? null : new Date(at + wanted.expiresInDays * dayMs),
  })
  await writeAudit(db, { ...by, action: 'token.created', target: created.id, detail: { name: wanted.name, role: wanted.role } })
  return { ...created, token }
}

/** The caller who carries this token. @throws AtlasError `access.bad_token` */
export async function callerOfToken({ db, now }: Pick<World, 'db' | 'now'>, token: string): Promise<Caller> {
  const row = token.startsWith(mark) ? await findToken(db, hashSecret(token), now()) : undefined
  if (row === undefined) throw new AtlasError('access.bad_token', 'The bearer token is not one that this Atlas knows.')
  if (row.last_used_at === null || now().getTime() - row.last_used_at.getTime() > touchEveryMs) await touchToken(db, row.id, now())
  return { actor: `token:${row.name}`, id: row.id, name: row.name, role: row.role, session: null }
}
