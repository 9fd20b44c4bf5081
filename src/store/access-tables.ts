import type { Generated } from 'kysely'
import type { Big, Json, Time, TimeOrNull } from './column.ts'

export interface UsersTable {
  id: string
  email: string
  name: string
  /** argon2id in PHC form; null until the first password is set. */
  password_hash: string | null
  role: 'admin' | 'editor' | 'viewer'
  created_at: Time
  disabled_at: TimeOrNull
}

export interface SessionsTable {
  /** SHA-256 of the cookie's value. */
  id_hash: string
  user_id: string
  csrf_token: string
  created_at: Time
  last_seen_at: Time
  expires_at: Date
}

export interface SignInLinksTable {
  token_hash: string
  user_id: string
  expires_at: Date
  used_at: TimeOrNull
}

export interface SignInFailuresTable {
  /** What is throttled: `email:…` (hashed) or `address:…`. */
  key: string
  failures: number
  last_failed_at: Date
  blocked_until: TimeOrNull
}

export interface ApiTokensTable {
  id: string
  name: string
  role: 'admin' | 'editor' | 'viewer'
  token_hash: string
  prefix: string
  created_by: string
  created_at: Time
  last_used_at: TimeOrNull
  expires_at: TimeOrNull
  revoked_at: TimeOrNull
}

export interface AuditTable {
  id: Generated<Big>
  at: Time
  actor: string
  action: string
  target: string | null
  detail: Json<Record<string, unknown>>
  address: string | null
}

export interface AccessTables {
  users: UsersTable
  sessions: SessionsTable
  sign_in_links: SignInLinksTable
  sign_in_failures: SignInFailuresTable
  api_tokens: ApiTokensTable
  audit: AuditTable
}
