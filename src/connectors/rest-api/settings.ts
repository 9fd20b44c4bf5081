import { z } from 'zod'
import { RestAuth } from './auth-settings.ts'
import { RestStream } from './stream-settings.ts'

const secretValues = (title: string) =>
  z
    .record(z.string(), z.string().meta({ secret: true }))
    .default({})
    .meta({ title, description: 'Sealed, and never shown' })

/** What the connector for REST APIs is set to. */
export const RestApiSettings = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).meta({ title: 'Base address', examples: ['https://api.example.com/v1'], destination: true }),
  auth: RestAuth.default({ type: 'none' }),
  headers: z.record(z.string(), z.string()).default({}).meta({ title: 'Headers', description: 'Of every request' }),
  secretHeaders: secretValues('Secret headers'),
  query: z.record(z.string(), z.string()).default({}).meta({ title: 'Query parameters', description: 'Of every request' }),
  secretQuery: secretValues('Secret query parameters'),
  hosts: z
    .array(z.url({ protocol: /^https?$/ }))
    .default([])
    .meta({
      title: 'Other hosts',
      description: 'Addresses (https://host) of pages that the API links to; credentials are sent there too',
      destination: true,
    }),
  rate: z
    .strictObject({
      requests: z.int().positive().meta({ title: 'Requests' }),
      perSeconds: z.number().positive().default(1).meta({ title: 'Per seconds' }),
    })
    .optional()
    .meta({ title: 'Rate limit', description: 'Shared by all that reads this source' }),
  timeoutSeconds: z.number().positive().max(3600).default(60).meta({ title: 'Time limit of an answer' }),
  idleSeconds: z.number().positive().max(3600).default(60).meta({ title: 'Time limit of silence within an answer' }),
  attempts: z.int().min(1).max(20).default(5).meta({ title: 'Tries of a request' }),
  maxWaitSeconds: z
    .number()
    .min(0)
    .max(86_400)
    .default(120)
    .meta({ title: 'Longest wait', description: 'For an API that asks to come back later' }),
  certificateAuthority: z
    .string()
    .optional()
    .meta({ title: 'Certificate authority', description: 'PEM, besides the usual ones', multiline: true }),
  openApi: z.string().min(1).optional().meta({
    title: 'OpenAPI document',
    description: 'Its address or its text (OpenAPI 3, JSON or YAML): lists of records in it are offered as streams',
    multiline: true,
    destination: true,
  }),
  streams: z.array(RestStream).default([]).meta({ title: 'Streams' }),
})
export type RestApiSettings = z.infer<typeof RestApiSettings>

export const RestStreamOptions = z.strictObject({
  unnest: z.boolean().optional().meta({ title: 'Flatten objects', description: 'As in the settings of the stream unless told' }),
})
