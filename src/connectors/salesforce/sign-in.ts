import { AtlasError } from '../../core/errors.ts'
import type { ReadContext } from '../connector.ts'
import type { HttpClient } from '../http/http-client.ts'
import { createTokenProvider, type OAuthGrant, type TokenProvider } from '../http/oauth.ts'
import type { SalesforceSettings } from './settings.ts'

/** Who asks, and where: the token and the instance it is good for. */
export interface SignIn {
  token(): Promise<string>
  /** False when there is no way to a new token. */
  renew(stale: string): Promise<boolean>
  /** Origin of the instance, which credentials may go to from then on. */
  instance(): Promise<string>
}

/** A token that is asked for anew before each request, from the login address; or the one that was given. */
export function createSignIn(settings: SalesforceSettings, client: HttpClient, context: ReadContext): SignIn {
  const { auth } = settings
  if (auth.method === 'access_token') {
    client.allowOrigin(auth.instanceUrl)
    return {
      token: () => Promise.resolve(auth.accessToken),
      renew: () => Promise.resolve(false),
      instance: () => Promise.resolve(new URL(auth.instanceUrl).origin),
    }
  }
  const tokenUrl = new URL('/services/oauth2/token', settings.loginUrl).href
  const provider = createTokenProvider({ client, tokenUrl, grant: grantOf(settings), context })
  return {
    token: () => provider.token(),
    renew: async (stale) => (await provider.renew(stale)) !== stale,
    instance: () => instanceOf(provider, settings, client),
  }
}

function grantOf({ auth, loginUrl }: SalesforceSettings): OAuthGrant {
  switch (auth.method) {
    case 'refresh_token':
      return { grant: 'refresh_token', clientId: auth.clientId, clientSecret: auth.clientSecret, refreshToken: auth.refreshToken }
    case 'jwt_bearer':
      return {
        grant: 'jwt_bearer',
        issuer: auth.clientId,
        subject: auth.username,
        audience: (auth.audience ?? loginUrl).replace(/\/$/, ''),
        privateKey: auth.privateKey,
      }
    case 'client_credentials':
      return { grant: 'client_credentials', clientId: auth.clientId, clientSecret: auth.clientSecret }
    default:
      throw new AtlasError('source.bad_settings', `There is no sign-in ${auth.method}.`)
  }
}

async function instanceOf(provider: TokenProvider, settings: SalesforceSettings, client: HttpClient): Promise<string> {
  const named = (await provider.reply())['instance_url']
  const url = typeof named === 'string' && URL.canParse(named) ? new URL(named) : null
  if (url === null) throw new AtlasError('source.unexpected_answer', 'The token reply of Salesforce names no instance.')
  if (url.protocol !== 'https:' && new URL(settings.loginUrl).protocol === 'https:')
    throw new AtlasError('source.foreign_host', `Salesforce names the instance ${url.host} without TLS; nothing was sent there.`)
  client.allowOrigin(url.origin)
  return url.origin
}
