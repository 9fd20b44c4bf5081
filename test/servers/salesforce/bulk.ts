import { gzipSync } from 'node:zlib'
import type { Clock } from './clock.ts'
import type { Org, Row } from './org.ts'
import { Refusal } from './refusal.ts'
import { renderCsv } from './render.ts'
import { jsonReply, type Reply, type Request } from './reply.ts'
import { fieldOf, runSoql, type Found } from './soql.ts'

export interface BulkScript {
  /** States that polls answer one after the other; the last stays. */
  states: string[]
  errorMessage: string
  /** Rows of a page at most, whatever is asked for. */
  pageLimit: number
  /** Jobs that may still be made today. */
  jobsLeft: number
}

interface Job {
  id: string
  operation: string
  query: string
  found: Found
  rows: Row[]
  states: string[]
  createdMs: number
  separator: string
  newline: string
}

const SEPARATORS: Record<string, string> = { COMMA: ',', SEMICOLON: ';', PIPE: '|', TAB: '\t', CARET: '^', BACKQUOTE: '`' }
const KEPT_MS = 7 * 86_400_000

/** Query jobs of Bulk API 2.0. Rendered pages are kept as long as the data stays as it is, so that benchmarks do not measure the server. */
export function createBulk(org: Org, clock: Clock, script: BulkScript) {
  const jobs = new Map<string, Job>()
  const cache = new Map<string, { body: Buffer; gzipped: Buffer; rows: number }>()
  let made = 0

  const find = (id: string): Job => {
    const job = jobs.get(id)
    if (job !== undefined && clock.now().getTime() - job.createdMs < KEPT_MS) return job
    throw new Refusal(404, 'NOT_FOUND', 'The requested resource does not exist')
  }
  const info = (job: Job, state: string): Record<string, unknown> => ({
    id: job.id,
    operation: job.operation,
    object: job.found.object.name,
    createdById: '005000000000000AAA',
    createdDate: new Date(job.createdMs).toISOString().replace('Z', '+0000'),
    state,
    concurrencyMode: 'Parallel',
    contentType: 'CSV',
    lineEnding: job.newline === '\n' ? 'LF' : 'CRLF',
    ...(state === 'JobComplete' ? { numberRecordsProcessed: job.rows.length } : { numberRecordsProcessed: 0 }),
    ...(state === 'Failed' ? { errorMessage: script.errorMessage } : {}),
  })
  return {
    jobs,
    create: (request: Request): Reply => {
      const asked = JSON.parse(request.body) as Record<string, string>
      const query = asked['query'] ?? ''
      if (script.jobsLeft <= 0)
        throw new Refusal(400, 'LIMIT_EXCEEDED', 'Max bulk v2 query jobs (10000) have been used in the last 24 hours.')
      const found = runSoql(org, query, clock.now().getTime(), asked['operation'] === 'queryAll')
      if (found.object.bulkRefusal !== null)
        throw new Refusal(found.object.bulkRefusal.status, found.object.bulkRefusal.errorCode, found.object.bulkRefusal.message)
      if (found.rows === null) throw new Refusal(400, 'API_ERROR', 'Aggregate Relationships not supported in Bulk Query')
      const types = found.parsed.select.map((name) => fieldOf(org, found.object, name).field.type)
      if (types.includes('address') || types.includes('location'))
        throw new Refusal(400, 'API_ERROR', 'Selecting compound data not supported in Bulk Query')
      if (types.includes('base64')) throw new Refusal(400, 'API_ERROR', 'Binary fields are not supported in Bulk Query')
      script.jobsLeft--
      const id = `750${String(++made).padStart(12, '0')}AAA`
      const job: Job = {
        id,
        operation: asked['operation'] ?? 'query',
        query,
        found,
        rows: found.rows,
        states: [...script.states],
        createdMs: clock.now().getTime(),
        separator: SEPARATORS[asked['columnDelimiter'] ?? 'COMMA'] ?? ',',
        newline: asked['lineEnding'] === 'CRLF' ? '\r\n' : '\n',
      }
      jobs.set(id, job)
      return jsonReply(info(job, 'UploadComplete'))
    },
    status: (id: string): Reply => {
      const job = find(id)
      const state = job.states.length > 1 ? job.states.shift() : job.states[0]
      return jsonReply(info(job, state ?? 'JobComplete'))
    },
    results: (id: string, request: Request): Reply => {
      const job = find(id)
      if (job.states[0] !== 'JobComplete') throw new Refusal(400, 'INVALIDJOBSTATE', 'Job is not complete')
      const from = locatorOffset(request.query.get('locator'))
      const size = Math.min(Number(request.query.get('maxRecords') ?? script.pageLimit), script.pageLimit)
      const rows = job.rows.slice(from, from + size)
      const key = JSON.stringify([org.version, job.operation, job.query, from, size, job.separator, job.newline])
      let page = cache.get(key)
      if (page === undefined) {
        const body = renderCsv(org, job.found.object, rows, job.found.parsed.select, job.separator, job.newline)
        page = { body, gzipped: gzipSync(body, { level: 1 }), rows: rows.length }
        cache.set(key, page)
      }
      const isLast = from + size >= job.rows.length
      const headers = {
        'content-type': 'text/csv; charset=UTF-8',
        'sforce-locator': isLast ? 'null' : Buffer.from(String(from + size)).toString('base64url'),
        'sforce-numberofrecords': String(page.rows),
      }
      return { status: 200, headers, body: page.body, gzipped: page.gzipped }
    },
    abort: (id: string): Reply => {
      const job = find(id)
      job.states = ['Aborted']
      return jsonReply(info(job, 'Aborted'))
    },
    remove: (id: string): Reply => {
      find(id)
      jobs.delete(id)
      return { status: 204, headers: {}, body: Buffer.alloc(0) }
    },
  }
}

function locatorOffset(locator: string | null): number {
  if (locator === null) return 0
  const offset = Number(Buffer.from(locator, 'base64url').toString())
  if (Number.isInteger(offset) && offset > 0) return offset
  throw new Refusal(400, 'INVALID_QUERY_LOCATOR', 'The query locator is not valid')
}
