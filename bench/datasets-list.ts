import { randomBytes } from 'node:crypto'
import { sql, type Kysely } from 'kysely'
import { createApiToken } from '../src/access/api-tokens.ts'
import { openHome } from '../src/store/home.ts'
import { openStore } from '../src/store/open-store.ts'
import { acquireHome } from '../src/store/owner-lock.ts'
import type { Schema } from '../src/store/schema.ts'
import type { Benchmark } from './support/benchmark.ts'
import { startPlatform } from './support/platform-process.ts'
import { quantile } from './support/quantile.ts'
import { withTemporaryHome } from './support/temporary-home.ts'

const datasets = 10_000
const requests = 600
const warmUps = 50

/** How long `GET /datasets` takes with 10,000 datasets, over real HTTP with a token: pages by layer, by search and by continuing. */
export const benchmark: Benchmark = (_args, log) =>
  withTemporaryHome(async (home) => {
    const token = await fillStore(home)
    log(`${datasets} datasets are in the store`)
    const platform = await startPlatform(home)
    try {
      const times = await timeRequests(platform.baseUrl, token)
      return {
        datasets,
        requests,
        p50Ms: round(quantile(times, 0.5)),
        p99Ms: round(quantile(times, 0.99)),
        maxMs: round(quantile(times, 1)),
      }
    } finally {
      await platform.stop()
    }
  })

async function fillStore(folder: string): Promise<string> {
  const home = await openHome(folder)
  const ownership = await acquireHome(home, { command: 'bench datasets-list' })
  const store = await openStore(home)
  try {
    await insertDatasets(store.db)
    const world = { db: store.db, now: () => new Date(), random: (bytes: number) => randomBytes(bytes) }
    const { token } = await createApiToken(world, { name: 'bench', role: 'admin' }, { actor: 'bench', address: null })
    return token
  } finally {
    await store.close()
    await ownership.release()
  }
}

/** A third of the datasets in each layer, twelve columns and two snapshots each. */
async function insertDatasets(db: Kysely<Schema>): Promise<void> {
  const columns = Array.from({ length: 12 }, (_, index) => ({
    fieldId: index + 1,
    name: `column_${index}`,
    type: 'VARCHAR',
    source: null,
    pii: null,
  }))
  await sql`
    with made as (
      insert into datasets (name, layer, last_field_id)
      select layer || '.table_' || lpad(n::text, 5, '0'), layer, 12
      from generate_series(1, ${sql.lit(datasets)}::int) n, lateral (select (array['explore', 'chart', 'navigate'])[1 + n % 3] as layer) l
      returning id
    ), schemas as (
      insert into dataset_schemas (dataset_id, version, columns) select id, 1, ${JSON.stringify(columns)}::jsonb from made returning dataset_id
    )
    select count(*) from schemas`.execute(db)
  for (const operation of ['replace', 'append']) {
    await sql`
      with made as (
        insert into snapshots (dataset_id, parent_id, schema_version, operation, rows, size_bytes, file_count, quality, pii_columns, pii_cells)
        select id, snapshot_id, 1, ${operation}, id * 10, id * 1000, 1, '{"score": 0.97}'::jsonb, 2, id from datasets returning id, dataset_id
      )
      update datasets set snapshot_id = made.id from made where made.dataset_id = datasets.id`.execute(db)
  }
  await sql`analyze`.execute(db)
}

async function timeRequests(baseUrl: string, token: string): Promise<number[]> {
  const queries = [
    '',
    '?layer=chart',
    '?q=table_05',
    '?after=chart.table_05000',
    '?limit=500',
    '?layer=navigate&after=navigate.table_09000',
  ]
  const times: number[] = []
  for (let request = 0; request < warmUps + requests; request++) {
    const started = performance.now()
    const response = await fetch(`${baseUrl}/api/v1/datasets${queries[request % queries.length]}`, {
      headers: { authorization: `Bearer ${token}` },
    })
    const reply = (await response.json()) as { datasets?: unknown[] }
    const took = performance.now() - started
    if (!response.ok || !(reply.datasets !== undefined && reply.datasets.length > 0))
      throw new Error(`GET /datasets answered ${response.status}`)
    if (request >= warmUps) times.push(took)
  }
  return times
}

function round(ms: number): number {
  return Math.round(ms * 100) / 100
}
