import { createApiToken } from '../../access/api-tokens.ts'
import { type Caller } from '../../access/caller.ts'
import { hashPassword, verifyPassword } from '../../access/passwords.ts'
import { permissionsOf } from '../../access/roles.ts'
import { callerOfSession, startSession } from '../../access/sessions.ts'
import { redeemSignInLink } from '../../access/sign-in-links.ts'
import { signIn } from '../../access/sign-in.ts'
import { countAttempt, forgive } from '../../access/throttle.ts'
import type { Session, accessEndpoints } from '../../contract/access.ts'
import { AtlasError } from '../../core/errors.ts'
import { newId } from '../../core/ids.ts'
import { listAudit, writeAudit } from '../../store/audit.ts'
import { deleteSession, deleteSessionsOf } from '../../store/sessions.ts'
import { listTokens, revokeToken } from '../../store/tokens.ts'
import { changeUser, findUserByEmail, insertUser, listUsers, setCredentials, toUser } from '../../store/users.ts'
import type { Handlers } from '../handlers.ts'
import type { Platform } from '../platform.ts'

export const accessRoutes: Handlers<typeof accessEndpoints> = {
  'GET /auth/session': ({ caller }, platform) => describeSession(caller, platform),

  'POST /auth/sign-in': async ({ body, address, setSessionCookie }, platform) => {
    const secret = await signIn(platform, body, address)
    setSessionCookie(secret)
    return describeSession(await callerOfSession(platform, secret), platform)
  },

  'POST /auth/link': async ({ body, address, setSessionCookie }, platform) => {
    const secret = await redeemSignInLink(platform, body.token, address)
    setSessionCookie(secret)
    return describeSession(await callerOfSession(platform, secret), platform)
  },

  'POST /auth/sign-out': async ({ caller, address, setSessionCookie }, { db }) => {
    if (caller.session === null) return
    await deleteSession(db, caller.session.idHash)
    await writeAudit(db, { actor: caller.actor, action: 'sign_out', address })
    setSessionCookie(null)
  },

  'PUT /auth/password': async ({ body, caller, address, setSessionCookie }, platform) => {
    const { db } = platform
    const { session } = caller
    if (session === null) throw new AtlasError('access.denied', 'A token has no password; sign in as the user whose password is to change.')
    if (session.hasPassword) await confirmPassword(platform, caller.actor, body.current ?? '', address)
    const user = await setCredentials(db, session.userId, {
      email: body.email,
      name: body.name,
      passwordHash: await hashPassword(body.password),
    })
    await deleteSessionsOf(db, user.id)
    await writeAudit(db, { actor: caller.actor, action: 'password.changed', target: user.email, address })
    const secret = await startSession(platform, user.id)
    setSessionCookie(secret)
    return describeSession(await callerOfSession(platform, secret), platform)
  },

  'GET /users': (_input, { db }) => listUsers(db),

  'POST /users': async ({ body, caller, address }, { db, now, random }) => {
    const { email, name, role, password } = body
    const user = await insertUser(db, {
      id: newId('usr', now().getTime(), random),
      email,
      name,
      role,
      passwordHash: await hashPassword(password),
    })
    await writeAudit(db, { actor: caller.actor, action: 'user.created', target: user.email, detail: { role }, address })
    return toUser(user)
  },

  'PATCH /users/:userId': async ({ params, body, caller, address }, { db, now }) => {
    const user = await changeUser(db, params.userId, body, now())
    await writeAudit(db, { actor: caller.actor, action: 'user.changed', target: user.email, detail: body, address })
    return user
  },

  'GET /tokens': (_input, { db }) => listTokens(db),

  'POST /tokens': ({ body, caller, address }, platform) => createApiToken(platform, body, { actor: caller.actor, address }),

  'DELETE /tokens/:tokenId': async ({ params, caller, address }, { db, now }) => {
    const token = await revokeToken(db, params.tokenId, now())
    await writeAudit(db, { actor: caller.actor, action: 'token.revoked', target: params.tokenId, detail: token, address })
  },

  'GET /audit': ({ query }, { db }) => listAudit(db, query),
}

/** A stolen session must not be enough to take the account over, nor to guess the password without limit. */
async function confirmPassword({ db, now }: Platform, email: string, password: string, address: string): Promise<void> {
  await countAttempt(db, email, address, now())
  const user = await findUserByEmail(db, email)
  if (!(await verifyPassword(password, user?.password_hash ?? null))) {
    await writeAudit(db, { actor: email, action: 'sign_in.failed', target: email, detail: { reason: 'wrong current password' }, address })
    throw new AtlasError('access.bad_credentials', 'The current password is not right.', {
      fields: [{ pointer: '/body/current', detail: 'is not right' }],
    })
  }
  await forgive(db, email, address)
}

function describeSession(caller: Caller | null, { settings, now }: Platform): Session {
  const { version, environment, timeZone, uploadLimitBytes } = settings
  return {
    user: caller && { id: caller.id, email: caller.session === null ? '' : caller.actor, name: caller.name, role: caller.role },
    permissions: caller === null ? [] : [...permissionsOf(caller.role)],
    csrfToken: caller?.session?.csrfToken ?? null,
    needsPassword: caller?.session != null && !caller.session.hasPassword,
    server: { version, environment, timeZone, uploadLimitBytes, now: now().toISOString() },
  }
}
