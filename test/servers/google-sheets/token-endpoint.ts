import { createPublicKey, generateKeyPairSync, randomBytes, verify } from 'node:crypto'

export interface ServiceAccount {
  clientEmail: string
  privateKeyId: string
  /** The key file as Google gives it out, as text. */
  keyFile: string
  publicKey: string
}

export interface AuthorizedUser {
  email: string
  clientId: string
  clientSecret: string
  refreshToken: string
  scopes: string[]
}

export interface IssuedToken {
  email: string
  scopes: string[]
  expiresAt: number
}

export interface TokenReply {
  status: number
  body: Record<string, unknown>
}

const LIFETIME_S = 3599
/** How far the clocks may be apart. */
const SKEW_S = 300

/** Google's token endpoint: assertions of service accounts, and refresh tokens of people. */
export class TokenEndpoint {
  readonly issued = new Map<string, IssuedToken>()
  readonly accounts: ServiceAccount[] = []
  readonly users: AuthorizedUser[] = []
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  /** Makes a service account with a key of its own; `tokenUri` is what its key file says. */
  addServiceAccount(clientEmail: string, tokenUri: string): ServiceAccount {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    })
    const privateKeyId = randomBytes(20).toString('hex')
    const keyFile = JSON.stringify({
      type: 'service_account',
      project_id: 'atlas-tests',
      private_key_id: privateKeyId,
      private_key: privateKey,
      client_email: clientEmail,
      client_id: '104000000000000000000',
      token_uri: tokenUri,
      universe_domain: 'googleapis.com',
    })
    const account = { clientEmail, privateKeyId, keyFile, publicKey }
    this.accounts.push(account)
    return account
  }

  answer(form: URLSearchParams, ownUrl: string): TokenReply {
    const grant = form.get('grant_type')
    if (grant === 'urn:ietf:params:oauth:grant-type:jwt-bearer') return this.#assertion(form.get('assertion') ?? '', ownUrl)
    if (grant === 'refresh_token') return this.#refresh(form)
    return refuse('unsupported_grant_type', `Invalid grant_type: ${grant ?? ''}`)
  }

  find(token: string): IssuedToken | undefined {
    const found = this.issued.get(token)
    return found === undefined || found.expiresAt <= this.#now() ? undefined : found
  }

  #assertion(assertion: string, ownUrl: string): TokenReply {
    const [head = '', payload = '', signature = ''] = assertion.split('.')
    const header = readPart(head)
    const claims = readPart(payload)
    if (header === null || claims === null || header['alg'] !== 'RS256') return refuse('invalid_grant', 'Bad Request')
    const account = this.accounts.find((one) => one.clientEmail === claims['iss'])
    if (account === undefined) return refuse('invalid_grant', 'Invalid grant: account not found')
    const signed = verify(
      'RSA-SHA256',
      Buffer.from(`${head}.${payload}`),
      createPublicKey(account.publicKey),
      Buffer.from(signature, 'base64url'),
    )
    if (!signed) return refuse('invalid_grant', 'Invalid JWT Signature.')
    if (claims['aud'] !== ownUrl) return refuse('invalid_grant', 'Invalid JWT: Failed audience check.')
    const now = this.#now() / 1000
    const { iat, exp } = claims as { iat?: unknown; exp?: unknown }
    if (typeof iat !== 'number' || typeof exp !== 'number' || iat > now + SKEW_S || exp < now - SKEW_S || exp - iat > 3600 || exp <= iat) {
      return refuse(
        'invalid_grant',
        'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.',
      )
    }
    const scopes = typeof claims['scope'] === 'string' ? claims['scope'].split(' ').filter((scope) => scope !== '') : []
    if (scopes.length === 0) return refuse('invalid_scope', 'Invalid OAuth scope or ID token audience provided.')
    return this.#issue(account.clientEmail, scopes)
  }

  #refresh(form: URLSearchParams): TokenReply {
    const user = this.users.find((one) => one.clientId === form.get('client_id'))
    if (user === undefined || user.clientSecret !== form.get('client_secret')) {
      return { status: 401, body: { error: 'invalid_client', error_description: 'Unauthorized' } }
    }
    if (user.refreshToken !== form.get('refresh_token')) return refuse('invalid_grant', 'Token has been expired or revoked.')
    return this.#issue(user.email, user.scopes)
  }

  #issue(email: string, scopes: string[]): TokenReply {
    const token = `ya29.${randomBytes(24).toString('base64url')}`
    this.issued.set(token, { email, scopes, expiresAt: this.#now() + LIFETIME_S * 1000 })
    return { status: 200, body: { access_token: token, expires_in: LIFETIME_S, scope: scopes.join(' '), token_type: 'Bearer' } }
  }
}

function refuse(error: string, description: string): TokenReply {
  return { status: 400, body: { error, error_description: description } }
}

function readPart(part: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}
