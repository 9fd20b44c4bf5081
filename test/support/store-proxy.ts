import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What happens to a request on its way to the store. */
export type Fault =
  | { kind: 'pass' }
  /** The proxy answers by itself, in the store's words. */
  | { kind: 'answer'; status: number; code: string }
  /** The connection is cut once so many bytes of the request's body have gone on. */
  | { kind: 'cut'; afterBytes: number }
  /** The store does what it is asked, and its answer never comes. */
  | { kind: 'lose-answer' }
  /** The answer's body ends early: with its connection, or as if it were all. */
  | { kind: 'truncate'; bytes: number; pretend: boolean }
  /** Nothing goes on and nothing comes back. */
  | { kind: 'hang' }

export interface SeenRequest {
  method: string
  /** With the query. */
  url: string
  /** Access key id that signed it. */
  key: string
}

export interface StoreProxy {
  endpoint: string
  seen: SeenRequest[]
  /** Decides for every request; everything passes until it is set. */
  fault: (request: SeenRequest) => Fault
  stop(): Promise<void>
}

/** Stands between Atlas and a real store, and does what networks and stores do on bad days. @param port a free one unless told */
export async function startProxy(storePort: number, port = 0): Promise<StoreProxy> {
  const server = createServer((incoming, outgoing) => {
    const key = /Credential=([^/]+)\//.exec(incoming.headers.authorization ?? '')?.[1] ?? ''
    const seen = { method: incoming.method ?? '', url: incoming.url ?? '', key }
    proxy.seen.push(seen)
    incoming.on('error', () => undefined)
    outgoing.on('error', () => undefined)
    act(proxy.fault(seen), storePort, incoming, outgoing)
  })
  server.keepAliveTimeout = 60_000
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const proxy: StoreProxy = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen: [],
    fault: () => ({ kind: 'pass' }),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return proxy
}

function act(fault: Fault, port: number, incoming: IncomingMessage, outgoing: ServerResponse): void {
  if (fault.kind === 'hang') return void incoming.resume()
  if (fault.kind === 'answer') {
    const body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${fault.code}</Code><Message>by the proxy</Message></Error>`
    incoming.resume()
    outgoing.writeHead(fault.status, { 'content-type': 'application/xml', 'content-length': Buffer.byteLength(body) })
    return void outgoing.end(incoming.method === 'HEAD' ? undefined : body)
  }
  const onward = request({ host: '127.0.0.1', port, method: incoming.method, path: incoming.url, headers: incoming.headers })
  onward.on('error', () => outgoing.destroy())
  outgoing.on('close', () => onward.destroy())
  onward.on('response', (answer) => give(fault, answer, outgoing))
  if (fault.kind !== 'cut') return void incoming.pipe(onward)
  let gone = 0
  incoming.on('data', (chunk: Buffer) => {
    onward.write(chunk)
    gone += chunk.length
    if (gone < fault.afterBytes) return
    incoming.destroy()
    onward.destroy()
  })
}

function give(fault: Fault, answer: IncomingMessage, outgoing: ServerResponse): void {
  answer.on('error', () => outgoing.destroy())
  if (fault.kind === 'lose-answer') {
    answer.resume()
    return void answer.on('end', () => outgoing.destroy())
  }
  if (fault.kind !== 'truncate') {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
    return void answer.pipe(outgoing)
  }
  const headers = fault.pretend ? { ...answer.headers, 'content-length': String(fault.bytes) } : answer.headers
  outgoing.writeHead(answer.statusCode ?? 502, headers)
  let left = fault.bytes
  answer.on('data', (chunk: Buffer) => {
    outgoing.write(chunk.subarray(0, left))
    left -= Math.min(left, chunk.length)
    if (left === 0) answer.destroy()
  })
  answer.on('close', () => (fault.pretend ? outgoing.end() : outgoing.destroy()))
}
