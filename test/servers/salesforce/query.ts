import type { Clock } from './clock.ts'
import type { Org, Row } from './org.ts'
import { Refusal } from './refusal.ts'
import { renderRecords } from './render.ts'
import { textReply, type Reply, type Request } from './reply.ts'
import { runSoql, type Found } from './soql.ts'

const KEPT_MS = 2 * 86_400_000

/** `/query`, `/queryAll` and their next pages. A locator is good for two days. */
export function createQueries(org: Org, clock: Clock) {
  const locators = new Map<string, { found: Found; rows: Row[]; size: number; version: string; madeMs: number }>()
  let made = 0

  const page = (locator: string, from: number): Reply => {
    const held = locators.get(locator)
    if (held === undefined || clock.now().getTime() - held.madeMs >= KEPT_MS)
      throw new Refusal(400, 'INVALID_QUERY_LOCATOR', 'invalid query locator')
    const to = from + held.size
    const done = to >= held.rows.length
    const records = renderRecords(org, held.found.object, held.rows.slice(from, to), held.found.parsed.select, held.version)
    const next = done ? '' : `"nextRecordsUrl":"/services/data/${held.version}/query/${locator}-${to}",`
    return textReply(`{"totalSize":${held.rows.length},"done":${done},${next}"records":${records}}`, 'application/json;charset=UTF-8')
  }
  return {
    /** Forgets all that is open, as Salesforce does with too many cursors. */
    expireAll: () => locators.clear(),
    first: (request: Request, version: string, all: boolean): Reply => {
      const found = runSoql(org, request.query.get('q') ?? '', clock.now().getTime(), all)
      if (found.rows === null) return textReply(`{"totalSize":${found.count},"done":true,"records":[]}`, 'application/json;charset=UTF-8')
      const asked = /batchSize=(\d+)/.exec(String(request.headers['sforce-query-options'] ?? ''))?.[1]
      const size = Math.max(200, Math.min(2000, Number(asked ?? 2000)))
      const locator = `0r8${String(++made).padStart(15, '0')}`
      locators.set(locator, { found, rows: found.rows, size, version, madeMs: clock.now().getTime() })
      return page(locator, 0)
    },
    next: (locator: string): Reply => {
      const [, id = '', from = '0'] = /^(.+)-(\d+)$/.exec(locator) ?? []
      return page(id, Number(from))
    },
  }
}
