import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { createBulk, type BulkScript } from './bulk.ts'
import { listChanges } from './changes.ts'
import { createClock, type Clock } from './clock.ts'
import { describeGlobal, describeObject } from './describe.ts'
import { createFaults, faultReply, type Fault, type Faults, type Route } from './faults.ts'
import { createOrg, type Org } from './org.ts'
import { createQueries } from './query.ts'
import { Refusal } from './refusal.ts'
import { jsonReply, refusalReply, textReply, type Reply, type Request } from './reply.ts'
import { createTokens, type ConnectedApp, type Tokens } from './tokens.ts'

export interface SalesforceOptions {
  start?: string
  app?: Partial<ConnectedApp>
  bulk?: Partial<BulkScript>
  limits?: Partial<Limits>
}

export interface Limits {
  used: number
  max: number
}

/** A local Salesforce: two HTTP servers (login and instance), data, a clock and faults that tests script. */
export interface LocalSalesforce extends AsyncDisposable {
  loginUrl: string
  instanceUrl: string
  org: Org
  clock: Clock
  faults: Faults
  tokens: Tokens
  limits: Limits
  bulk: BulkScript
  queries: ReturnType<typeof createQueries>
  jobs: ReturnType<typeof createBulk>['jobs']
  /** Requests answered, in order. */
  log: { route: Route; method: string; url: string; status: number; body: string }[]
  count(route: Route): number
  close(): Promise<void>
}

const LONGEST_URL = 16_384

export async function startSalesforce(options: SalesforceOptions = {}): Promise<LocalSalesforce> {
  const clock = createClock(options.start ?? '2024-06-01T12:00:00.000Z')
  const org = createOrg(clock)
  const faults = createFaults()
  const limits: Limits = { used: 0, max: 100_000, ...options.limits }
  const script: BulkScript = {
    states: ['UploadComplete', 'InProgress', 'JobComplete'],
    errorMessage: 'InternalServerError : the job failed',
    pageLimit: 250_000,
    jobsLeft: 10_000,
    ...options.bulk,
  }
  const app: ConnectedApp = {
    clientId: '3MVGlocal',
    clientSecret: 'local-client-secret',
    refreshToken: 'local-refresh-token',
    rotates: false,
    publicKey: null,
    username: 'reader@example.org',
    password: 'local-password',
    approved: true,
    tokenRequests: null,
    tokenTtlMs: 7_200_000,
    ...options.app,
  }
  const log: LocalSalesforce['log'] = []
  let loginUrl = ''
  let instanceUrl = ''
  const tokens = createTokens(clock, app, () => [loginUrl])
  const bulk = createBulk(org, clock, script)
  const queries = createQueries(org, clock)

  const answerInstance = (route: Route, parts: string[], request: Request): Reply => {
    const version = parts[2] ?? ''
    if (request.path.length + (request.query.size > 0 ? 1 + (request.headers['x-query-length'] as unknown as number) : 0) > LONGEST_URL)
      return textReply('URI Too Long', 'text/plain', 414)
    switch (route) {
      case 'versions':
        return jsonReply([
          { label: "Summer '24", url: '/services/data/v61.0', version: '61.0' },
          { label: "Winter '25", url: '/services/data/v62.0', version: '62.0' },
        ])
      case 'objects':
        return describeGlobal(org, version)
      case 'describe':
        return describeObject(org, parts[4] ?? '', version)
      case 'deleted':
        return listChanges(org, clock, parts[4] ?? '', 'deleted', request)
      case 'updated':
        return listChanges(org, clock, parts[4] ?? '', 'updated', request)
      case 'blob':
        return blob(org, parts)
      case 'query':
        return queries.first(request, version, parts[3] === 'queryAll')
      case 'next-page':
        return queries.next(parts[4] ?? '')
      case 'limits':
        return jsonReply(limitsOf(limits, script))
      case 'record-count':
        return jsonReply({ sObjects: [...org.objects.values()].map((object) => ({ name: object.name, count: object.rows.size })) })
      case 'job-create':
        return bulk.create(request)
      case 'job-status':
        return bulk.status(parts[5] ?? '')
      case 'job-results':
        return bulk.results(parts[5] ?? '', request)
      case 'job-abort':
        return bulk.abort(parts[5] ?? '')
      case 'job-delete':
        return bulk.remove(parts[5] ?? '')
      default:
        throw new Refusal(404, 'NOT_FOUND', 'The requested resource does not exist')
    }
  }
  const guarded = (route: Route, parts: string[], request: Request): Reply => {
    const authorization = request.headers['authorization']
    if (route !== 'versions' && !tokens.use(typeof authorization === 'string' ? authorization : undefined))
      throw new Refusal(401, 'INVALID_SESSION_ID', 'Session expired or invalid')
    if (limits.used >= limits.max) throw new Refusal(403, 'REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.')
    limits.used++
    return answerInstance(route, parts, request)
  }
  const answer = (where: 'login' | 'instance', request: Request): { route: Route; reply: Reply; fault: Fault | null } => {
    const parts = request.path
      .split('/')
      .filter((part) => part !== '')
      .map(decodeURIComponent)
    const route = where === 'login' ? (request.path === '/services/oauth2/token' ? 'token' : 'unknown') : routeOf(request.method, parts)
    const fault = faults.hit(route, `${request.path}?${[...request.query].join('&')} ${request.body}`)
    fault?.before?.()
    const scripted = fault === null ? null : faultReply(fault)
    if (scripted !== null) return { route, reply: scripted, fault }
    try {
      return { route, fault, reply: route === 'token' ? tokens.answer(request, instanceUrl) : guarded(route, parts, request) }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return { route, fault, reply: refusalReply(error) }
    }
  }
  const serve =
    (where: 'login' | 'instance') =>
    async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
      const request = await readRequest(incoming)
      const { route, reply, fault } = answer(where, request)
      log.push({ route, method: request.method, url: incoming.url ?? '', status: reply.status, body: request.body })
      const common: Record<string, string> = { date: clock.now().toUTCString() }
      if (where === 'instance') common['sforce-limit-info'] = `api-usage=${limits.used}/${limits.max}`
      await send(outgoing, { ...reply, headers: { ...common, ...reply.headers } }, fault, String(incoming.headers['accept-encoding'] ?? ''))
    }
  const servers = [
    createServer({ maxHeaderSize: 256_000 }, (a, b) => void serve('login')(a, b)),
    createServer({ maxHeaderSize: 256_000 }, (a, b) => void serve('instance')(a, b)),
  ]
  ;[loginUrl = '', instanceUrl = ''] = await Promise.all(servers.map(listen))
  const close = async (): Promise<void> => {
    await Promise.all(
      servers.map(
        (server) =>
          new Promise<void>((done) => {
            server.close(() => done())
            server.closeAllConnections()
          }),
      ),
    )
  }
  const count = (route: Route): number => log.filter((one) => one.route === route).length
  return {
    loginUrl,
    instanceUrl,
    org,
    clock,
    faults,
    tokens,
    limits,
    bulk: script,
    queries,
    jobs: bulk.jobs,
    log,
    count,
    close,
    [Symbol.asyncDispose]: close,
  }
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function readRequest(incoming: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  const [path = '', search = ''] = (incoming.url ?? '').split('?')
  const headers = { ...incoming.headers, 'x-query-length': search.length as unknown as string }
  return { method: incoming.method ?? 'GET', path, query: new URLSearchParams(search), headers, body: Buffer.concat(chunks).toString() }
}

function routeOf(method: string, parts: string[]): Route {
  const [services, data, version, first, second, third, fourth] = parts
  if (services !== 'services' || data !== 'data') return 'unknown'
  if (version === undefined) return 'versions'
  if (first === 'sobjects') {
    if (second === undefined) return 'objects'
    if (third === 'describe' || third === 'deleted' || third === 'updated') return third
    return fourth === undefined ? 'unknown' : 'blob'
  }
  if (first === 'query' || first === 'queryAll') return second === undefined ? 'query' : 'next-page'
  if (first === 'limits') return second === 'recordCount' ? 'record-count' : 'limits'
  if (first !== 'jobs' || second !== 'query') return 'unknown'
  if (third === undefined) return method === 'POST' ? 'job-create' : 'unknown'
  if (fourth === 'results') return 'job-results'
  return method === 'DELETE' ? 'job-delete' : method === 'PATCH' ? 'job-abort' : 'job-status'
}

function blob(org: Org, parts: string[]): Reply {
  const value = org.object(parts[4] ?? '').rows.get(parts[5] ?? '')?.values[parts[6] ?? '']
  if (value === undefined || value === null) throw new Refusal(404, 'NOT_FOUND', 'The requested resource does not exist')
  return { status: 200, headers: { 'content-type': 'application/octetstream' }, body: Buffer.from(String(value), 'base64') }
}

function limitsOf(limits: Limits, script: BulkScript): unknown {
  return {
    DailyApiRequests: { Max: limits.max, Remaining: limits.max - limits.used },
    DailyBulkV2QueryJobs: { Max: 10_000, Remaining: script.jobsLeft },
    DailyBulkV2QueryFileStorageMB: { Max: 976_562, Remaining: 976_562 },
  }
}

async function send(outgoing: ServerResponse, reply: Reply, fault: Fault | null, accepts: string): Promise<void> {
  const isCsv = reply.headers['content-type']?.startsWith('text/csv') === true
  const gzip = isCsv && accepts.includes('gzip') && fault?.reply === undefined
  const body = gzip ? (reply.gzipped ?? gzipSync(reply.body)) : reply.body
  if (gzip) outgoing.setHeader('content-encoding', 'gzip')
  for (const [name, value] of Object.entries(reply.headers)) outgoing.setHeader(name, value)
  outgoing.statusCode = reply.status
  const cut = fault?.resetAfter ?? fault?.truncateAfter
  if (fault?.dripMs !== undefined) return drip(outgoing, body, fault.dripMs)
  if (cut === undefined) {
    if (!isCsv && reply.status !== 204) outgoing.setHeader('content-length', body.length)
    return void outgoing.end(body)
  }
  if (fault?.resetAfter !== undefined) outgoing.setHeader('content-length', body.length)
  outgoing.write(body.subarray(0, cut), () => {
    if (fault?.resetAfter !== undefined) outgoing.socket?.resetAndDestroy()
    else outgoing.socket?.end()
  })
}

async function drip(outgoing: ServerResponse, body: Buffer, everyMs: number): Promise<void> {
  for (const byte of body) {
    if (outgoing.destroyed) return
    outgoing.write(Buffer.of(byte))
    await new Promise((done) => setTimeout(done, everyMs))
  }
  outgoing.end()
}
