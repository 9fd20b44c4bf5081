import type { z } from 'zod'
import type { Contract } from '../contract/index.ts'
import { type EventsOptions, readEvents } from './events.ts'
import { problemOf, unreachable } from './problem-error.ts'

/** The name of an endpoint, e.g. `GET /datasets/:name`. */
export type Key = keyof Contract

type Params<K extends Key> = Contract[K] extends { params: infer S extends z.ZodType } ? { params: z.input<S> } : { params?: undefined }
type Query<K extends Key> = Contract[K] extends { query: infer S extends z.ZodType } ? { query?: z.input<S> } : { query?: undefined }
type Body<K extends Key> = Contract[K] extends { body: infer S extends z.ZodType } ? { body: z.input<S> } : { body?: undefined }
export type CallOptions<K extends Key> = Params<K> & Query<K> & Body<K> & { signal?: AbortSignal }
type Arguments<K extends Key> = {} extends CallOptions<K> ? [options?: CallOptions<K>] : [options: CallOptions<K>]

/** What an endpoint replies; undefined for those without a body. */
export type Reply<K extends Key> = Contract[K] extends { reply: infer S extends z.ZodType } ? z.output<S> : undefined
type Streams<Kind extends string> = { [K in Key]: Contract[K] extends { stream: Kind } ? K : never }[Key]
export type EventKey = Streams<'sse'>
export type FileKey = Streams<'file'>

export interface ClientOptions {
  /** Origin without a path, e.g. `http://127.0.0.1:4400`; empty in the browser (same origin). */
  baseUrl: string
  fetch?: typeof fetch
  /** Headers of every call: the bearer token, or the CSRF token of the session. Asked anew for each call. */
  headers?: () => Record<string, string>
  now?: () => number
}

export interface Client {
  /** Calls an endpoint. Throws `ProblemError` for every failure but an abort, which throws the signal's reason. */
  call<K extends Key>(key: K, ...options: Arguments<K>): Promise<Reply<K>>
  /** Follows an event stream until the signal aborts; reconnects by Last-Event-ID. Throws `ProblemError` when refused for good. */
  events<K extends EventKey>(key: K, options: Params<K> & EventsOptions): Promise<void>
  /** Starts a download; the body is the caller's to read. Throws `ProblemError`. */
  download<K extends FileKey>(key: K, options: Params<K> & Query<K> & { signal?: AbortSignal }): Promise<Response>
  /** The address of an endpoint, with its parameters filled in. */
  url<K extends Key>(key: K, options?: { params?: unknown; query?: unknown }): string
  headers(): Record<string, string>
}

interface Parts {
  params?: Record<string, unknown>
  query?: Record<string, unknown>
  body?: unknown
  signal?: AbortSignal
}

/** A client of Atlas's HTTP interface; the same in the browser, in Node and in tests. */
export function createClient(options: ClientOptions): Client {
  const fetcher = options.fetch ?? globalThis.fetch.bind(globalThis)
  const now = options.now ?? Date.now
  const headers = () => options.headers?.() ?? {}

  const send = async (key: Key, parts: Parts, extra: Record<string, string>): Promise<Response> => {
    const url = address(options.baseUrl, key, parts)
    const body = parts.body === undefined ? undefined : JSON.stringify(parts.body)
    const response = await fetcher(url, {
      method: methodOf(key),
      headers: { ...extra, ...headers(), ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      credentials: 'same-origin',
      cache: 'no-store',
      ...(body === undefined ? {} : { body }),
      ...(parts.signal === undefined ? {} : { signal: parts.signal }),
    }).catch((cause: unknown) => {
      if (parts.signal?.aborted) throw cause
      throw unreachable(new URL(url, options.baseUrl || 'http://this.server').host.replace('this.server', 'the server'), now(), cause)
    })
    if (!response.ok) throw await problemOf(response, now())
    return response
  }

  return {
    call: async (key, ...[given]) => {
      const response = await send(key, (given ?? {}) as Parts, { accept: 'application/json' })
      if (response.status === 204) return undefined as never
      if (!(response.headers.get('content-type') ?? '').includes('json')) throw await problemOf(response, now())
      return (await response.json()) as never
    },
    events: (key, given) =>
      readEvents(given, async (lastEventId) =>
        send(key, given as Parts, { accept: 'text/event-stream', ...(lastEventId === null ? {} : { 'last-event-id': lastEventId }) }),
      ),
    download: (key, given) => send(key, given as Parts, { accept: '*/*' }),
    url: (key, given) => address(options.baseUrl, key, given ?? {}),
    headers,
  }
}

function methodOf(key: Key): string {
  return key.slice(0, key.indexOf(' '))
}

/** Fills in `:name` parts (percent-encoded) and adds the query; parts that are undefined or null are left out. */
function address(baseUrl: string, key: Key, parts: { params?: unknown; query?: unknown }): string {
  const params = (parts.params ?? {}) as Record<string, unknown>
  const path = key.slice(key.indexOf(' ') + 1).replace(/:(\w+)/g, (_, name: string) => {
    if (params[name] === undefined) throw new TypeError(`${key} needs the parameter ${name}`)
    return encodeURIComponent(asText(params[name]))
  })
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries((parts.query ?? {}) as Record<string, unknown>)) {
    if (value !== undefined && value !== null) search.append(name, asText(value))
  }
  const query = search.size > 0 ? `?${search}` : ''
  return `${baseUrl}/api/v1${path}${query}`
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
