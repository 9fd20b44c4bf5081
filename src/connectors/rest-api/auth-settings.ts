import { z } from 'zod'

const secret = (title: string, description?: string) =>
  z
    .string()
    .min(1)
    .meta({ title, secret: true, ...(description === undefined ? {} : { description }) })
const type = <T extends string>(name: T) => z.literal(name).meta({ title: 'Kind' })

const oauth = {
  tokenUrl: z
    .url({ protocol: /^https?$/ })
    .meta({ title: 'Token address', description: 'Where client id and secret are exchanged for a token', destination: true }),
  clientId: z.string().min(1).meta({ title: 'Client id' }),
  scope: z.string().optional().meta({ title: 'Scope', description: 'Ask for reading and nothing else' }),
  sendAs: z
    .enum(['body', 'basic'])
    .default('body')
    .meta({ title: 'Client id and secret go', description: 'In the body, or in a header (basic)' }),
  parameters: z
    .record(z.string(), z.string())
    .default({})
    .meta({ title: 'More parameters', description: 'Of the token request, e.g. audience' }),
}

/** How an API knows who asks. */
export const RestAuth = z
  .discriminatedUnion('type', [
    z.strictObject({ type: type('none') }).meta({ title: 'None' }),
    z.strictObject({ type: type('bearer'), token: secret('Token') }).meta({ title: 'Bearer token' }),
    z
      .strictObject({
        type: type('api_key'),
        name: z
          .string()
          .min(1)
          .meta({ title: 'Name', description: 'Of the header or the query parameter', examples: ['X-Api-Key'] }),
        value: secret('Key'),
        in: z.enum(['header', 'query']).default('header').meta({ title: 'Goes in' }),
      })
      .meta({ title: 'API key' }),
    z
      .strictObject({ type: type('basic'), username: z.string().meta({ title: 'User' }), password: secret('Password') })
      .meta({ title: 'User and password' }),
    z
      .strictObject({ type: type('oauth2_client_credentials'), clientSecret: secret('Client secret'), ...oauth })
      .meta({ title: 'OAuth 2: client credentials' }),
    z
      .strictObject({
        type: type('oauth2_refresh'),
        clientSecret: secret('Client secret').optional(),
        refreshToken: secret('Refresh token', 'Kept anew when the API exchanges it for another'),
        ...oauth,
      })
      .meta({ title: 'OAuth 2: refresh token' }),
  ])
  .meta({ title: 'Sign-in' })
export type RestAuth = z.infer<typeof RestAuth>
