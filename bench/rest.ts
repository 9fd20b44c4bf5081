import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import type { Landing, ReadContext } from '../src/connectors/connector.ts'
import { restApiBody } from '../src/connectors/rest-api/body.ts'
import { RestApiSettings } from '../src/connectors/rest-api/settings.ts'
import { id, join, sql, type Sql } from '../src/core/sql.ts'
import type { Benchmark } from './support/benchmark.ts'
import { quantile } from './support/quantile.ts'

const RECORDS = 300_000
const PAGE = 1000
const ROUNDS = 5

/**
 * Rows per second that the connector for REST APIs reads into explore (zstd Parquet, exact types over the whole stream), beside those of a bare loop of fetch and
 * JSON.parse over the same pages, which keeps nothing. Median of five pairs; `vsBareClient` 1 is as fast. The first argument is the number of records.
 */
export const benchmark: Benchmark = async (args, log) => {
  const records = Number(args[0] ?? RECORDS)
  const folder = await mkdtemp(path.join(tmpdir(), 'atlas-bench-rest-'))
  const server = spawn(process.execPath, [fileURLToPath(import.meta.resolve('./support/rest-pages.ts')), String(records), String(PAGE)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  try {
    const origin = await addressOf(server)
    log(`${records} records of 12 fields in pages of ${PAGE}`)
    const ratios: number[] = []
    const speeds: number[] = []
    for (let round = 0; round <= ROUNDS; round++) {
      const bareMs = await timed(() => readBare(origin, records))
      const atlasMs = await timed(() => readByAtlas(origin, records, folder))
      log(
        `${round === 0 ? 'warm-up' : `round ${round}`}: bare ${bareMs.toFixed(0)} ms, Atlas ${atlasMs.toFixed(0)} ms, ratio ${(bareMs / atlasMs).toFixed(2)}`,
      )
      if (round === 0) continue
      ratios.push(bareMs / atlasMs)
      speeds.push((records / atlasMs) * 1000)
    }
    return { vsBareClient: Number(quantile(ratios, 0.5).toFixed(3)), rowsPerSecond: Math.round(quantile(speeds, 0.5)) }
  } finally {
    server.stdin.end()
    if (server.exitCode === null) await once(server, 'exit')
    await rm(folder, { recursive: true, force: true })
  }
}

async function addressOf(server: ChildProcess): Promise<string> {
  const [chunk] = (await once(server.stdout ?? server, 'data')) as [Buffer]
  return chunk.toString('utf8').trim()
}

async function timed(work: () => Promise<void>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}

async function readBare(origin: string, records: number): Promise<void> {
  let read = 0
  for (let page = 1; ; page++) {
    const response = await fetch(`${origin}/records?page=${page}`)
    const { data } = JSON.parse(await response.text()) as { data: unknown[] }
    if (data.length === 0) break
    read += data.length
  }
  assertAll(read, records)
}

async function readByAtlas(origin: string, records: number, folder: string): Promise<void> {
  const scratch = await mkdtemp(path.join(folder, 'scratch-'))
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' })
  const connection = await instance.connect()
  const landing = openLanding(connection, scratch)
  const settings = RestApiSettings.parse({ url: origin, streams: [{ name: 'records', path: '/records', pagination: { type: 'page' } }] })
  const context = openContext(scratch)
  const reader = await restApiBody.open(settings, context)
  const stream = { name: 'records', columns: null, rowEstimate: null, sizeBytes: null, pieces: 1 }
  try {
    const result = await reader.read(
      { stream, mode: 'replace', cursor: null, keys: [], select: null, where: null, query: null, options: {} },
      context,
      landing,
    )
    assertAll(result.sourceRows, records)
  } finally {
    await reader.close()
    connection.closeSync()
    instance.closeSync()
    await rm(scratch, { recursive: true, force: true })
  }
}

function assertAll(read: number, expected: number): void {
  if (read !== expected) throw new Error(`${read} of ${expected} records were read`)
}

/** Writes what a read lands as Atlas does, to Parquet files with zstd, and nothing else. */
function openLanding(connection: DuckDBConnection, folder: string): Landing {
  let files = 0
  const rowsOf = async (query: Sql): Promise<Record<string, unknown>[]> => (await connection.runAndReadAll(query.text)).getRowObjectsJS()
  const none = (): never => {
    throw new Error('this read lands every row')
  }
  return {
    mode: 'replace',
    state: null,
    resumed: null,
    run: async (statement) => void (await connection.run(statement.text)),
    rows: rowsOf,
    write: async (query, columns) => {
      const selected = join(columns.map(({ name }) => id(name)))
      const target = path.join(folder, `part-${files++}.parquet`)
      const [stats] = await rowsOf(
        sql`copy (select ${selected} from (${query})) to ${target} (format parquet, compression zstd, return_stats)`,
      )
      return { rows: Number(stats?.['count']), bytes: Number(stats?.['file_size_bytes']) }
    },
    writeUnseen: none,
    quarantine: none,
    checkpoint: () => Promise.resolve(),
    startOver: () => Promise.resolve(),
  }
}

function openContext(scratch: string): ReadContext {
  return {
    signal: new AbortController().signal,
    scratch,
    workingFolder: scratch,
    source: 'bench-rest',
    uploadPath: () => Promise.reject(new Error('nothing is uploaded')),
    progress: () => undefined,
    log: () => undefined,
    fetch,
    now: () => new Date(),
    random: (bytes) => randomBytes(bytes),
    keepSecret: () => Promise.resolve(),
  }
}
