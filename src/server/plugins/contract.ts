import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { isAllowed } from '../../access/caller.ts'
import { contract } from '../../contract/index.ts'
import type { Endpoint, EndpointKey, Method } from '../../contract/endpoint.ts'
import { AtlasError } from '../../core/errors.ts'
import { invalidRequest } from '../errors.ts'
import { EventStream } from '../event-stream.ts'
import type { Download, EventSource, Input } from '../handlers.ts'
import type { Platform } from '../platform.ts'
import { handlers } from '../routes/index.ts'
import { keepBody } from './keep-body.ts'
import { findCaller, writeSessionCookie } from './authentication.ts'

/** Often enough that a page knows within ten seconds that its connection is gone. */
const heartbeatMs = 3_000
/** A stream's right to be open is looked up again at every so many heartbeats. */
const beatsPerLookUp = 5
/** Event streams at once, so that a caller cannot hold all memory with them. */
const mostStreams = 1000
/** A try costs a password hash and a row in the audit. */
const signInKeys: ReadonlySet<EndpointKey> = new Set(['POST /auth/sign-in', 'POST /auth/link', 'PUT /auth/password'])
const signInLimit = { max: 120, timeWindow: 60_000 }

type AnyHandler = (input: Input<Endpoint>, platform: Platform) => unknown

/** Registers every endpoint of the contract under `/api/v1`: one loop, no endpoint by hand. */
export function registerContract(app: FastifyInstance, platform: Platform, cliToken: string | undefined): void {
  const openStreams = new Set<EventStream>()
  app.addHook('preClose', async () => {
    for (const stream of openStreams) stream.end()
  })
  for (const [key, endpoint] of Object.entries(contract) as [EndpointKey, Endpoint][]) {
    const { method, path } = splitKey(key)
    const handler = handlers[key as keyof typeof handlers] as AnyHandler
    app.route({
      method,
      url: `/api/v1${path}`,
      ...(endpoint.bodyLimitBytes === undefined ? {} : { bodyLimit: endpoint.bodyLimitBytes }),
      ...(endpoint.keepsBody === true ? { preParsing: keepBody } : {}),
      config: { permission: endpoint.permission, ...(signInKeys.has(key) ? { rateLimit: signInLimit } : {}) },
      handler: async (request, reply) => {
        reply.header('cache-control', 'no-store')
        const result = await handler(readInput(endpoint, request, reply), platform)
        if (endpoint.stream === 'file') return sendDownload(reply, result as Download)
        if (endpoint.stream === 'sse') return result === null ? reply.code(204).send() : sendEvents(request, reply, result as EventSource)
        reply.code(endpoint.status ?? 200)
        return endpoint.reply === undefined ? reply.send() : reply.send(result)
      },
    })

    function sendEvents(request: FastifyRequest, reply: FastifyReply, source: EventSource): FastifyReply {
      if (openStreams.size >= mostStreams)
        throw new AtlasError('request.rate_limited', `${mostStreams} event streams are open, the limit.`, { retryAfterS: 30 })
      const stream = new EventStream()
      openStreams.add(stream)
      let beats = 0
      const beatOnce = async (): Promise<void> => {
        stream.heartbeat()
        beats += 1
        if (beats % beatsPerLookUp !== 0) return
        // A session that ended or a token that was revoked ends what it opened.
        const caller = await findCaller(request, platform, cliToken).catch(() => null)
        if (!isAllowed(caller, endpoint.permission)) stream.end()
      }
      const beat = setInterval(() => void beatOnce(), heartbeatMs)
      void stream.over().then(() => {
        clearInterval(beat)
        openStreams.delete(stream)
      })
      source(stream).then(
        () => stream.end(),
        (error: unknown) => {
          request.log.error({ err: error }, 'event stream failed')
          stream.end()
        },
      )
      return reply.type('text/event-stream; charset=utf-8').header('x-accel-buffering', 'no').send(stream.readable)
    }
  }
}

/** `GET /runs/:runId` as its two parts. */
export function splitKey(key: EndpointKey): { method: Method; path: string } {
  const space = key.indexOf(' ')
  return { method: key.slice(0, space) as Method, path: key.slice(space + 1) }
}

function readInput(endpoint: Endpoint, request: FastifyRequest, reply: FastifyReply): Input<Endpoint> {
  const gone = new AbortController()
  reply.raw.once('close', () => gone.abort())
  return {
    params: parse('params', endpoint.params, request.params),
    query: parse('query', endpoint.query, request.query),
    body: parse('body', endpoint.body, request.body),
    // Authentication has refused nobody where the permission is not `public`.
    caller: request.caller as NonNullable<typeof request.caller>,
    address: request.ip,
    signal: gone.signal,
    setSessionCookie: (secret) => writeSessionCookie(request, reply, secret),
    http: request,
  }
}

function parse(part: 'params' | 'query' | 'body', schema: z.ZodType | undefined, value: unknown): never {
  if (schema === undefined) return undefined as never
  if (holdsNul(value)) throw new AtlasError('request.invalid', `The ${part} holds a NUL character, which no text may.`)
  const parsed = schema.safeParse(value)
  if (!parsed.success) throw invalidRequest(part, parsed.error)
  return parsed.data as never
}

/** Postgres keeps no text with a NUL in it: refused at the door instead of failing inside. */
function holdsNul(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\0')
  if (value === null || typeof value !== 'object') return false
  return Object.entries(value).some(([key, inner]) => key.includes('\0') || holdsNul(inner))
}

function sendDownload(reply: FastifyReply, { stream, fileName, contentType, sizeBytes, shownUnder }: Download): FastifyReply {
  if (shownUnder !== undefined) reply.header('content-security-policy', shownUnder.contentSecurityPolicy)
  return reply
    .type(contentType)
    .header('content-length', sizeBytes)
    .header(
      'content-disposition',
      `${shownUnder === undefined ? 'attachment' : 'inline'}; filename="${fileName.replaceAll(/[^\w.-]/g, '_')}"`,
    )
    .send(stream)
}
