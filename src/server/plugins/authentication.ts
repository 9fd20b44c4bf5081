import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { callerOfToken } from '../../access/api-tokens.ts'
import { type Caller, requirePermission } from '../../access/caller.ts'
import { sameSecret } from '../../access/secrets.ts'
import { callerOfSession, sessionLimitMs } from '../../access/sessions.ts'
import type { Permission } from '../../contract/endpoint.ts'
import { AtlasError } from '../../core/errors.ts'
import type { Platform } from '../platform.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; null for nobody. Set before the body is read. */
    caller: Caller | null
  }
  interface FastifyContextConfig {
    permission?: Permission
  }
}

export const sessionCookie = 'atlas_session'

/**
 * Finds out who asks and lets nobody past without the permission that the route's endpoint names. Runs before the body is read.
 * A route without a permission in its config is not part of the API and open (health, docs, the web app).
 */
export function registerAuthentication(app: FastifyInstance, platform: Platform, cliToken: string | undefined): void {
  app.decorateRequest('caller', null)
  // After the rate limit (a hook of onRequest) and before the body is read.
  app.addHook('preParsing', async (request) => {
    const { permission } = request.routeOptions.config
    if (permission === undefined) return
    if (request.method !== 'GET') refuseForeignOrigin(request)
    request.caller = await findCaller(request, platform, cliToken)
    requirePermission(request.caller, permission)
    if (request.method !== 'GET' && permission !== 'public') requireCsrfToken(request)
  })
}

/** Who sends this request now. @throws AtlasError `access.bad_token` for a bearer token that is wrong; a cookie that ended is nobody */
export async function findCaller(request: FastifyRequest, platform: Platform, cliToken: string | undefined): Promise<Caller | null> {
  const { authorization } = request.headers
  if (authorization !== undefined) {
    const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1]
    if (token === undefined) throw new AtlasError('access.bad_token', 'The Authorization header is not "Bearer <token>".')
    if (cliToken !== undefined && sameSecret(token, cliToken))
      return { actor: 'cli', id: 'cli', name: 'Command line', role: 'admin', session: null }
    return callerOfToken(platform, token)
  }
  const secret = request.cookies[sessionCookie]
  return secret === undefined || secret === '' ? null : callerOfSession(platform, secret)
}

/** A browser says where a request comes from; one from another site is refused also where no session is needed (sign-in). */
function refuseForeignOrigin(request: FastifyRequest): void {
  const { origin, 'sec-fetch-site': site, authorization } = request.headers
  if (authorization !== undefined) return
  const foreignSite = site !== undefined && site !== 'same-origin' && site !== 'none'
  const foreignOrigin = origin !== undefined && hostOf(origin) !== request.host.toLowerCase()
  if (foreignSite || foreignOrigin) throw new AtlasError('access.csrf', 'The request comes from a page of another site.')
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null
}

function requireCsrfToken(request: FastifyRequest): void {
  const session = request.caller?.session
  if (session === null || session === undefined) return
  const sent = request.headers['x-csrf-token']
  if (typeof sent !== 'string' || !sameSecret(sent, session.csrfToken)) {
    throw new AtlasError('access.csrf', 'The header x-csrf-token is missing or not the one of this session.')
  }
}

/** Sets the session cookie, or clears it. */
export function writeSessionCookie(request: FastifyRequest, reply: FastifyReply, secret: string | null): void {
  const options = { path: '/', httpOnly: true, sameSite: 'strict', secure: request.protocol === 'https' } as const
  if (secret === null) reply.clearCookie(sessionCookie, options)
  else reply.setCookie(sessionCookie, secret, { ...options, maxAge: sessionLimitMs / 1000 })
}
