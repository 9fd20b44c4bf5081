import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { z } from 'zod'
import { type ConnectorBody, defineConnector, NO_FILE, type ReadContext, type Stream } from '../../src/connectors/connector.ts'
import { AtlasError } from '../../src/core/errors.ts'
import { id, join, literal, sql } from '../../src/core/sql.ts'

/** Settings of the connector that tests of sources use: a secret in a choice, one in a list, a place where they are sent. */
export const ParcelSettings = z.strictObject({
  url: z.string().min(1).meta({ title: 'Address', description: 'Where the parcels are', destination: true }),
  pageSize: z.int().min(1).max(100).default(10).meta({ title: 'Page size', description: 'Rows in a page' }),
  auth: z
    .discriminatedUnion('type', [
      z.strictObject({
        type: z.literal('token'),
        token: z.string().min(8).meta({ title: 'Token', description: 'Sent as a bearer', secret: true }),
      }),
      z.strictObject({
        type: z.literal('rotating'),
        refreshToken: z.string().meta({ title: 'Refresh token', description: 'Good for one use', secret: true }),
      }),
    ])
    .meta({ title: 'Sign-in', description: 'How the service is signed in to' }),
  headers: z
    .array(z.strictObject({ name: z.string(), value: z.string().meta({ secret: true }) }))
    .default([])
    .meta({ title: 'Headers', description: 'Sent with each request' }),
})
export type ParcelSettings = z.infer<typeof ParcelSettings>

/** A connector over real HTTP, as small as can be: one stream, one secret sent with every request. */
export const parcels = defineConnector<ParcelSettings>({
  id: 'kafka',
  title: 'Parcels',
  description: 'Parcels of a service of the tests',
  settings: ParcelSettings,
  modes: ['replace', 'append'],
  load: () => Promise.resolve(body),
})

const stream: Stream = {
  name: 'parcels',
  columns: [
    { name: 'id', type: 'INTEGER' },
    { name: 'street', type: 'VARCHAR' },
  ],
  rowEstimate: 3,
  sizeBytes: null,
  pieces: 1,
  kind: 'endpoint',
  primaryKey: ['id'],
  cursors: ['id'],
}

const body: ConnectorBody<ParcelSettings> = {
  async check(settings, context) {
    try {
      await fetchRows(settings, context)
      return [{ part: 'sign_in', ok: true, detail: 'Signed in.' }]
    } catch (error) {
      if (!(error instanceof AtlasError)) throw error
      return [{ part: error.code === 'source.unreachable' ? 'connection' : 'sign_in', ok: false, detail: error.message }]
    }
  },
  discover: async () => [stream],
  async preview(settings, _request, context) {
    return { columns: stream.columns ?? [], rows: (await fetchRows(settings, context)).map(({ id: key, street }) => [String(key), street]) }
  },
  open: async (settings) => ({
    parallel: 1,
    async read(_request, context, landing) {
      context.log('info', `reading ${settings.url}`)
      const rows = await fetchRows(settings, context)
      const values = rows.map((row) => sql`(${literal(row.id)}::integer, ${literal(row.street)})`)
      await landing.write(sql`select * from (values ${join(values)}) t (${id('id')}, ${id('street')})`, stream.columns ?? [], NO_FILE)
      return {
        columns: stream.columns ?? [],
        sourceRows: rows.length,
        bytesRead: 100,
        state: { version: 1, cursor: '3' },
        text: null,
        warnings: [],
        reached: '3',
      }
    },
    close: async () => undefined,
  }),
}

async function fetchRows(settings: ParcelSettings, context: ReadContext): Promise<{ id: number; street: string }[]> {
  const bearer = settings.auth.type === 'token' ? settings.auth.token : await exchange(settings, settings.auth.refreshToken, context)
  const headers = { authorization: `Bearer ${bearer}`, ...Object.fromEntries(settings.headers.map(({ name, value }) => [name, value])) }
  const url = `${settings.url}/parcels?key=${encodeURIComponent(bearer)}`
  const reply = await context.fetch(url, { headers, signal: context.signal }).catch((cause: unknown) => {
    context.signal.throwIfAborted()
    // On purpose as careless as a driver: the address with its key is in the message.
    throw new AtlasError('source.unreachable', `Nothing answers at ${url}.`, { cause })
  })
  if (!reply.ok)
    throw new AtlasError('source.sign_in_failed', `The service answered ${reply.status} to ${url} with ${headers.authorization}.`)
  return (await reply.json()) as { id: number; street: string }[]
}

async function exchange({ url }: ParcelSettings, refreshToken: string, context: ReadContext): Promise<string> {
  const reply = await context.fetch(`${url}/token`, { method: 'POST', body: refreshToken, signal: context.signal })
  if (!reply.ok) throw new AtlasError('source.sign_in_failed', `The refresh token ${refreshToken} is not accepted.`)
  const { access, refresh } = (await reply.json()) as { access: string; refresh: string }
  await context.keepSecret(refreshToken, refresh)
  return access
}

export interface ParcelService extends AsyncDisposable {
  url: string
  /** Bearer tokens that are accepted. */
  tokens: Set<string>
  /** The one refresh token that is good for the next exchange. */
  refresh: string
  requests: { path: string; authorization: string | undefined; tenant: string | undefined }[]
  /** When set, requests are not answered. */
  silent: boolean
  /** Resolves when a request has arrived, and again when its client has gone. */
  arrived: Promise<void>
  gone: Promise<void>
}

/** The service that the connector reads, on a free port of this machine. */
export async function startParcelService(token = 'token-of-the-service'): Promise<ParcelService> {
  const [arrived, gone] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  let exchanges = 0
  const server = createServer((request, response) => {
    const { authorization } = request.headers
    service.requests.push({ path: request.url ?? '', authorization, tenant: request.headers['x-tenant'] as string | undefined })
    arrived.resolve()
    response.on('close', () => gone.resolve())
    if (service.silent) return
    void (async () => {
      if (request.url === '/token') {
        const given = await textOf(request)
        if (given !== service.refresh) return response.writeHead(401).end()
        exchanges += 1
        service.refresh = `refresh-token-number-${exchanges}`
        service.tokens.add(`access-token-number-${exchanges}`)
        return response.end(JSON.stringify({ access: `access-token-number-${exchanges}`, refresh: service.refresh }))
      }
      if (!service.tokens.has(authorization?.replace('Bearer ', '') ?? '')) return response.writeHead(401).end()
      const streets = ['Ved Stranden', 'Åboulevard', 'Nørregade']
      return response.end(JSON.stringify(streets.map((street, index) => ({ id: index + 1, street }))))
    })()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const service: ParcelService = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tokens: new Set([token]),
    refresh: 'refresh-token-number-0',
    requests: [],
    silent: false,
    arrived: arrived.promise,
    gone: gone.promise,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return service
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
