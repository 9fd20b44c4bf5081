import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type Kysely, sql as statement } from 'kysely'
import { expect, it, onTestFinished } from 'vitest'
import { sql } from '../../src/core/sql.ts'
import { openDatabase } from '../../src/store/database.ts'
import { openHome } from '../../src/store/home.ts'
import { migrate } from '../../src/store/migrate.ts'
import { startPostgres } from '../../src/store/postgres-server.ts'
import { setPool } from '../../src/store/queue/pools.ts'
import type { Schema } from '../../src/store/schema.ts'
import { pinSnapshot } from '../../src/store/snapshots.ts'
import { LONG } from '../support/long-tests.ts'
import { seeded } from '../support/seeded.ts'
import { temporaryFolder } from '../support/temporary-home.ts'
import { openWorkerPlatform, type WorkerProcess } from '../support/worker-processes.ts'

/** Each of eight steps. `docs/workers.md` says what more of them gave. */
const RUNS = Number(process.env['ATLAS_CHAOS_RUNS'] ?? (LONG ? 200 : 40))
const WORKERS = Number(process.env['ATLAS_CHAOS_WORKERS'] ?? 4)
const LIMIT_MS = Number(process.env['ATLAS_CHAOS_SECONDS'] ?? 400) * 1000
const SEED = Number(process.env['ATLAS_TEST_SEED'] ?? Date.now() % 1_000_000)
const PIPELINES = 20
const ROWS = 20
const POOLS = { narrow: 1, wide: 3 }
/** Longer than an attempt may be silent. */
const FROZEN_MS = 14_000

const random = seeded(SEED)
const between = (least: number, most: number): number => least + random() * (most - least)

/** A Postgres of the test's own that can be restarted, in the home that its workers share. */
async function openOwnDatabase() {
  const root = await temporaryFolder()
  const home = await openHome(path.join(root, 'home'))
  let server = await startPostgres(home, { durable: false })
  const address = server.connection
  const database = openDatabase(address)
  onTestFinished(async () => {
    await database.close()
    await server.stop()
  })
  await migrate(database.db, address)
  return {
    root,
    db: database.db,
    address,
    async restart() {
      await server.stop()
      server = await startPostgres(home, { durable: false })
    },
  }
}

/** Asks every 10 ms who holds what, on a connection of its own. @returns the most that was seen, by pool */
function samplePools(address: Parameters<typeof openDatabase>[0]) {
  const { db, close } = openDatabase(address, { poolSize: 1, connectTimeoutMs: 2_000 })
  const most: Record<string, number> = {}
  let samples = 0
  let isOver = false
  const look = async (): Promise<void> => {
    const { rows } = await statement<{ pool: string; leases: number; running: number }>`
      select name as pool, (select count(*)::int from leases where pool = pools.name) as leases,
        (select count(*)::int from runs where state = 'running' and pools.name = any (runs.pools)) as running from pools`.execute(db)
    samples += 1
    for (const { pool, leases, running } of rows) most[pool] = Math.max(most[pool] ?? 0, leases, running)
  }
  const loop = (async () => {
    while (!isOver) await Promise.all([wait(10), look().catch(() => undefined)])
    await close()
  })()
  return {
    async end() {
      isOver = true
      await loop
      return { most, samples }
    },
  }
}

const openRuns = async (db: Kysely<Schema>): Promise<number> => {
  const { rows } = await statement<{ n: number }>`select count(*)::int as n from runs where state in ('queued', 'running')`.execute(db)
  return rows[0]!.n
}

it(
  `does every run's work once while workers are killed and frozen and Postgres restarts: ${RUNS} runs, ${WORKERS} workers, seed ${SEED}`,
  { timeout: LIMIT_MS + 60_000 },
  async () => {
    const own = await openOwnDatabase()
    const { db } = own
    const platform = await openWorkerPlatform({ db }, own.root)
    for (const [name, size] of Object.entries(POOLS)) await setPool(db, { name, size, description: '' })
    for (let run = 0; run < RUNS; run++) {
      const name = `p_${run % PIPELINES}`
      // The file has the name of the stream, so that all runs of a pipeline add to one.
      const file = path.join(own.root, 'input', String(run), `${name}.csv`)
      await mkdir(path.dirname(file), { recursive: true })
      await writeFile(file, `run,row\n${Array.from({ length: ROWS }, (_, row) => `${run},${row}`).join('\n')}\n`)
      await platform.enqueue({
        name,
        source: { connector: 'files', settings: { path: file } },
        streams: [{ name, mode: 'append' }],
        retries: { attempts: 20 },
        pools: [...(run % 5 === 0 ? ['narrow'] : []), ...(run % 3 === 0 ? ['wide'] : [])],
      })
    }
    const start = (): Promise<WorkerProcess> => platform.startWorker(['--concurrency', '2', '--drain', '0s'])
    const sampler = samplePools(own.address)
    const workers = await Promise.all(Array.from({ length: WORKERS }, start))
    const counts = { killed: 0, frozen: 0, frozenLong: 0, restarted: 0 }
    const deadline = performance.now() + LIMIT_MS
    const freeze = async (index: number, ms: number): Promise<void> => {
      const { child } = workers[index]!
      child.kill('SIGSTOP')
      await wait(ms)
      child.kill('SIGCONT')
    }
    const freezing: Promise<void>[] = []
    for (let left = RUNS; left > 0; left = await openRuns(db)) {
      if (performance.now() > deadline) throw new Error(`${left} runs are left after ${LIMIT_MS / 1000} s (seed ${SEED})`)
      if (left < RUNS * 0.6 && counts.restarted === 0) {
        counts.restarted += 1
        await own.restart()
      }
      const index = Math.floor(between(0, WORKERS))
      if (left < RUNS * 0.8 && counts.frozenLong === 0) {
        counts.frozenLong += 1
        freezing.push(freeze(index, FROZEN_MS))
      } else if (counts.killed < RUNS / 25 && random() < 0.3) {
        counts.killed += 1
        workers[index]!.child.kill('SIGKILL')
        workers[index] = await start()
      } else if (random() < 0.3) {
        counts.frozen += 1
        freezing.push(freeze(index, between(100, 3_000)))
      }
      await wait(between(200, 1_500))
    }
    await Promise.all(freezing)
    const { most, samples } = await sampler.end()
    process.stderr.write(`chaos: seed ${SEED}, ${JSON.stringify({ ...counts, samples, most })}\n`)
    expect(counts).toMatchObject({ frozenLong: 1, restarted: 1 })

    const states = await statement`select state, count(*)::int as n from runs group by state`.execute(db)
    expect(states.rows).toEqual([{ state: 'succeeded', n: RUNS }])
    for (let pipeline = 0; pipeline < PIPELINES; pipeline++) {
      const wanted = Array.from({ length: RUNS }, (_, run) => run).filter((run) => run % PIPELINES === pipeline)
      for (const layer of ['explore', 'chart', 'navigate']) {
        const pinned = await pinSnapshot(db, `${layer}.p_${pipeline}`)
        const rows = await platform.lake.session((session) =>
          session.rows(
            sql`select run::int as run, count(*)::int as n, count(distinct "row")::int as different from (${platform.lake.scan(pinned)}) group by run order by run::int`,
          ),
        )
        expect(rows, `${layer}.p_${pipeline}`).toEqual(wanted.map((run) => ({ run, n: ROWS, different: ROWS })))
      }
    }
    expect(await db.selectFrom('leases').selectAll().execute()).toEqual([])
    expect(await db.selectFrom('attempts').selectAll().where('finished_at', 'is', null).execute()).toEqual([])
    for (const [name, size] of Object.entries(POOLS)) expect(most[name], name).toBeLessThanOrEqual(size)
    expect(most).toEqual(POOLS)
  },
)
