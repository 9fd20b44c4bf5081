import { z } from 'zod'
import {
  defineConnector,
  NO_FILE,
  type Connector,
  type Landing,
  type ReadContext,
  type ReadRequest,
  type ReadResult,
  type Stream,
} from '../../src/connectors/connector.ts'
import { id, join, literal, raw, sql, type Sql } from '../../src/core/sql.ts'

/** A row of a table: an id, the cursor and a value. */
export interface TableRow {
  id: number
  at: number | null
  v: string
}

/** A source of tables in this process, that a test changes between and during reads. */
export interface Tables {
  connector: Connector
  tables: Record<string, TableRow[]>
  /** Called before each chunk of a read; what it throws fails the read. */
  beforeChunk: (stream: string, chunk: number, context: ReadContext) => Promise<void> | void
  /** Chunks read since this was emptied, as `table:chunk`. */
  chunksRead: string[]
  /** What a finished read says besides its rows. */
  says: Partial<ReadResult>
  /** Rows of a chunk. */
  chunkRows: number
}

const COLUMNS = [
  { name: 'id', type: 'BIGINT' },
  { name: 'at', type: 'BIGINT' },
  { name: 'v', type: 'VARCHAR' },
]

/**
 * A connector of the usual shape over tables in memory: full refreshes in chunks with a checkpoint after each, incremental reads by the column `at` with
 * its last value read again. Registered as `kafka`, an id that Atlas has no connector for.
 */
export function tablesOf(tables: Record<string, TableRow[]>): Tables {
  const source: Tables = { connector: undefined as never, tables, beforeChunk: () => undefined, chunksRead: [], says: {}, chunkRows: 2 }
  const discover = (): Promise<Stream[]> =>
    Promise.resolve(
      Object.entries(source.tables).map(([name, rows]) => ({
        name,
        columns: COLUMNS,
        rowEstimate: rows.length,
        sizeBytes: null,
        pieces: 1,
        primaryKey: ['id'],
        cursors: ['at'],
        kind: 'table',
      })),
    )
  source.connector = defineConnector({
    id: 'kafka',
    title: 'Tables',
    description: 'Tables in memory',
    settings: z.strictObject({}),
    modes: ['replace', 'full_append', 'append', 'merge'],
    filters: true,
    load: () =>
      Promise.resolve({
        check: () => Promise.resolve([]),
        discover,
        preview: () => Promise.resolve({ columns: [], rows: [] }),
        open: () =>
          Promise.resolve({
            parallel: 2,
            read: (request: ReadRequest, context: ReadContext, landing: Landing) => read(source, request, context, landing),
            close: () => Promise.resolve(),
          }),
      }),
  })
  return source
}

function read(source: Tables, request: ReadRequest, context: ReadContext, landing: Landing): Promise<ReadResult> {
  return request.cursor === null ? readAll(source, request, context, landing) : readNew(source, request, context, landing)
}

async function readAll(source: Tables, request: ReadRequest, context: ReadContext, landing: Landing): Promise<ReadResult> {
  const rows = source.tables[request.stream.name] ?? []
  const from = (landing.resumed?.mark as { chunk: number } | undefined)?.chunk ?? 0
  let landed = landing.resumed?.rows ?? 0
  for (let chunk = from; chunk * source.chunkRows < rows.length; chunk++) {
    await source.beforeChunk(request.stream.name, chunk, context)
    source.chunksRead.push(`${request.stream.name}:${chunk}`)
    const part = rows.slice(chunk * source.chunkRows, (chunk + 1) * source.chunkRows)
    landed += (await landing.write(values(part), COLUMNS, NO_FILE)).rows
    await landing.checkpoint({ chunk: chunk + 1 })
  }
  return { columns: COLUMNS, sourceRows: landed, bytesRead: landed, state: null, text: null, warnings: [], ...source.says }
}

async function readNew(source: Tables, request: ReadRequest, context: ReadContext, landing: Landing): Promise<ReadResult> {
  const high = (landing.state as { high: number } | null)?.high ?? null
  const rows = source.tables[request.stream.name] ?? []
  await source.beforeChunk(request.stream.name, 0, context)
  const overlap = rows.filter((row) => row.at === null || (high !== null && row.at === high))
  const above = rows.filter((row) => row.at !== null && (high === null || row.at > high))
  const again = await landing.writeUnseen(values(overlap), COLUMNS, NO_FILE, sql`"at" = ${literal(high)} or "at" is null`)
  const fresh = await landing.write(values(above), COLUMNS, NO_FILE)
  const reached = Math.max(high ?? Number.NEGATIVE_INFINITY, ...above.map((row) => row.at ?? Number.NEGATIVE_INFINITY))
  const sourceRows = again.rows + fresh.rows
  const state = { high: Number.isFinite(reached) ? reached : null }
  return { columns: COLUMNS, sourceRows, bytesRead: sourceRows, state, text: null, warnings: [], ...source.says }
}

function values(rows: readonly TableRow[]): Sql {
  if (rows.length === 0) return sql`select null::bigint as id, null::bigint as "at", null::varchar as v where false`
  const tuples = rows.map((row) => sql`(${literal(row.id)}::bigint, ${literal(row.at)}::bigint, ${literal(row.v)}::varchar)`)
  return sql`select * from (values ${join(tuples)}) ${raw('t')}(${id('id')}, ${id('at')}, ${id('v')})`
}
