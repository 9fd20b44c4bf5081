import { createPublicKey, createVerify, randomBytes } from 'node:crypto'
import type { Clock } from './clock.ts'
import { jsonReply, type Reply, type Request } from './reply.ts'

export interface ConnectedApp {
  clientId: string
  clientSecret: string
  /** The refresh token that is good now. */
  refreshToken: string
  /** Each use of the refresh token gives a new one and voids the old. */
  rotates: boolean
  /** PEM; null: JWT bearer is not set up. */
  publicKey: string | null
  username: string
  password: string
  /** The user has approved the app for JWT bearer. */
  approved: boolean
  /** Requests that a token is good for; null: no limit. */
  tokenRequests: number | null
  tokenTtlMs: number
}

export interface Tokens {
  app: ConnectedApp
  issue(): string
  answer(request: Request, instanceUrl: string): Reply
  /** Counts a use; false when the token is not good (any more). */
  use(authorization: string | undefined): boolean
  revokeAll(): void
}

/** The token endpoint and what it has issued. @param audiences that a JWT may name */
export function createTokens(clock: Clock, app: ConnectedApp, audiences: () => string[]): Tokens {
  const held = new Map<string, { untilMs: number; left: number }>()
  const issue = (): string => {
    const token = `00Dfake!${randomBytes(24).toString('base64url')}`
    held.set(token, { untilMs: clock.now().getTime() + app.tokenTtlMs, left: app.tokenRequests ?? Infinity })
    return token
  }
  const refuse = (error: string, description: string): Reply => jsonReply({ error, error_description: description }, 400)
  const grant = (form: URLSearchParams): Reply | string | null => {
    if (form.get('grant_type') === 'urn:ietf:params:oauth:grant-type:jwt-bearer') return jwt(form.get('assertion') ?? '')
    if (form.get('client_id') !== app.clientId) return refuse('invalid_client_id', 'client identifier invalid')
    if (form.get('grant_type') === 'refresh_token') {
      if (form.get('refresh_token') !== app.refreshToken) return refuse('invalid_grant', 'expired access/refresh token')
      if (app.rotates) app.refreshToken = randomBytes(24).toString('base64url')
      return app.rotates ? app.refreshToken : null
    }
    if (form.get('client_secret') !== app.clientSecret) return refuse('invalid_client', 'invalid client credentials')
    if (form.get('grant_type') === 'client_credentials') return null
    if (form.get('grant_type') !== 'password') return refuse('unsupported_grant_type', 'grant type not supported')
    const right = form.get('username') === app.username && form.get('password') === app.password
    return right ? null : refuse('invalid_grant', 'authentication failure')
  }
  const jwt = (assertion: string): Reply | null => {
    const [head = '', claims = '', signature = ''] = assertion.split('.')
    const parsed = parseClaims(claims)
    if (parsed === null || app.publicKey === null) return refuse('invalid_grant', 'invalid assertion')
    if (parsed['iss'] !== app.clientId) return refuse('invalid_client_id', 'client identifier invalid')
    if (!audiences().includes(String(parsed['aud']))) return refuse('invalid_grant', 'audience is invalid')
    const expiresMs = Number(parsed['exp']) * 1000
    const nowMs = clock.now().getTime()
    if (!(expiresMs > nowMs) || expiresMs > nowMs + 300_000) return refuse('invalid_grant', 'expired authorization code')
    const verified = createVerify('RSA-SHA256').update(`${head}.${claims}`).verify(createPublicKey(app.publicKey), signature, 'base64url')
    if (!verified) return refuse('invalid_grant', 'invalid assertion')
    if (parsed['sub'] !== app.username || !app.approved) return refuse('invalid_grant', "user hasn't approved this consumer")
    return null
  }
  return {
    app,
    issue,
    answer: (request, instanceUrl) => {
      const outcome = grant(new URLSearchParams(request.body))
      if (outcome !== null && typeof outcome !== 'string') return outcome
      return jsonReply({
        access_token: issue(),
        ...(outcome === null ? {} : { refresh_token: outcome }),
        instance_url: instanceUrl,
        id: `${instanceUrl}/id/00D000000000000AAA/005000000000000AAA`,
        token_type: 'Bearer',
        issued_at: String(clock.now().getTime()),
      })
    },
    use: (authorization) => {
      const token = held.get((authorization ?? '').replace(/^Bearer /, ''))
      if (token === undefined || token.left <= 0 || clock.now().getTime() >= token.untilMs) return false
      token.left--
      return true
    },
    revokeAll: () => held.clear(),
  }
}

function parseClaims(text: string): Record<string, unknown> | null {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString()) as Record<string, unknown>
  } catch {
    return null
  }
}
