import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { ApiError } from './api-error.ts'
import type { CursorKind } from './cursor-kind.ts'
import type { ReadScope } from './read-scope.ts'
import { csvLine } from './rest-records.ts'
import type { ResultPage } from './result-page.ts'
import { soqlText, writeSoql } from './soql.ts'

const DAYS_30_MS = 30 * 86_400_000
const MINUTE_MS = 60_000
const IDS = 300

/** A row that is gone from the recycle bin too. */
interface Purged {
  id: string
  at: string
}

/**
 * Rows that were deleted in [low, end) and cannot be queried any more. Salesforce remembers thirty days.
 * @throws AtlasError `source.*`
 */
export async function listPurged(scope: ReadScope, low: string, end: string): Promise<Purged[]> {
  const { session, plan } = scope
  const oldestMs = session.serverNow().getTime() - DAYS_30_MS + 10 * MINUTE_MS
  const lowMs = Date.parse(low)
  // Salesforce takes whole minutes, at least one.
  const start = new Date(Math.floor(Math.max(lowMs, oldestMs) / MINUTE_MS) * MINUTE_MS)
  const until = new Date(Math.ceil(Date.parse(end) / MINUTE_MS) * MINUTE_MS)
  if (until.getTime() - start.getTime() < MINUTE_MS) return []
  const query = { start: start.toISOString(), end: until.toISOString() }
  try {
    const reply = (await session.json({ path: `/sobjects/${plan.object.name}/deleted/`, query })) as {
      deletedRecords?: { id: string; deletedDate: string }[]
    }
    const within = (reply.deletedRecords ?? [])
      .map(({ id, deletedDate }) => ({ id, at: new Date(deletedDate.replace(/\+0000$/, 'Z')).toISOString() }))
      .filter(({ at }) => at >= low && at < end)
    const inBin = await idsInBin(
      scope,
      within.map(({ id }) => id),
    )
    return within.filter(({ id }) => !inBin.has(id))
  } catch (error) {
    if (!(error instanceof ApiError) || error.httpStatus >= 500 || error.httpStatus === 401) throw error
    scope.warn(`Rows of ${plan.object.name} that were deleted for good are not known: ${error.message}`)
    return []
  }
}

/** Rows in the recycle bin come with the others, by their stamp. */
async function idsInBin({ session, plan }: ReadScope, ids: readonly string[]): Promise<Set<string>> {
  const found = new Set<string>()
  for (let at = 0; at < ids.length; at += IDS) {
    const where = [
      `Id IN (${ids
        .slice(at, at + IDS)
        .map(soqlText)
        .join(', ')})`,
    ]
    const { records = [] } = (await session.json({
      path: '/queryAll',
      query: { q: writeSoql(['Id'], { from: plan.object.name, where }) },
    })) as { records?: { Id: string }[] }
    for (const { Id } of records) found.add(Id)
  }
  return found
}

/** Rows that say no more than that they are gone, and when. */
export async function purgedPage(scope: ReadScope, rows: readonly Purged[], { field }: CursorKind): Promise<ResultPage> {
  const names = ['Id', field.name, 'IsDeleted']
  const text = [csvLine(names), ...rows.map(({ id, at }) => csvLine([id, at, 'true']))].join('')
  const file = path.join(scope.context.scratch, `purged-${scope.nextFile()}.csv`)
  await writeFile(file, text)
  return { files: [{ path: file, bytes: Buffer.byteLength(text) }], rows: rows.length, names }
}
