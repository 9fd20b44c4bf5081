import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { ApiError, apiErrors } from './api-error.ts'
import { ReadQuota } from './read-quota.ts'
import { readSpreadsheet } from './read-spreadsheet.ts'
import { cellsOf, readValueRange } from './read-values.ts'
import type { Spreadsheet } from './spreadsheet-model.ts'
import { TokenEndpoint, type IssuedToken } from './token-endpoint.ts'

const SHEETS_SCOPES = ['spreadsheets', 'spreadsheets.readonly', 'drive', 'drive.readonly'].map(scopeOf)
const DRIVE_SCOPES = ['drive', 'drive.readonly', 'drive.metadata', 'drive.metadata.readonly'].map(scopeOf)
/** No request of the real service takes longer. */
const DEADLINE_MS = 180_000

export type Route = 'token' | 'spreadsheet' | 'values' | 'drive'

export interface Call {
  route: Route
  /** How many calls of this route there were, this one included. */
  nth: number
  ranges: string[]
  query: URLSearchParams
}

/** What goes wrong, and when: `on` the route, from the `from`th call of it (1-based), `times` times. */
export interface Fault {
  on: Route
  from?: number
  times?: number
  answer: 'quota' | 'internal' | 'unavailable' | 'deadline' | 'unauthenticated' | 'truncated' | 'reset' | 'html' | (() => ApiError)
}

export interface SheetsServer {
  url: string
  tokenUrl: string
  /** Virtual time in milliseconds; tokens, quotas and deadlines go by it. */
  clock: { now: () => number; advance: (ms: number) => void }
  books: Map<string, Spreadsheet>
  tokens: TokenEndpoint
  quota: ReadQuota
  faults: Fault[]
  /** Called before a call is answered: edits between two calls are made here. */
  onCall: (call: Call) => void
  /** Virtual milliseconds that reading one cell takes. */
  msPerCell: number
  apis: { sheets: boolean; drive: boolean }
  /** Every call that was answered, with the status and the size of the answer before compression. */
  calls: (Call & { status: number; bytes: number })[]
  close: () => Promise<void>
}

interface Answer {
  status: number
  body: string
  type?: string
  headers?: Record<string, string>
}

/** Starts a Google Sheets of its own on 127.0.0.1: token endpoint, Sheets API v4 and the metadata of Drive API v3. */
export async function startSheetsServer(options: { port?: number; startAt?: number } = {}): Promise<SheetsServer> {
  let now = options.startAt ?? Date.UTC(2026, 5, 1, 12)
  const clock = { now: () => now, advance: (ms: number) => void (now += ms) }
  const http = createServer((request, response) => void serve(server, request, response))
  http.listen(options.port ?? 0, '127.0.0.1')
  await once(http, 'listening')
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  const server: SheetsServer = {
    url,
    tokenUrl: `${url}/token`,
    clock,
    books: new Map(),
    tokens: new TokenEndpoint(clock.now),
    quota: new ReadQuota(clock.now),
    faults: [],
    onCall: () => {},
    msPerCell: 0,
    apis: { sheets: true, drive: true },
    calls: [],
    close: async () => {
      http.close()
      http.closeAllConnections()
      await once(http, 'close')
    },
  }
  return server
}

async function serve(server: SheetsServer, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', server.url)
  const body: Buffer[] = []
  for await (const piece of request as AsyncIterable<Buffer>) body.push(piece)
  const route = routeOf(url.pathname)
  const nth = server.calls.filter((call) => call.route === route).length + 1
  const call: Call = { route, nth, ranges: rangesOf(url), query: url.searchParams }
  const fault = dueFault(server, call)
  const answer = ((): Answer => {
    try {
      server.onCall(call)
      if (fault !== undefined) failWith(server, fault)
      return answerTo(server, call, url, request, Buffer.concat(body).toString('utf8'))
    } catch (error) {
      if (!(error instanceof ApiError))
        return { status: 500, body: JSON.stringify({ error: { code: 500, message: String(error), status: 'INTERNAL' } }) }
      return { status: error.httpStatus, body: JSON.stringify(error.body()), headers: error.headers }
    }
  })()
  server.calls.push({ ...call, status: answer.status, bytes: answer.body.length })
  send(request, response, answer, fault)
}

function routeOf(path: string): Route {
  if (path === '/token') return 'token'
  if (path.startsWith('/drive/')) return 'drive'
  return /\/values[:/]/.test(path) ? 'values' : 'spreadsheet'
}

function rangesOf(url: URL): string[] {
  const one = /\/values\/([^/]+)$/.exec(url.pathname)
  return one === null ? url.searchParams.getAll('ranges') : [decodeURIComponent(one[1] ?? '')]
}

function dueFault(server: SheetsServer, { route, nth }: Call): Fault | undefined {
  const due = server.faults.find((fault) => fault.on === route && nth >= (fault.from ?? 1) && (fault.times ?? 1) > 0)
  if (due !== undefined) due.times = (due.times ?? 1) - 1
  return due
}

function failWith(server: SheetsServer, { answer }: Fault): void {
  if (typeof answer === 'function') throw answer()
  if (answer === 'quota') throw apiErrors.quota('user')
  if (answer === 'internal') throw apiErrors.internal()
  if (answer === 'unavailable') throw apiErrors.unavailable()
  if (answer === 'unauthenticated') throw apiErrors.unauthenticated()
  if (answer !== 'deadline') return
  server.clock.advance(DEADLINE_MS)
  throw apiErrors.deadline()
}

function answerTo(server: SheetsServer, call: Call, url: URL, request: IncomingMessage, body: string): Answer {
  if (call.route === 'token') {
    const { status, body: reply } = server.tokens.answer(new URLSearchParams(body), server.tokenUrl)
    return { status, body: JSON.stringify(reply) }
  }
  const caller = signedIn(server, request)
  if (request.method !== 'GET') throw new ApiError(405, 'UNIMPLEMENTED', 'Only reading is served here.')
  if (call.route === 'drive') return driveAnswer(server, url, caller)
  if (!SHEETS_SCOPES.some((scope) => caller.scopes.includes(scope))) throw apiErrors.insufficientScopes()
  if (!server.apis.sheets) throw apiErrors.disabled('Google Sheets API', 'sheets.googleapis.com')
  server.quota.take(caller.email)
  const book = openBook(server, /^\/v4\/spreadsheets\/([^/:]+)/.exec(url.pathname)?.[1], caller)
  if (book.isOfficeFile) throw apiErrors.officeFile()
  spendTime(server, book, call)
  return {
    status: 200,
    body: JSON.stringify(call.route === 'values' ? valuesAnswer(book, call, url) : readSpreadsheet(book, url.searchParams)),
  }
}

function valuesAnswer(book: Spreadsheet, call: Call, url: URL): unknown {
  const [first = ''] = call.ranges
  if (!url.pathname.endsWith('/values:batchGet')) return readValueRange(book, first, url.searchParams)
  return { spreadsheetId: book.id, valueRanges: call.ranges.map((range) => readValueRange(book, range, url.searchParams)) }
}

function driveAnswer(server: SheetsServer, url: URL, caller: IssuedToken): Answer {
  if (!DRIVE_SCOPES.some((scope) => caller.scopes.includes(scope))) throw apiErrors.insufficientScopes()
  if (!server.apis.drive) throw apiErrors.disabled('Google Drive API', 'drive.googleapis.com')
  const book = openBook(server, /^\/drive\/v3\/files\/([^/]+)$/.exec(url.pathname)?.[1], caller)
  const all: Record<string, string> = { id: book.id, version: String(book.version), modifiedTime: new Date(book.modifiedAt).toISOString() }
  const wanted = (url.searchParams.get('fields') ?? 'id').split(',')
  return { status: 200, body: JSON.stringify(Object.fromEntries(Object.entries(all).filter(([name]) => wanted.includes(name)))) }
}

function signedIn(server: SheetsServer, request: IncomingMessage): IssuedToken {
  const header = request.headers.authorization
  if (header === undefined) throw apiErrors.unregistered()
  const token = server.tokens.find(/^Bearer (.+)$/.exec(header)?.[1] ?? '')
  if (token === undefined) throw apiErrors.unauthenticated()
  return token
}

function openBook(server: SheetsServer, id: string | undefined, caller: IssuedToken): Spreadsheet {
  const book = server.books.get(decodeURIComponent(id ?? ''))
  if (book === undefined) throw apiErrors.notFound()
  if (book.sharedWith !== null && !book.sharedWith.includes(caller.email)) throw apiErrors.notShared()
  return book
}

/** A request that would take longer than the service allows ends at its deadline. */
function spendTime(server: SheetsServer, book: Spreadsheet, call: Call): void {
  if (server.msPerCell === 0) return
  const takes = call.ranges.reduce((sum, range) => sum + cellsOf(book, range), 0) * server.msPerCell
  server.clock.advance(Math.min(takes, DEADLINE_MS))
  if (takes > DEADLINE_MS) throw apiErrors.deadline()
}

function send(request: IncomingMessage, response: ServerResponse, answer: Answer, fault: Fault | undefined): void {
  if (fault?.answer === 'reset') return void response.socket?.resetAndDestroy()
  if (fault?.answer === 'html') {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
    return void response.end('<!doctype html><title>Sign in - Google Accounts</title><p>Please sign in')
  }
  const zipped = answer.body.length > 1024 && /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))
  const bytes = zipped ? gzipSync(answer.body, { level: 1 }) : Buffer.from(answer.body)
  response.writeHead(answer.status, {
    'content-type': 'application/json; charset=UTF-8',
    'content-length': bytes.length,
    ...(zipped ? { 'content-encoding': 'gzip' } : {}),
    ...answer.headers,
  })
  if (fault?.answer !== 'truncated') return void response.end(bytes)
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.socket?.destroy())
}

function scopeOf(name: string): string {
  return `https://www.googleapis.com/auth/${name}`
}
