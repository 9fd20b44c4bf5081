import type { ReadContext } from '../connector.ts'
import { createHttpClient, type HttpClient, type HttpReply, type HttpRequest } from '../http/http-client.ts'
import { createTokenProvider, type OAuthGrant, type TokenProvider } from '../http/oauth.ts'
import type { RestAuth } from './auth-settings.ts'
import type { RestApiSettings } from './settings.ts'

/** What all requests of a run share: connections, the budget of requests, and the token. */
export interface RestSession {
  settings: RestApiSettings
  context: ReadContext
  /** Query parameters that are secret, sent with every request and never kept. */
  secretQuery: Readonly<Record<string, string>>
  /** Sends a request with the credentials of the source. @throws AtlasError `source.*`, `run.cancelled` */
  send(request: HttpRequest): Promise<HttpReply>
  /** Gets a token where the source needs one. @throws AtlasError `source.sign_in_failed` */
  signIn(): Promise<void>
  close(): Promise<void>
}

/** Opens no connection yet. @param attempts tries of a request, instead of those set */
export function openSession(settings: RestApiSettings, context: ReadContext, attempts = settings.attempts): RestSession {
  const client = createHttpClient({
    context,
    origins: [settings.url, ...settings.hosts].map((address) => new URL(address).origin),
    budget: settings.rate === undefined ? undefined : { requests: settings.rate.requests, perMs: settings.rate.perSeconds * 1000 },
    timeoutMs: settings.timeoutSeconds * 1000,
    idleTimeoutMs: settings.idleSeconds * 1000,
    maxWaitMs: settings.maxWaitSeconds * 1000,
    attempts,
    tls: { ca: settings.certificateAuthority },
  })
  const { auth } = settings
  const tokens = tokenProvider(auth, client, context)
  const fixed = { ...settings.secretHeaders, ...fixedHeaders(auth) }
  const secretQuery = { ...settings.secretQuery, ...(auth.type === 'api_key' && auth.in === 'query' ? { [auth.name]: auth.value } : {}) }
  return {
    settings,
    context,
    secretQuery,
    send: (request) => {
      const headers = { ...settings.headers, ...request.headers }
      if (tokens === null) return client.request({ ...request, headers, authorise: () => Promise.resolve(fixed) })
      let used = ''
      return client.request({
        ...request,
        headers,
        authorise: async () => {
          used = await tokens.token()
          return { ...fixed, authorization: `Bearer ${used}` }
        },
        renew: async () => (await tokens.renew(used)) !== '',
      })
    },
    signIn: async () => void (await tokens?.token()),
    close: () => client.close(),
  }
}

function fixedHeaders(auth: RestAuth): Record<string, string> {
  if (auth.type === 'bearer') return { authorization: `Bearer ${auth.token}` }
  if (auth.type === 'basic') return { authorization: `Basic ${Buffer.from(`${auth.username}:${auth.password}`).toString('base64')}` }
  return auth.type === 'api_key' && auth.in === 'header' ? { [auth.name]: auth.value } : {}
}

function tokenProvider(auth: RestAuth, client: HttpClient, context: ReadContext): TokenProvider | null {
  if (auth.type !== 'oauth2_client_credentials' && auth.type !== 'oauth2_refresh') return null
  const { tokenUrl, clientId, scope, sendAs, parameters } = auth
  const grant: OAuthGrant =
    auth.type === 'oauth2_refresh'
      ? { grant: 'refresh_token', clientId, clientSecret: auth.clientSecret, refreshToken: auth.refreshToken, scope }
      : { grant: 'client_credentials', clientId, clientSecret: auth.clientSecret, scope }
  return createTokenProvider({ client, tokenUrl, grant, context, sendAs, parameters })
}
