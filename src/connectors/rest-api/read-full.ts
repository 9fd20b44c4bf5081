import { NO_FILE, type Landing, type ReadContext, type ReadRequest, type ReadResult, type StreamColumn } from '../connector.ts'
import { openJsonRows, recordsError, selectJsonRows, selectRefused, type JsonChunk, type JsonRows } from '../json-rows/json-rows.ts'
import { sql } from '../../core/sql.ts'
import { statusOf } from '../http/status-error.ts'
import type { Position } from './next-page.ts'
import type { PagesRead } from './read-pages.ts'
import { readRecords, type RecordsHandler } from './stream-records.ts'
import { filterCondition, selectedColumns } from './row-filter.ts'
import type { RestSession } from './session.ts'
import type { RestStream } from './stream-settings.ts'
import { warningsOf } from './warnings.ts'
import { countedRows } from './counted-rows.ts'

/** What a checkpoint holds: where to go on, and what was landed until then. */
interface Mark {
  version: 1
  next: Position
  columns: StreamColumn[]
  landed: number
  received: number
}

export interface StreamRead {
  session: RestSession
  stream: RestStream
  all: readonly RestStream[]
  request: ReadRequest
  context: ReadContext
  landing: Landing
}

/**
 * Reads the whole stream. Long ones are landed piece by piece with a checkpoint behind each; when a later page widens the type of a column, all pieces are landed anew.
 * @throws AtlasError `source.*`, `run.cancelled`
 */
export async function readFull(read: StreamRead): Promise<ReadResult> {
  const mark = await markOf(read)
  try {
    return await readFrom(read, mark)
  } catch (error) {
    if (mark === null || !cannotGoOn(error)) throw error
    read.context.log('warn', `${read.stream.name} cannot go on from where it was cut off; it is read from the start.`)
    await read.landing.startOver()
    return readFrom(read, null)
  }
}

/** The token of a page that is too old, or columns that have changed since: what was landed is of no use. Failures that pass are not among them. */
function cannotGoOn(error: unknown): boolean {
  const status = statusOf(error)
  return (
    error instanceof WidenedType || (status !== null && status >= 400 && status < 500 && status !== 401 && status !== 403 && status !== 429)
  )
}

class WidenedType extends Error {}

async function markOf({ landing }: StreamRead): Promise<Mark | null> {
  if (landing.resumed === null) return null
  const mark = landing.resumed.mark as Partial<Mark> | null
  if (mark?.version === 1 && mark.columns !== undefined && mark.next !== undefined) return mark as Mark
  await landing.startOver()
  return null
}

async function readFrom(read: StreamRead, mark: Mark | null): Promise<ReadResult> {
  const rows = openJsonRows({ scratch: read.context.scratch, unnest: read.stream.unnest, known: mark?.columns ?? [] })
  try {
    return await readInto(read, rows, mark)
  } finally {
    await rows.close()
  }
}

async function readInto(read: StreamRead, rows: JsonRows, mark: Mark | null): Promise<ReadResult> {
  const { stream } = read
  const pieces = openPieces(read, rows, mark)
  const before = mark?.received ?? 0
  const pages = await pagesFrom(read, rows, pieces, mark)
  const landed = await pieces.finish()
  const columns = rows.columns()
  const received = before + (pages?.received ?? 0)
  return {
    columns: selectedColumns(columns.length > 0 ? columns : (read.request.stream.columns ?? []), read.request),
    sourceRows: landed,
    bytesRead: pages?.bytes ?? 0,
    state: null,
    text: null,
    warnings: pages === null ? [] : warningsOf(stream, pages),
    ...countedRows(stream, pages?.total ?? null, received),
  }
}

/** Null when a checkpoint says that all had been read already. */
async function pagesFrom(
  { session, stream, all, context }: StreamRead,
  rows: JsonRows,
  pieces: Pieces,
  mark: Mark | null,
): Promise<PagesRead | null> {
  if (mark !== null && mark.next === null) return null
  const before = mark?.received ?? 0
  const handler: RecordsHandler = {
    take: async ({ text, records }, extra) => {
      if (records === null) return 0
      const added = await rows.add(text, records, extra)
      context.progress({ rows: before + rows.records + rows.refused, bytes: null, total: null })
      return added.records + added.refused
    },
    done: async (next, soFar) => {
      if (next !== null && soFar.pages % stream.checkpointPages === 0) await pieces.checkpoint(next, before + soFar.received)
    },
  }
  try {
    return await readRecords(session, stream, all, { from: null, to: null, start: mark?.next ?? null }, handler)
  } finally {
    await pieces.settled()
  }
}

interface Pieces {
  /** Resolves when nothing is being landed any more: DuckDB must not be closed under a write. */
  settled(): Promise<void>
  /** Lands what has come since, while reading goes on, and makes it durable once it is. */
  checkpoint(next: Position, received: number): Promise<void>
  /** Lands the rest; rows landed and refused in all. */
  finish(): Promise<number>
}

function openPieces({ request, stream, context, landing }: StreamRead, rows: JsonRows, mark: Mark | null): Pieces {
  const kept: JsonChunk[] = []
  let landed = mark?.landed ?? 0
  /** Types that the landed pieces have. */
  let types = mark?.columns ?? []
  let underway: Promise<void> = Promise.resolve()

  const landChunks = async (chunks: readonly JsonChunk[], columns: StreamColumn[]): Promise<void> => {
    const selected = selectedColumns(columns, request)
    const where = filterCondition(request, columns)
    if (chunks.some((chunk) => chunk.records > 0) && selected.length > 0) {
      const query =
        where === null ? selectJsonRows(chunks, selected) : sql`select * from (${selectJsonRows(chunks, columns)}) where ${where}`
      landed += (await landing.write(query, selected, NO_FILE).catch((error: unknown) => Promise.reject(recordsError(error, stream.name))))
        .rows
    }
    const refused = selectRefused(chunks, stream.name)
    if (refused !== null) landed += (await landing.quarantine(refused)).rows
    types = columns
  }
  const land = async (chunk: JsonChunk, columns: StreamColumn[]): Promise<void> => {
    kept.push(chunk)
    const isWidened = types.some(({ name, type }, index) => columns[index]?.name !== name || columns[index]?.type !== type)
    if (!isWidened) return landChunks([chunk], columns)
    // Pieces of an earlier run are not here any more: all is read anew.
    if (mark !== null) throw new WidenedType('the type of a column was widened')
    context.log('info', `${stream.name}: the type of a column was widened; what was landed is landed anew.`)
    await landing.startOver()
    landed = 0
    await landChunks(kept, columns)
  }
  return {
    settled: () => underway.catch(() => undefined),
    checkpoint: async (next, received) => {
      await underway
      const chunk = await rows.take()
      const columns = rows.columns()
      underway = land(chunk, columns).then(() => landing.checkpoint({ version: 1, next, columns, landed, received } satisfies Mark))
      underway.catch(() => undefined)
    },
    finish: async () => {
      await underway
      await land(await rows.take(), rows.columns())
      return landed
    },
  }
}
