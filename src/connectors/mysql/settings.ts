import { z } from 'zod'

const Tls = z.strictObject({
  mode: z
    .enum(['verify', 'verify_ca', 'encrypt', 'off'])
    .optional()
    .meta({
      title: 'Mode',
      description:
        'verify: encrypted, certificate and name checked. verify_ca: the name is not checked. encrypt: nothing is checked. off: in the clear. ' +
        'Unless told: verify, and off for a server on this machine.',
    }),
  ca: z.string().min(1).optional().meta({ title: 'Authority', description: 'Certificate (PEM) of the authority that signed the server’s' }),
  serverName: z
    .string()
    .min(1)
    .optional()
    .meta({ title: 'Server name', description: 'Name in the server’s certificate where it is not the host, or the host is a number' }),
})

/** Where a MySQL or MariaDB database is and how it is read. */
export const MysqlSettings = z.strictObject({
  host: z
    .string()
    .min(1)
    .max(255)
    .meta({ title: 'Host', description: 'Name or address of the server', destination: true, examples: ['db.example.org'] }),
  port: z.int().min(1).max(65_535).default(3306).meta({ title: 'Port', destination: true }),
  database: z.string().min(1).max(64).meta({ title: 'Database', description: 'Its tables and views are the streams' }),
  user: z.string().min(1).max(128).meta({ title: 'User', description: 'One that may only read: GRANT SELECT ON database.*' }),
  password: z.string().default('').meta({ title: 'Password', secret: true }),
  tls: Tls.prefault({}).meta({ title: 'TLS', destination: true }),
  connectTimeoutSeconds: z.number().positive().max(600).default(20).meta({ title: 'Time to connect', description: 'Seconds' }),
  statementTimeoutSeconds: z
    .number()
    .positive()
    .max(86_400)
    .optional()
    .meta({ title: 'Time of a statement', description: 'Seconds after which the server ends a statement; no limit unless told' }),
  silenceTimeoutSeconds: z
    .number()
    .positive()
    .max(86_400)
    .default(600)
    .meta({ title: 'Longest silence', description: 'Seconds without a byte from the server while it is reading a table' }),
  connections: z
    .int()
    .min(1)
    .max(8)
    .default(1)
    .meta({
      title: 'Connections',
      description:
        'Tables read at the same time. With 1 all tables of a run are read from one snapshot; MySQL lets no second connection share a snapshot, ' +
        'so with more each connection has its own, taken one right after the other.',
    }),
})
export type MysqlSettings = z.infer<typeof MysqlSettings>

/** What a stream of MySQL may be told besides what every stream may. */
export const MysqlStreamOptions = z.strictObject({
  tinyint1AsBoolean: z.boolean().default(false).meta({
    title: 'tinyint(1) as boolean',
    description: 'Rows with another value than 0 and 1 go to quarantine. They are integers unless told.',
  }),
  utf8InLatin1: z.array(z.string()).default([]).meta({
    title: 'Text stored under the wrong character set',
    description: 'Columns declared as latin1 (or another single-byte set) whose bytes are UTF-8: their bytes are read as UTF-8',
  }),
})
export type MysqlStreamOptions = z.infer<typeof MysqlStreamOptions>
