import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import type { ReadMode } from '../../src/contract/pipelines.ts'
import { unseenRows } from '../../src/core/unseen.ts'
import type {
  ConnectorBody,
  Landing,
  Origin,
  ReadContext,
  ReadRequest,
  ReadResult,
  Stream,
  StreamColumn,
} from '../../src/connectors/connector.ts'
import { AtlasError } from '../../src/core/errors.ts'
import { id, join, list, raw, sql, type Sql } from '../../src/core/sql.ts'

export interface LandedPart {
  path: string
  rows: number
  columns: StreamColumn[]
  origin: Origin
}

/** A landing zone over a real DuckDB that writes real Parquet files into a folder of its own, without a store behind it. */
export interface TestLanding extends Landing {
  mode: ReadMode
  state: unknown
  parts: LandedPart[]
  refused: { file: string | null; line: number | null; column_name: string | null; reason: string; row: string }[]
  folder: string
  /** All landed rows in order, columns united by name, values as text (NULL stays null). */
  table(): Promise<Record<string, string | null>[]>
  /** Any query over the landed rows as `landed`. */
  query(query: Sql): Promise<Record<string, unknown>[]>
  /** Marks of the checkpoints taken, in order, with the parts that were durable then. */
  checkpoints: { mark: unknown; parts: LandedPart[]; refused: number }[]
  close(): Promise<void>
}

export interface LandingOptions {
  mode?: ReadMode | undefined
  state?: unknown
  threads?: number
  /** Landings of earlier runs that are published: what `writeUnseen` compares with. Still open. */
  earlier?: readonly TestLanding[]
  /** A landing that was cut off: this one goes on from its last checkpoint. Still open. */
  cutOff?: TestLanding
}

/** Opens a landing zone; close it when done. */
export async function openLanding(options: LandingOptions = {}): Promise<TestLanding> {
  const folder = await mkdtemp(path.join(tmpdir(), 'atlas-landing-'))
  const instance = await DuckDBInstance.create(':memory:', { threads: String(options.threads ?? 2) })
  const connection = await instance.connect()
  const parts: LandedPart[] = []
  const refused: TestLanding['refused'] = []
  const checkpoints: TestLanding['checkpoints'] = []
  const last = options.cutOff?.checkpoints.at(-1)
  if (last !== undefined) parts.push(...last.parts)
  const all = () => scanParts(parts)
  const landing: TestLanding = {
    checkpoints,
    resumed:
      last === undefined ? null : { mark: last.mark, rows: last.parts.reduce((sum, part) => sum + part.rows, 0) + last.refused, bytes: 0 },
    checkpoint: async (mark) => {
      checkpoints.push({ mark: JSON.parse(JSON.stringify(mark)) as unknown, parts: [...parts], refused: refused.length })
    },
    startOver: async () => {
      parts.length = 0
      refused.length = 0
      landing.resumed = null
    },
    writeUnseen: async (query, columns, origin, overlap) => {
      const before = options.earlier?.flatMap((one) => one.parts) ?? []
      const [count] = await rowsOf(connection, sql`select count(*)::int as n from (${query})`)
      const known = new Set(before.flatMap((part) => part.columns.map((column) => column.name)))
      const names = columns.map((column) => column.name)
      const seen = sql`select * from (${scanParts(before)}) where ${overlap}`
      const compared = before.length === 0 ? [] : names.filter((name) => known.has(name))
      const written = await landing.write(unseenRows(query, seen, names, compared), columns, origin)
      return { ...written, seen: Number(count?.['n']) - written.rows }
    },
    mode: options.mode ?? 'replace',
    state: options.state ?? null,
    folder,
    parts,
    refused,
    run: async (statement) => void (await connection.run(statement.text)),
    rows: (query) => rowsOf(connection, query),
    write: async (query, columns, origin) => {
      const target = path.join(folder, `part-${parts.length}.parquet`)
      const selected = join(columns.map((column) => id(column.name)))
      const [stats] = await rowsOf(
        connection,
        sql`copy (select ${selected} from (${query})) to ${target} (format parquet, compression zstd, return_stats)`,
      )
      const rows = Number(stats?.['count'])
      parts.push({ path: target, rows, columns, origin })
      return { rows, bytes: Number(stats?.['file_size_bytes']) }
    },
    quarantine: async (query) => {
      const found = await rowsOf(
        connection,
        sql`select file::varchar as file, line::bigint as line, column_name::varchar as column_name, reason::varchar as reason, "row"::varchar as "row" from (${query})`,
      )
      refused.push(
        ...found.map((row) => ({ ...(row as TestLanding['refused'][number]), line: row['line'] === null ? null : Number(row['line']) })),
      )
      return { rows: found.length }
    },
    table: async () => (await rowsOf(connection, sql`select columns(*)::varchar from (${all()})`)) as Record<string, string | null>[],
    query: (query) => rowsOf(connection, sql`with landed as (${all()}) ${query}`),
    close: async () => {
      connection.closeSync()
      instance.closeSync()
      await rm(folder, { recursive: true, force: true })
    },
  }
  return landing
}

function scanParts(parts: readonly LandedPart[]): Sql {
  if (parts.length === 0) return raw('select null as nothing where false')
  return raw(`select * from read_parquet(${list(parts.map((part) => part.path)).text}, union_by_name = true)`)
}

async function rowsOf(connection: DuckDBConnection, query: Sql): Promise<Record<string, unknown>[]> {
  return (await connection.runAndReadAll(query.text)).getRowObjectsJS()
}

/** A read's outside world on real files, with what it logged and how far it said to be. */
export async function openReadContext(
  workingFolder: string,
  more: Partial<ReadContext> = {},
): Promise<ReadContext & { logged: string[]; seenProgress: { rows: number | null; bytes: number | null; total: number | null }[] }> {
  const logged: string[] = []
  const seenProgress: { rows: number | null; bytes: number | null; total: number | null }[] = []
  return {
    signal: new AbortController().signal,
    scratch: await mkdtemp(path.join(tmpdir(), 'atlas-scratch-')),
    workingFolder,
    uploadPath: async (uploadId) => {
      throw new AtlasError('upload.not_found', `There is no upload ${uploadId}.`)
    },
    progress: (progress) => void seenProgress.push(progress),
    log: (_level, message) => void logged.push(message),
    source: 'test',
    fetch,
    now: () => new Date(),
    random: (bytes) => randomBytes(bytes),
    keepSecret: () => Promise.resolve(),
    logged,
    seenProgress,
    ...more,
  }
}

/** A request to read a stream in full, unless told otherwise. */
export function readRequest(stream: Stream, more: Partial<ReadRequest> = {}): ReadRequest {
  return {
    stream,
    mode: 'replace',
    cursor: null,
    keys: stream.primaryKey ?? [],
    select: null,
    where: null,
    query: null,
    options: {},
    ...more,
  }
}

/** Opens the source, reads one stream and closes it again. */
export async function readStream<Settings>(
  body: ConnectorBody<Settings>,
  settings: Settings,
  request: ReadRequest,
  context: ReadContext,
  landing: Landing,
): Promise<ReadResult> {
  const reader = await body.open(settings, context)
  try {
    return await reader.read(request, context, landing)
  } finally {
    await reader.close()
  }
}
