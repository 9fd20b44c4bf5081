import { createReadStream, existsSync } from 'node:fs'
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { contract } from '../../src/contract/index.ts'
import type { Key } from '../../src/client/call.ts'
import type { Problem } from '../../src/contract/problem.ts'
import type { RunEvent } from '../../src/contract/runs.ts'
import { session, signedOut } from './fixture-session.ts'
import { neverReplies, replies } from './fixtures.ts'

/** How the stand-in answers: well, not at all, with a fault, with a refusal, or with nothing measured. */
export type Mode = 'ok' | 'pending' | 'failed' | 'denied' | 'never' | 'signed-out'

export interface FixtureServer {
  url: string
  mode: Mode
  /** When true, the event streams are refused; open ones are cut. */
  cutEvents(cut: boolean): void
  emit(event: RunEvent): void
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** As the real server sends it. */
const CSP =
  "default-src 'self'; style-src 'self'; script-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

/** A stand-in for Atlas's server: the built app, and typed answers that can be forced into each state. Only for showing pages and for truth tests. */
export async function startFixtureServer(appFolder: string): Promise<FixtureServer> {
  const streams = new Set<ServerResponse>()
  let cut = false
  const own = { mode: 'ok' as Mode }

  const server = createServer((request, response) => {
    const url = new URL(request.url!, 'http://fixture')
    response.setHeader('content-security-policy', CSP)
    if (url.pathname.startsWith('/api/v1/')) answer(request, response, url)
    else sendFile(response, appFolder, url.pathname)
  })

  function answer(request: IncomingMessage, response: ServerResponse, url: URL): void {
    const path = url.pathname.slice('/api/v1'.length)
    if (path.endsWith('/events')) return stream(response)
    const found = match(request.method!, path)
    if (found?.key === 'GET /auth/session') return json(response, 200, own.mode === 'signed-out' ? signedOut : session)
    if (own.mode === 'pending') return
    if (own.mode === 'failed') return json(response, 500, problem('internal', 500, 'Atlas has a fault'))
    if (own.mode === 'denied') return json(response, 403, problem('access.denied', 403, 'Your role does not allow this'))
    if (found === undefined) return json(response, 404, problem('request.not_found', 404, 'There is no such endpoint'))
    const reply = (own.mode === 'never' ? neverReplies : replies)[found.key]
    request.resume()
    const status = (contract[found.key] as { status?: number }).status ?? 200
    if (status === 204) response.writeHead(204).end()
    else json(response, status, typeof reply === 'function' ? reply(found.params, url.searchParams) : reply)
  }

  function stream(response: ServerResponse): void {
    if (cut || own.mode === 'signed-out') {
      response.destroy()
      return
    }
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    response.write(': open\n\n')
    streams.add(response)
    response.on('close', () => streams.delete(response))
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const close = async () => {
    for (const one of streams) one.destroy()
    server.closeAllConnections()
    await new Promise<void>((resolve) => server.close(() => resolve()))
  }
  return {
    url: `http://127.0.0.1:${address.port}`,
    get mode() {
      return own.mode
    },
    set mode(mode: Mode) {
      own.mode = mode
    },
    cutEvents(value) {
      cut = value
      if (cut) for (const one of streams) one.destroy()
    },
    emit(event) {
      for (const one of streams) one.write(`event: ${event.kind}\ndata: ${JSON.stringify(event)}\n\n`)
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

function match(method: string, path: string): { key: Key; params: string[] } | undefined {
  for (const key of Object.keys(replies) as Key[]) {
    const [verb, pattern] = key.split(' ') as [string, string]
    const found = verb === method ? new RegExp(`^${pattern.replace(/:\w+/g, '([^/]+)')}$`).exec(path) : null
    if (found !== null) return { key, params: found.slice(1).map(decodeURIComponent) }
  }
  return undefined
}

function problem(code: string, status: number, title: string): Problem {
  return { type: `/docs#${code}`, title, status, code, detail: 'A fault was asked for.', next: 'Look at the log.', retry: false }
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': status >= 400 ? 'application/problem+json' : 'application/json' })
  response.end(JSON.stringify(body))
}

function sendFile(response: ServerResponse, folder: string, path: string): void {
  const file = join(folder, normalize(path))
  const found = path !== '/' && existsSync(file) ? file : join(folder, 'index.html')
  response.writeHead(200, { 'content-type': TYPES[extname(found)] ?? 'application/octet-stream' })
  createReadStream(found).pipe(response)
}
