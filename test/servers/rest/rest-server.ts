import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'

/** A request as it arrived. */
export interface ArrivedRequest {
  method: string
  path: string
  query: URLSearchParams
  headers: Record<string, string>
  body: string
  /** Position among all requests to this path, from 1. */
  turn: number
  atMs: number
}

export interface RestAnswer {
  status?: number
  headers?: Record<string, string | undefined>
  /** Sent as JSON, or as it is when it is a text. */
  body?: unknown
  gzip?: boolean
  delayMs?: number
  /**
   * How the answer breaks: reset: the connection breaks behind the head. cut: half of the body, then the connection breaks. cut_gzip: half of the compressed
   * body with a right Content-Length. short: a Content-Length that is longer than what is sent. silent: a head, half of the body, then nothing.
   */
  fault?: 'reset' | 'cut' | 'cut_gzip' | 'short' | 'silent'
}

export type RestRoute = (request: ArrivedRequest) => RestAnswer | Promise<RestAnswer>

export interface RestServer {
  origin: string
  /** All requests, in the order in which they arrived. */
  requests: ArrivedRequest[]
  to(path: string): ArrivedRequest[]
  /** The next requests to a path are answered so, one after the other, before its route is asked again. */
  script(path: string, ...answers: RestAnswer[]): void
  stop(): Promise<void>
}

/**
 * A server of JSON over real HTTP whose routes are functions, with scripted faults. Listens on 127.0.0.1 and a free port; lets the process end.
 * @param routes by path; one that ends in `*` takes all paths that begin so
 */
export async function startRestServer(routes: Record<string, RestRoute>, tls?: { key: string; cert: string }): Promise<RestServer> {
  const requests: ArrivedRequest[] = []
  const scripts = new Map<string, RestAnswer[]>()
  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const request = await arrive(incoming, requests)
    requests.push(request)
    const scripted = scripts.get(request.path)?.shift()
    const route =
      routes[request.path] ?? Object.entries(routes).find(([path]) => path.endsWith('*') && request.path.startsWith(path.slice(0, -1)))?.[1]
    await send(outgoing, scripted ?? (await route?.(request)) ?? { status: 404, body: { error: 'no such path' } })
  }
  const handle = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    void answer(incoming, outgoing).catch((error: unknown) => outgoing.destroy(error as Error))
  }
  const server: Server = tls === undefined ? createServer(handle) : createTlsServer(tls, handle)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  server.unref()
  return {
    origin: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    to: (path) => requests.filter((request) => request.path === path),
    script: (path, ...answers) => void scripts.set(path, [...(scripts.get(path) ?? []), ...answers]),
    stop: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function arrive(incoming: IncomingMessage, before: readonly ArrivedRequest[]): Promise<ArrivedRequest> {
  const url = new URL(incoming.url ?? '/', 'http://server')
  let body = ''
  for await (const chunk of incoming.setEncoding('utf8')) body += String(chunk)
  return {
    method: incoming.method ?? '',
    path: url.pathname,
    query: url.searchParams,
    headers: Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)])),
    body,
    turn: before.filter(({ path }) => path === url.pathname).length + 1,
    atMs: performance.now(),
  }
}

async function send(
  outgoing: ServerResponse,
  { status = 200, headers = {}, body = '', gzip = false, delayMs = 0, fault }: RestAnswer,
): Promise<void> {
  if (delayMs > 0) await new Promise((done) => setTimeout(done, delayMs).unref())
  const isText = typeof body === 'string'
  const plain = Buffer.from(isText ? body : JSON.stringify(body))
  const isPacked = gzip || fault === 'cut_gzip'
  const packed = isPacked ? gzipSync(plain) : plain
  const bytes = fault === 'cut_gzip' ? packed.subarray(0, Math.ceil(packed.length / 2)) : packed
  outgoing.writeHead(status, {
    'content-type': isText ? 'text/html; charset=utf-8' : 'application/json',
    ...(isPacked ? { 'content-encoding': 'gzip' } : {}),
    ...(fault === 'cut' || fault === 'silent' || fault === 'reset'
      ? {}
      : { 'content-length': String(bytes.length + (fault === 'short' ? 10 : 0)) }),
    ...Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined)),
  })
  if (fault === undefined || fault === 'cut_gzip') return void outgoing.end(bytes)
  outgoing.flushHeaders()
  if (fault !== 'reset') await new Promise((done) => outgoing.write(fault === 'short' ? bytes : bytes.subarray(0, bytes.length / 2), done))
  if (fault !== 'silent') setImmediate(() => outgoing.socket?.resetAndDestroy())
}
