import type { ReadContext } from '../connector.ts'
import { AtlasError } from '../../core/errors.ts'
import type { HttpClient } from './http-client.ts'
import { signJwt } from './jwt.ts'

export type OAuthGrant =
  | { grant: 'client_credentials'; clientId: string; clientSecret: string; scope?: string | undefined }
  /** A rotated refresh token goes to `keepSecret` before anything is done with what came beside it. */
  | { grant: 'refresh_token'; clientId: string; clientSecret?: string | undefined; refreshToken: string; scope?: string | undefined }
  /** RFC 7523, RS256, signed anew for each token. */
  | {
      grant: 'jwt_bearer'
      issuer: string
      subject?: string | undefined
      audience: string
      /** PEM */
      privateKey: string
      keyId?: string | undefined
      scope?: string | undefined
    }
  | {
      grant: 'password'
      clientId: string
      clientSecret?: string | undefined
      username: string
      password: string
      scope?: string | undefined
    }

export interface TokenProvider {
  /** A token that has not expired as far as its reply says. @throws AtlasError `source.sign_in_failed` and those of HttpClient.request */
  token(): Promise<string>
  /** After a 401: one renewal however many ask at once with the same stale token. */
  renew(stale: string): Promise<string>
  /** The last token reply, e.g. for instance_url; asks for a token when there is none yet. Holds secrets. */
  reply(): Promise<Record<string, unknown>>
}

export interface TokenOptions {
  client: HttpClient
  tokenUrl: string
  grant: OAuthGrant
  context: Pick<ReadContext, 'now' | 'keepSecret' | 'random'>
  /** How client id and secret are sent; in the body unless told. */
  sendAs?: 'body' | 'basic' | undefined
  /** More parameters of the token request: audience, resource. */
  parameters?: Record<string, string> | undefined
}

interface Held {
  token: string
  /** Milliseconds since 1970 from when on it is not used any more; null when its reply says nothing. */
  untilMs: number | null
  reply: Record<string, unknown>
}

/** Gets and renews access tokens (RFC 6749); a renewal that is under way is shared by all who ask. */
export function createTokenProvider(options: TokenOptions): TokenProvider {
  options.client.allowOrigin(new URL(options.tokenUrl).origin)
  let refreshToken = options.grant.grant === 'refresh_token' ? options.grant.refreshToken : ''
  let held: Held | null = null
  let underway: Promise<Held> | null = null

  const fetchToken = async (): Promise<Held> => {
    const reply = await requestToken(options, refreshToken)
    const rotated = reply['refresh_token']
    if (options.grant.grant === 'refresh_token' && typeof rotated === 'string' && rotated !== '' && rotated !== refreshToken) {
      await options.context.keepSecret(refreshToken, rotated)
      refreshToken = rotated
    }
    return (held = toHeld(reply, options.context.now().getTime()))
  }
  const renewal = (): Promise<Held> => (underway ??= fetchToken().finally(() => (underway = null)))
  const current = async (): Promise<Held> => {
    if (underway !== null) return underway
    if (held === null || (held.untilMs !== null && options.context.now().getTime() >= held.untilMs)) return renewal()
    return held
  }
  return {
    token: async () => (await current()).token,
    renew: async (stale) => (held !== null && held.token !== stale ? held : await renewal()).token,
    reply: async () => (await current()).reply,
  }
}

async function requestToken(
  { client, tokenUrl, grant, context, sendAs, parameters }: TokenOptions,
  refreshToken: string,
): Promise<Record<string, unknown>> {
  const form = new URLSearchParams(parameters)
  for (const [name, value] of Object.entries(grantFields(grant, refreshToken, context))) if (value !== undefined) form.set(name, value)
  const headers: Record<string, string> = { 'content-type': 'application/x-www-form-urlencoded' }
  if (sendAs === 'basic' && 'clientId' in grant) {
    headers['authorization'] = basic(grant.clientId, grant.clientSecret ?? '')
    form.delete('client_id')
    form.delete('client_secret')
  }
  const reply = await client.request({
    method: 'POST',
    url: tokenUrl,
    headers,
    body: form.toString(),
    // A refresh token that is rotated may be void once it has been used, so that request is not repeated.
    safe: grant.grant !== 'refresh_token',
    accept: (status) => (status >= 200 && status < 300) || status === 400 || status === 401 || status === 403,
  })
  const answer = await reply.json(1 << 20)
  const fields = typeof answer === 'object' && answer !== null ? (answer as Record<string, unknown>) : {}
  if (reply.status < 300 && typeof fields['access_token'] === 'string' && fields['access_token'] !== '') return fields
  throw new AtlasError(
    'source.sign_in_failed',
    `${new URL(tokenUrl).host} gives no token (${reply.status}, ${errorName(fields)}).${hint(grant, fields)}`,
  )
}

function grantFields(grant: OAuthGrant, refreshToken: string, context: TokenOptions['context']): Record<string, string | undefined> {
  if (grant.grant === 'jwt_bearer') {
    const claims = { iss: grant.issuer, sub: grant.subject, aud: grant.audience, scope: grant.scope }
    return {
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: signJwt(claims, grant.privateKey, grant.keyId, context.now()),
    }
  }
  const client = { grant_type: grant.grant, client_id: grant.clientId, client_secret: grant.clientSecret, scope: grant.scope }
  if (grant.grant === 'refresh_token') return { ...client, refresh_token: refreshToken }
  if (grant.grant === 'password') return { ...client, username: grant.username, password: grant.password }
  return client
}

/** RFC 6749 §2.3.1: id and secret are form-encoded before they are joined. */
function basic(clientId: string, secret: string): string {
  const encode = (text: string): string => new URLSearchParams({ a: text }).toString().slice(2)
  return `Basic ${Buffer.from(`${encode(clientId)}:${encode(secret)}`).toString('base64')}`
}

/** The error's code (RFC 6749 §5.2); its description is left out, it may repeat what was sent. */
function errorName(fields: Record<string, unknown>): string {
  const name = fields['error']
  return typeof name === 'string' && /^[a-zA-Z_]{1,40}$/.test(name) ? name : 'no reason given'
}

function hint(grant: OAuthGrant, fields: Record<string, unknown>): string {
  if (fields['error'] !== 'invalid_grant' || grant.grant !== 'refresh_token') return ''
  return ' The refresh token has expired, was revoked or was used elsewhere: sign in again.'
}

function toHeld(reply: Record<string, unknown>, nowMs: number): Held {
  const seconds = Number(reply['expires_in'] ?? Number.NaN)
  // A token is given up a little before its end, so that none expires on its way.
  const untilMs = Number.isFinite(seconds) && seconds > 0 ? nowMs + (seconds - Math.min(60, seconds / 10)) * 1000 : null
  return { token: String(reply['access_token']), untilMs, reply }
}
