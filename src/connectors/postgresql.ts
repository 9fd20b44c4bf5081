import { z } from 'zod'
import { defineConnector } from './connector.ts'

/** How a Postgres server is reached and signed in to. */
export const PostgresqlSettings = z.strictObject({
  host: z
    .string()
    .min(1)
    .default('localhost')
    .meta({
      title: 'Host',
      description: 'Name or address of the server, or the folder of its Unix socket',
      examples: ['db.example.org'],
      destination: true,
    }),
  port: z.int().min(1).max(65_535).default(5432).meta({ title: 'Port', destination: true }),
  database: z
    .string()
    .min(1)
    .meta({ title: 'Database', examples: ['shop'] }),
  user: z
    .string()
    .min(1)
    .meta({ title: 'User', description: 'A user that may only read', examples: ['atlas_reader'] }),
  password: z.string().optional().meta({ title: 'Password', secret: true }),
  schemas: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .meta({
      title: 'Schemas',
      description: 'Schemas whose tables are offered; all but the system’s unless told',
      examples: [['public', 'sales']],
    }),
  tls: z
    .enum(['verify-full', 'verify-ca', 'require', 'prefer', 'disable'])
    .optional()
    .meta({
      title: 'TLS',
      description:
        'verify-full: the certificate must be signed by a known authority and name the host. verify-ca: signed. require: encrypted, whoever answers. ' +
        'prefer: encrypted where the server can. disable: never. verify-full unless told, and prefer on this machine.',
      destination: true,
    }),
  ca: z.string().optional().meta({
    title: 'Authority',
    description: 'Certificate (PEM) of the authority that signed the server’s',
    multiline: true,
    destination: true,
  }),
  clientCertificate: z
    .string()
    .optional()
    .meta({ title: 'Client certificate', description: 'Certificate (PEM) to sign in with', multiline: true }),
  clientKey: z
    .string()
    .optional()
    .meta({ title: 'Client key', description: 'Private key (PEM) of the client certificate', secret: true, multiline: true }),
  statementTimeout: z
    .int()
    .min(0)
    .max(86_400)
    .optional()
    .meta({ title: 'Statement timeout', description: 'Seconds that one statement may take; 0 for no limit. The server’s own unless told' }),
  connectTimeout: z
    .int()
    .min(1)
    .max(600)
    .default(15)
    .meta({ title: 'Connection timeout', description: 'Seconds to wait for the server to answer' }),
  maxConnections: z.int().min(2).max(16).default(4).meta({ title: 'Connections', description: 'At most so many connections at once' }),
})
export type PostgresqlSettings = z.infer<typeof PostgresqlSettings>

export const postgresql = defineConnector<PostgresqlSettings>({
  id: 'postgresql',
  title: 'PostgreSQL',
  description: 'Tables, views and queries of a PostgreSQL database, in full or only what changed',
  settings: PostgresqlSettings,
  modes: ['replace', 'merge', 'append', 'full_append'],
  filters: true,
  queryLanguage: 'SQL',
  load: async () => (await import('./postgresql/body.ts')).postgresqlBody,
})
