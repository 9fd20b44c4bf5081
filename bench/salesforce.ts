import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'
import type { Landing, ReadContext, ReadRequest } from '../src/connectors/connector.ts'
import { SalesforceSettings } from '../src/connectors/salesforce/settings.ts'
import { createSalesforceBody } from '../src/connectors/salesforce/body.ts'
import { sql, type Sql } from '../src/core/sql.ts'
import type { Benchmark } from './support/benchmark.ts'
import { quantile } from './support/quantile.ts'

const ROWS = 500_000
const PAGE_ROWS = 50_000
const ROUNDS = 5

interface Server {
  loginUrl: string
  clientId: string
  clientSecret: string
}

/**
 * Rows per second into explore by Bulk 2.0 (download, typed columns, Parquet with zstd), beside those of a bare client that downloads the same pages and splits their
 * lines. The local server is a process of its own and has its pages ready.
 */
export const benchmark: Benchmark = async (args, log) => {
  const rows = Number(args[0] ?? ROWS)
  const folder = await mkdtemp(path.join(tmpdir(), 'atlas-bench-salesforce-'))
  const child = spawn(process.execPath, [path.resolve(import.meta.dirname, '../test/servers/salesforce/main.ts'), '--rows', String(rows)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  try {
    const server = await firstLine(child)
    log(`${rows} rows × 12 columns in pages of ${PAGE_ROWS}`)
    const ratios: number[] = []
    const speeds: number[] = []
    for (let round = 0; round <= ROUNDS; round++) {
      const bare = await timed(() => readBare(server, rows))
      const atlas = await timed(() => readByAtlas(server, rows, path.join(folder, String(round))))
      // The first round has the server render its pages.
      if (round > 0) {
        ratios.push(bare.ms / atlas.ms)
        speeds.push((rows / atlas.ms) * 1000)
      }
      const figures = `bare ${bare.ms.toFixed(0)} ms (processor ${bare.cpuMs.toFixed(0)}), Atlas ${atlas.ms.toFixed(0)} ms (${atlas.cpuMs.toFixed(0)})`
      log(`${round === 0 ? 'warm-up' : `round ${round}`}: ${figures}, ratio ${(bare.ms / atlas.ms).toFixed(2)}`)
    }
    return { vsBareClient: Number(quantile(ratios, 0.5).toFixed(3)), rowsPerSecond: Math.round(quantile(speeds, 0.5)) }
  } finally {
    child.stdin?.end()
    if (child.exitCode === null) await once(child, 'exit')
    await rm(folder, { recursive: true, force: true })
  }
}

async function firstLine(child: ChildProcess): Promise<Server> {
  if (child.stdout === null) throw new Error('the server has no output')
  for await (const line of createInterface(child.stdout)) return JSON.parse(line) as Server
  throw new Error('the server ended')
}

/** Milliseconds that passed, and milliseconds of processor time of this process. */
async function timed(work: () => Promise<void>): Promise<{ ms: number; cpuMs: number }> {
  const [started, cpu] = [performance.now(), process.cpuUsage()]
  await work()
  const { user, system } = process.cpuUsage(cpu)
  return { ms: performance.now() - started, cpuMs: (user + system) / 1000 }
}

/** What a script would do: sign in, make a job, wait, download page after page, split the lines. */
async function readBare(server: Server, rows: number): Promise<void> {
  const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: server.clientId, client_secret: server.clientSecret })
  const signedIn = await fetch(`${server.loginUrl}/services/oauth2/token`, { method: 'POST', body: form })
  const { access_token: token, instance_url: instance } = (await signedIn.json()) as { access_token: string; instance_url: string }
  const headers = { 'authorization': `Bearer ${token}`, 'content-type': 'application/json' }
  const jobs = `${instance}/services/data/v62.0/jobs/query`
  const body = JSON.stringify({ operation: 'queryAll', query: QUERY, lineEnding: 'LF' })
  const { id } = (await (await fetch(jobs, { method: 'POST', headers, body })).json()) as { id: string }
  for (let state = ''; state !== 'JobComplete';)
    ({ state } = (await (await fetch(`${jobs}/${id}`, { headers })).json()) as { state: string })
  let lines = 0
  for (let locator: string | null = ''; locator !== null;) {
    const page: Response = await fetch(`${jobs}/${id}/results?maxRecords=${PAGE_ROWS}${locator === '' ? '' : `&locator=${locator}`}`, {
      headers,
    })
    lines += (await page.text()).split('\n"a0O').length - 1
    const next: string | null = page.headers.get('sforce-locator')
    locator = next === 'null' ? null : next
  }
  if (lines !== rows) throw new Error(`the bare client read ${lines} rows`)
}

const QUERY =
  'SELECT Id, IsDeleted, Name, CreatedDate, LastModifiedDate, SystemModstamp, Amount__c, Quantity__c, Stage__c, Paid__c, Due__c, Note__c FROM Order__c'

async function readByAtlas(server: Server, rows: number, folder: string): Promise<void> {
  await mkdir(folder)
  const settings = SalesforceSettings.parse({
    loginUrl: server.loginUrl,
    auth: { method: 'client_credentials', clientId: server.clientId, clientSecret: server.clientSecret },
  })
  const context = contextIn(folder)
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const reader = await createSalesforceBody().open(settings, context)
  try {
    const result = await reader.read(REQUEST, context, landingIn(folder, connection))
    if (result.sourceRows !== rows) throw new Error(`Atlas read ${result.sourceRows} rows`)
  } finally {
    await reader.close()
    connection.closeSync()
    instance.closeSync()
    await rm(folder, { recursive: true })
  }
}

const REQUEST: ReadRequest = {
  stream: { name: 'Order__c', columns: null, rowEstimate: null, sizeBytes: null, pieces: 1 },
  mode: 'replace',
  cursor: null,
  keys: ['Id'],
  select: null,
  where: null,
  query: null,
  options: { pageRows: PAGE_ROWS },
}

function contextIn(folder: string): ReadContext {
  return {
    signal: new AbortController().signal,
    scratch: folder,
    workingFolder: folder,
    source: 'bench',
    uploadPath: () => Promise.reject(new Error('no uploads here')),
    progress: () => undefined,
    log: () => undefined,
    fetch,
    now: () => new Date(),
    random: (bytes) => randomBytes(bytes),
    keepSecret: () => Promise.resolve(),
  }
}

/** Parquet files as explore writes them (zstd level 1), each synced; without the catalog. */
function landingIn(folder: string, connection: DuckDBConnection): Landing {
  let files = 0
  const rowsOf = async (query: Sql) => (await connection.runAndReadAll(query.text)).getRowObjectsJS()
  return {
    mode: 'replace',
    state: null,
    resumed: null,
    run: async (statement) => void (await connection.run(statement.text)),
    rows: rowsOf,
    write: async (query) => {
      const target = path.join(folder, `${++files}.parquet`)
      const [stats] = await rowsOf(
        sql`copy (${query}) to ${target} (format parquet, compression zstd, compression_level 1, dictionary_size_limit 4096, write_bloom_filter false, return_stats)`,
      )
      return { rows: Number(stats?.['count']), bytes: Number(stats?.['file_size_bytes']) }
    },
    writeUnseen: () => Promise.reject(new Error('a full read has no overlap')),
    quarantine: () => Promise.reject(new Error('no row of this benchmark is refused')),
    checkpoint: () => Promise.resolve(),
    startOver: () => Promise.resolve(),
  }
}
