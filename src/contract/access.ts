import { z } from 'zod'
import { endpoints } from './endpoint.ts'
import { Instant } from './names.ts'

export const Role = z.enum(['admin', 'editor', 'viewer']).meta({ id: 'Role' })
export type Role = z.infer<typeof Role>

export const User = z
  .object({ id: z.string(), email: z.string(), name: z.string(), role: Role, createdAt: Instant, disabled: z.boolean() })
  .meta({ id: 'User' })
export type User = z.infer<typeof User>

export const Session = z
  .object({
    /** Null when nobody is signed in. */
    user: User.pick({ id: true, email: true, name: true, role: true }).nullable(),
    permissions: z.array(z.string()),
    /** Sent back as the header `x-csrf-token` on every change; null when signed out. */
    csrfToken: z.string().nullable(),
    /** True while the signed-in user has no password yet (came in by the one-time link). */
    needsPassword: z.boolean(),
    server: z.object({
      version: z.string(),
      /** Shown in the header, e.g. "production"; from ATLAS_ENVIRONMENT. */
      environment: z.string().nullable(),
      timeZone: z.string(),
      uploadLimitBytes: z.int(),
      now: Instant,
    }),
  })
  .meta({ id: 'Session' })
export type Session = z.infer<typeof Session>

export const ApiToken = z
  .object({
    id: z.string(),
    name: z.string(),
    role: Role,
    /** First characters, to tell tokens apart. */
    prefix: z.string(),
    createdAt: Instant,
    createdBy: z.string(),
    lastUsedAt: Instant.nullable(),
    expiresAt: Instant.nullable(),
  })
  .meta({ id: 'ApiToken' })
export type ApiToken = z.infer<typeof ApiToken>

export const AuditEntry = z
  .object({
    id: z.int(),
    at: Instant,
    actor: z.string(),
    action: z.string(),
    target: z.string().nullable(),
    detail: z.record(z.string(), z.unknown()),
    address: z.string().nullable(),
  })
  .meta({ id: 'AuditEntry' })
export type AuditEntry = z.infer<typeof AuditEntry>

const password = z.string().min(12, 'a password has at least 12 characters').max(1024).meta({ title: 'Password', secret: true })

export const accessEndpoints = endpoints({
  'GET /auth/session': { summary: 'Who is signed in, and what the server is', permission: 'public', reply: Session },
  'POST /auth/sign-in': {
    summary: 'Sign in with e-mail and password',
    permission: 'public',
    body: z.strictObject({ email: z.string().max(320), password: z.string().max(1024) }),
    reply: Session,
  },
  'POST /auth/link': {
    summary: 'Sign in with the one-time link that the server printed',
    permission: 'public',
    body: z.strictObject({ token: z.string().max(200) }),
    reply: Session,
  },
  'POST /auth/sign-out': { summary: 'End this session', permission: 'self', status: 204 },
  'PUT /auth/password': {
    summary: 'Set your own e-mail, name and password',
    permission: 'self',
    body: z.strictObject({ email: z.email(), name: z.string().min(1).max(200), password, current: z.string().max(1024).optional() }),
    reply: Session,
  },
  'GET /users': { summary: 'List users', permission: 'users.manage', reply: z.array(User) },
  'POST /users': {
    summary: 'Create a user',
    permission: 'users.manage',
    body: z.strictObject({ email: z.email(), name: z.string().min(1).max(200), role: Role, password }),
    reply: User,
    status: 201,
  },
  'PATCH /users/:userId': {
    summary: 'Change role, or disable a user',
    permission: 'users.manage',
    params: z.object({ userId: z.string() }),
    body: z.strictObject({ role: Role.optional(), disabled: z.boolean().optional() }),
    reply: User,
  },
  'GET /tokens': { summary: 'List API tokens', permission: 'tokens.manage', reply: z.array(ApiToken) },
  'POST /tokens': {
    summary: 'Create an API token; the secret is in this reply and nowhere else',
    permission: 'tokens.manage',
    body: z.strictObject({ name: z.string().min(1).max(200), role: Role, expiresInDays: z.int().min(1).max(3650).optional() }),
    reply: ApiToken.extend({ token: z.string() }),
    status: 201,
  },
  'DELETE /tokens/:tokenId': {
    summary: 'Revoke an API token',
    permission: 'tokens.manage',
    params: z.object({ tokenId: z.string() }),
    status: 204,
  },
  'GET /audit': {
    summary: 'Audit entries, newest first',
    permission: 'audit.read',
    query: z.object({
      before: z.coerce.number().int().optional(),
      action: z.string().optional(),
      limit: z.coerce.number().int().min(1).max(1000).default(100),
    }),
    reply: z.array(AuditEntry),
  },
})
