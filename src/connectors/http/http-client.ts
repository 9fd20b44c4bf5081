import { Agent } from 'undici'
import type { ReadContext } from '../connector.ts'
import { waitFor, type Wait } from './backoff.ts'
import { createCircuitBreaker } from './circuit-breaker.ts'
import { openExchange } from './exchange.ts'
import { agentOptions } from './agent-options.ts'
import { rateBudgetOf } from './rate-budget.ts'
import { createReply } from './http-reply.ts'

export interface HttpClientOptions {
  context: Pick<ReadContext, 'signal' | 'fetch' | 'now' | 'random' | 'source' | 'log'>
  /** Origins (https://host:port) that credentials may go to. Requests elsewhere: source.foreign_host. */
  origins: readonly string[]
  /** Shared by all clients of the same source name in this process: at most `requests` per `perMs`, bursts up to `requests`. */
  budget?: { requests: number; perMs: number } | undefined
  /** Until the head of the answer; 60 s unless told. */
  timeoutMs?: number | undefined
  /** Between two pieces of the body; 60 s unless told. */
  idleTimeoutMs?: number | undefined
  /** Tries of one request; 5 unless told. */
  attempts?: number | undefined
  /** Longest time that one request waits between its tries, all waits together; a source that asks for more is `source.rate_limited`. 120 s unless told. */
  maxWaitMs?: number | undefined
  /** Waits between tries; tests pass a fast one. */
  wait?: Wait | undefined
  /** `ca`: certificates (PEM) accepted beside the usual ones. `insecure`: no check at all. */
  tls?: { ca?: string | undefined; insecure?: boolean | undefined } | undefined
}

export interface HttpRequest {
  method?: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  url: string | URL
  headers?: Record<string, string>
  body?: string | Uint8Array
  /** A POST that may be repeated (a search, a token request that changes nothing). GET is safe always. */
  safe?: boolean
  /** Headers with credentials, asked for before each attempt; on 401 `renew` is called once and the request replayed when it answers true. */
  authorise?: () => Promise<Record<string, string>>
  renew?: () => Promise<boolean>
  /**
   * Statuses that are handed back instead of thrown; 2xx unless told. Others throw: source.sign_in_failed (401), source.permission_denied (403),
   * source.stream_not_found (404), source.rate_limited (429), source.bad_status. Statuses that are tried again are handed back after the last try.
   */
  accept?: (status: number) => boolean
  /** Statuses that are tried again; 429, 500, 502, 503 and 504 unless told. Only requests that are safe are tried again. */
  retry?: (status: number) => boolean
  attempts?: number
}

export interface HttpReply {
  readonly status: number
  readonly headers: Headers
  /** Where the answer came from, after redirects. With query values: never log it, see `shownUrl`. */
  readonly url: string
  /**
   * The whole body, checked against Content-Length and the end of compressed data; at most `limitBytes` (64 MiB unless told). A body cut short is asked for again
   * when the request is safe (status and headers are then those of the new answer), else `source.incomplete`.
   */
  text(limitBytes?: number): Promise<string>
  /** Throws source.unexpected_answer when it is not JSON (an HTML page), naming content type and title, never the body. Numbers pass through doubles. */
  json(limitBytes?: number): Promise<unknown>
  /** Bytes as they arrive (decompressed); ends with source.incomplete when cut short. */
  bytes(): AsyncIterable<Uint8Array>
}

export interface HttpClient {
  /** @throws AtlasError `source.*`, `run.cancelled` */
  request(request: HttpRequest): Promise<HttpReply>
  /** Lets credentials go to one more origin. */
  allowOrigin(origin: string): void
  /** Breaks what is under way and closes all connections. */
  close(): Promise<void>
}

/**
 * A client for the requests of one source: certificates checked, time limits everywhere, tries again with back-off, keeps to the source's budget of requests, sends
 * credentials to the origins named and nowhere else, and connects to no link-local or metadata address.
 */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const agent = new Agent(agentOptions(options.tls, options.timeoutMs ?? 60_000))
  const origins = new Set(options.origins.map((origin) => new URL(origin).origin))
  const setting = {
    ...options,
    agent,
    origins,
    timeoutMs: options.timeoutMs ?? 60_000,
    idleTimeoutMs: options.idleTimeoutMs ?? 60_000,
    attempts: options.attempts ?? 5,
    maxWaitMs: options.maxWaitMs ?? 120_000,
    wait: options.wait ?? waitFor,
    breaker: createCircuitBreaker(),
    budget: rateBudgetOf(options.context.source, options.budget),
  }
  return {
    request: async (request) => {
      const exchange = openExchange(request, setting)
      return createReply(await exchange.next(), exchange, options.context.signal)
    },
    allowOrigin: (origin) => void origins.add(new URL(origin).origin),
    close: () => agent.destroy(),
  }
}
