import { z } from 'zod'
import { AtlasError } from '../../core/errors.ts'
import type { ReadContext } from '../connector.ts'
import type { GoogleSheetsSettings } from './sheet-settings.ts'
import type { HttpClient } from '../http/http-client.ts'
import { createTokenProvider, type OAuthGrant, type TokenProvider } from '../http/oauth.ts'

const GOOGLE_TOKEN_URL = 'https://oauth2.googleapis.com/token'
const READ_SHEETS = 'https://www.googleapis.com/auth/spreadsheets.readonly'
const READ_VERSION = 'https://www.googleapis.com/auth/drive.metadata.readonly'

const KeyFile = z.object({
  type: z.literal('service_account'),
  client_email: z.string().min(1),
  private_key: z.string().min(1),
  private_key_id: z.string().optional(),
  token_uri: z.url({ protocol: /^https?$/ }).default(GOOGLE_TOKEN_URL),
})

export interface SignIn {
  tokenUrl: string
  grant: OAuthGrant
  /** Who reads, for advice on sharing: the address of the service account; null for a person, whose address nobody knows here. */
  reader: string | null
}

/**
 * How the settings sign in. Scopes are the least that do: reading sheets, and the version of the file when it is asked for.
 * @throws AtlasError `source.bad_settings` for a key file that is not one; never with a part of it
 */
export function signInOf(settings: GoogleSheetsSettings): SignIn {
  const { credentials } = settings
  if (credentials.type === 'authorized_user') {
    const { clientId, clientSecret, refreshToken } = credentials
    return {
      tokenUrl: settings.tokenUrl ?? GOOGLE_TOKEN_URL,
      grant: { grant: 'refresh_token', clientId, clientSecret, refreshToken },
      reader: null,
    }
  }
  const key = readKeyFile(credentials.key)
  const scope = settings.checkVersion ? `${READ_SHEETS} ${READ_VERSION}` : READ_SHEETS
  const tokenUrl = settings.tokenUrl ?? key.token_uri
  return {
    tokenUrl,
    grant: {
      grant: 'jwt_bearer',
      issuer: key.client_email,
      audience: tokenUrl,
      privateKey: key.private_key,
      ...(key.private_key_id === undefined ? {} : { keyId: key.private_key_id }),
      scope,
    },
    reader: key.client_email,
  }
}

/** Tokens for the sign-in; a refusal says what Google means by it. */
export function openTokens(signIn: SignIn, client: HttpClient, context: ReadContext): TokenProvider {
  const tokens = createTokenProvider({ client, tokenUrl: signIn.tokenUrl, grant: signIn.grant, context })
  const explained = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw explain(error, signIn, context.now())
    }
  }
  return {
    token: () => explained(() => tokens.token()),
    renew: (stale) => explained(() => tokens.renew(stale)),
    reply: () => explained(() => tokens.reply()),
  }
}

function readKeyFile(text: string): z.infer<typeof KeyFile> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new AtlasError('source.bad_settings', 'The key of the service account is not JSON.', {
      next: 'Paste the whole key file that Google Cloud gave out, from { to }.',
    })
  }
  const parsed = KeyFile.safeParse(value)
  if (parsed.success) return parsed.data
  const fields = [...new Set(parsed.error.issues.map((issue) => issue.path.join('.') || 'the file'))]
  throw new AtlasError('source.bad_settings', `The key of the service account is not a key file: wrong or missing ${fields.join(', ')}.`, {
    next: 'In Google Cloud make a key of type JSON for a service account, and paste the whole file.',
  })
}

function explain(error: unknown, signIn: SignIn, now: Date): unknown {
  if (!(error instanceof AtlasError) || error.code !== 'source.sign_in_failed') return error
  if (signIn.reader === null || !error.message.includes('invalid_grant')) return error
  return new AtlasError(
    'source.sign_in_failed',
    `${error.message} Google does not accept the assertion of ${signIn.reader}: the clock here is wrong (it says ${now.toISOString()}), or the key or the account was deleted.`,
    { cause: error, next: 'Set the clock of this machine (NTP); if it is right, make a new key for the service account.' },
  )
}
