import { AtlasError } from '../../core/errors.ts'
import type { Sql } from '../../core/sql.ts'
import { NO_FILE, type Landing, type ReadContext } from '../connector.ts'
import { openChunkFiles } from '../copy-text/open-chunk-files.ts'
import type { CopyTextFile } from '../copy-text/scan-copy-text.ts'
import type { MysqlColumn } from './column.ts'
import { streamColumns } from './list-tables.ts'
import { createRowEncoder } from './row-encoder.ts'
import { landedRows, refusedRows } from './scan-columns.ts'
import type { RawRow, Session } from './session.ts'

export interface StreamRequest {
  session: Session
  /** Selects the columns' expressions in their order, then `extra` cells that are not landed. */
  statement: string
  columns: readonly MysqlColumn[]
  doing: string
  landing: Landing
  context: ReadContext
  /** Called once a chunk is landed, with the last row's extra cells, unless it was the last chunk. */
  afterChunk?: (extra: (string | null)[]) => Promise<void>
  /** Rows that explore holds already are left out: all of the stream is landed at once, by `writeUnseen` with this condition. */
  overlap?: Sql
  /** Told how many rows and bytes have come so far. */
  progress: (rows: number, bytes: number) => void
  chunkBytes?: number
  /** Fingerprints of rows that an earlier read refused: they are not refused again. */
  refusedBefore?: ReadonlySet<string>
}

export interface Streamed {
  /** Rows that the server sent. */
  arrived: number
  landed: number
  refused: number
  /** Rows that were left out because explore holds them. */
  seen: number
  bytes: number
  /** Per column, values that are no day of the calendar and became NULL. */
  noDays: ReadonlyMap<string, number>
  /** Fingerprints of the rows that were refused, also of those refused before; not of all when there are many. */
  refusedRows: ReadonlySet<string>
}

/** A stretch of lines that was handed over: where it ends, and what stands at its end. */
interface Mark {
  endsAt: number
  rows: number
  refused: number
  extra: (string | null)[]
}

const BLOCK_BYTES = 1 << 20
/** Less than most, because nothing overlaps with landing the last one. */
const CHUNK_BYTES = 32 << 20

/**
 * Streams a statement's rows into the landing zone by files of lines that DuckDB reads. While a file is landed the next one is filled, and the server
 * waits when both are full.
 * @throws AtlasError `source.*`, `run.cancelled`; what the landing zone throws
 */
export async function landStream(request: StreamRequest): Promise<Streamed> {
  const { session, columns, context } = request
  const encoder = createRowEncoder(columns, request.refusedBefore)
  const total: Streamed = { arrived: 0, landed: 0, refused: 0, seen: 0, bytes: 0, noDays: encoder.noDays, refusedRows: encoder.refusedRows }
  const marks: Mark[] = []
  let [handedOver, loadedUntil] = [0, 0]
  let lastRow: (string | null)[] = []
  const load = async (file: CopyTextFile) => {
    loadedUntil += file.bytes
    const done = marks.splice(0, 1 + marks.findIndex(({ endsAt }) => endsAt === loadedUntil))
    const rows = done.reduce((sum, mark) => sum + mark.rows, 0)
    const refused = done.reduce((sum, mark) => sum + mark.refused, 0)
    await landFile({ file, rows, refused, request, total })
    if (marks.length > 0 || !ended) await request.afterChunk?.(done.at(-1)?.extra ?? [])
  }
  const chunks = openChunkFiles({
    scratch: context.scratch,
    maxBytes: request.overlap === undefined ? (request.chunkBytes ?? CHUNK_BYTES) : Number.MAX_SAFE_INTEGER,
    load,
  })
  let ended = false
  const handOver = async () => {
    const { bytes, rows, refused } = encoder.take()
    handedOver += bytes.length
    marks.push({ endsAt: handedOver, rows, refused, extra: lastRow })
    await chunks.write(bytes)
    request.progress(total.arrived, chunks.bytes)
  }
  /** The block that is being written, while rows go into the next one. One that failed stays here until it is waited for. */
  const background: { writing: Promise<void> | null } = { writing: null }
  const beginHandOver = () => {
    const writing = handOver()
    background.writing = writing
    writing.then(
      () => {
        if (background.writing === writing) background.writing = null
      },
      () => undefined,
    )
  }
  const onRow = (row: RawRow): Promise<void> | undefined => {
    encoder.add(row)
    total.arrived++
    if (encoder.length < BLOCK_BYTES) return undefined
    lastRow = row.slice(columns.length).map((cell) => cell?.toString('utf8') ?? null)
    if (background.writing !== null) return background.writing.then(beginHandOver)
    beginHandOver()
    return undefined
  }
  try {
    await session.stream(request.statement, onRow, request.doing)
    ended = true
    await background.writing
    if (encoder.length > 0) await handOver()
    await chunks.end()
  } catch (error) {
    await background.writing?.catch(() => undefined)
    await chunks.discard()
    throw error
  }
  total.bytes = chunks.bytes
  total.seen += encoder.skipped
  if (total.landed + total.refused + total.seen !== total.arrived)
    throw new AtlasError(
      'source.incomplete',
      `${request.doing}: of ${total.arrived} rows ${total.landed + total.refused + total.seen} were landed.`,
    )
  return total
}

async function landFile(given: {
  file: CopyTextFile
  rows: number
  refused: number
  request: StreamRequest
  total: Streamed
}): Promise<void> {
  const { file, rows, refused, total } = given
  const { columns, landing, overlap } = given.request
  const land = async (quick: boolean): Promise<{ rows: number; seen: number }> => {
    const query = landedRows([file], columns, refused > 0, quick)
    if (overlap !== undefined) return landing.writeUnseen(query, streamColumns(columns), NO_FILE, overlap)
    return { ...(await landing.write(query, streamColumns(columns), NO_FILE)), seen: 0 }
  }
  if (rows > refused) {
    const written = await land(true).catch((error: unknown) => {
      if (error instanceof Error && /CSV Error/.test(error.message)) return land(false)
      throw error
    })
    total.landed += written.rows
    total.seen += written.seen
  }
  if (refused > 0) total.refused += (await landing.quarantine(refusedRows([file], columns))).rows
}
