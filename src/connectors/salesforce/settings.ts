import { z } from 'zod'

const secret = (title: string, description?: string) => z.string().min(1).meta({ title, description, secret: true })
const clientId = z.string().min(1).meta({ title: 'Consumer key', description: 'Client id of the connected app' })

const SalesforceAuth = z
  .discriminatedUnion('method', [
    z
      .strictObject({
        method: z.literal('refresh_token').meta({ title: 'Method' }),
        clientId,
        clientSecret: secret('Consumer secret', 'Left out for apps that need none').optional(),
        refreshToken: secret('Refresh token', 'A token that the app exchanges for a new one is kept by Atlas'),
      })
      .meta({ title: 'Refresh token' }),
    z
      .strictObject({
        method: z.literal('jwt_bearer').meta({ title: 'Method' }),
        clientId,
        username: z.string().min(1).meta({ title: 'User', description: 'Name of the user that the app may act for' }),
        privateKey: secret('Private key', 'RSA key in PEM form whose certificate the connected app holds'),
        audience: z.url().optional().meta({
          title: 'Audience',
          description: 'https://login.salesforce.com or https://test.salesforce.com; the login address unless told',
        }),
      })
      .meta({ title: 'JWT bearer' }),
    z
      .strictObject({
        method: z.literal('client_credentials').meta({ title: 'Method' }),
        clientId,
        clientSecret: secret('Consumer secret'),
      })
      .meta({ title: 'Client credentials' }),
    z
      .strictObject({
        method: z.literal('access_token').meta({ title: 'Method' }),
        accessToken: secret('Access token', 'A session; it cannot be renewed when it ends'),
        instanceUrl: z.url().meta({ title: 'Instance address', description: 'https://NAME.my.salesforce.com', destination: true }),
      })
      .meta({ title: 'Access token' }),
  ])
  .meta({ title: 'Sign-in' })

/** How Atlas signs in to an organisation, and how it reads. */
export const SalesforceSettings = z.strictObject({
  loginUrl: z.url().default('https://login.salesforce.com').meta({
    title: 'Login address',
    description: 'https://login.salesforce.com, https://test.salesforce.com for a sandbox, or the organisation’s own domain',
    destination: true,
  }),
  auth: SalesforceAuth,
  apiVersion: z
    .string()
    .regex(/^\d{2,3}\.0$/, 'a version such as 62.0')
    .default('62.0')
    .meta({ title: 'API version' }),
  startDate: z.iso.date().optional().meta({
    title: 'Start date',
    description: 'Rows changed before are not read when a stream is read by its cursor; all history unless told',
  }),
  lookbackMinutes: z.number().min(0).max(43_200).default(10).meta({
    title: 'Look back (minutes)',
    description: 'How far before the last change read the next read begins, for rows that become visible late',
  }),
  apiBudgetPercent: z.number().min(1).max(100).default(90).meta({
    title: 'API budget (percent)',
    description: 'Reading pauses when this share of the organisation’s daily API calls is used, whoever used them',
  }),
  includeDeleted: z
    .boolean()
    .default(true)
    .meta({ title: 'Deleted rows', description: 'Read rows in the recycle bin too, marked in the column _deleted' }),
  requestTimeoutSeconds: z.number().min(1).max(3600).default(120).meta({ title: 'Time limit of a request (seconds)' }),
  jobTimeoutMinutes: z.number().min(1).max(10_080).default(720).meta({ title: 'Time limit of a Bulk job (minutes)' }),
})
export type SalesforceSettings = z.infer<typeof SalesforceSettings>

/** What can be told of one object. */
export const SalesforceStreamOptions = z.strictObject({
  api: z
    .enum(['auto', 'rest', 'bulk'])
    .default('auto')
    .meta({ title: 'API', description: 'auto: Bulk 2.0 from 2,000 rows on where the object and its columns allow it, REST otherwise' }),
  formulaRefresh: z.enum(['daily', 'every_read', 'off']).default('daily').meta({
    title: 'Formula fields',
    description: 'Their values change without a change of the row: in merge mode, how often the whole object is compared',
  }),
  formulaFields: z.array(z.string()).default([]).meta({
    title: 'More fields like formulas',
    description: 'Fields that change without a change of the row, beside those that Salesforce marks as calculated',
  }),
  base64: z.boolean().default(false).meta({ title: 'File contents', description: 'Read base64 fields, one request for each row' }),
  compound: z
    .boolean()
    .default(false)
    .meta({ title: 'Compound fields', description: 'Keep addresses and locations as JSON too (their parts are always read); REST only' }),
  numbers: z.enum(['decimal', 'double']).default('decimal').meta({
    title: 'Numbers',
    description:
      'decimal: with the precision and scale of the field; rows with more digits go to quarantine. double: as binary floating point',
  }),
  sliceDays: z.number().min(0.01).optional().meta({
    title: 'Days of a slice',
    description: 'A first read by the cursor is cut into slices of so many days; by the number of rows unless told',
  }),
  pageRows: z.int().min(1000).max(1_000_000).default(50_000).meta({ title: 'Rows of a Bulk page' }),
})
export type SalesforceStreamOptions = z.infer<typeof SalesforceStreamOptions>
