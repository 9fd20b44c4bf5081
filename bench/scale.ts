import { type Kysely, sql } from 'kysely'
import { PipelineDefinition } from '../src/contract/pipelines.ts'
import { StepName } from '../src/contract/runs.ts'
import { type Database, openDatabase } from '../src/store/database.ts'
import { openHome } from '../src/store/home.ts'
import { migrate } from '../src/store/migrate.ts'
import { startPostgres } from '../src/store/postgres-server.ts'
import { claimRuns } from '../src/store/queue/claim.ts'
import { sendHeartbeat } from '../src/store/queue/heartbeat.ts'
import { findSilent } from '../src/store/queue/reap.ts'
import { registerWorker } from '../src/store/queue/workers.ts'
import { insertRun } from '../src/store/runs.ts'
import type { Schema } from '../src/store/schema.ts'
import type { Benchmark } from './support/benchmark.ts'
import { quantile } from './support/quantile.ts'
import { simulateDay } from './support/simulated-day.ts'
import { withTemporaryHome } from './support/temporary-home.ts'

const CLAIMER = { workerId: 'w_bench', workerName: 'bench', homeId: 'bench' }

/**
 * What one run costs in Postgres when it is full: `--ended N` runs that have ended (1,000,000) and `--queued N` that wait (100,000) of `--pipelines N` (1,000).
 * Then a simulated day in which every pipeline runs every `--minutes N` (5) with `--streams N` (100) streams, at `--share F` (0.0002) of its runs: a process
 * carries out `--at-once N` (20) of them side by side, and each takes all of that time. What they wait is left out, what they do in Postgres is not.
 */
export const benchmark: Benchmark = async (args, log) => {
  const option = (name: string, fallback: number): number => Number(args[args.indexOf(`--${name}`) + 1 || args.length] ?? fallback)
  const [ended, queued, pipelines] = [option('ended', 1_000_000), option('queued', 100_000), option('pipelines', 1_000)]
  const [minutes, streams, share] = [option('minutes', 5), option('streams', 100), option('share', 0.0002)]
  const atOnce = option('at-once', 20)
  return withTemporaryHome(async (folder) => {
    const server = await startPostgres(await openHome(folder))
    const database = openDatabase(server.connection)
    const { db } = database
    try {
      await migrate(db, server.connection)
      await registerWorker(db, { id: 'w_bench', role: 'worker', host: 'bench', pid: 1, version: 'bench', homeId: 'bench', concurrency: 8 })
      await fill(database, { ended, queued, pipelines })
      log(`filled with ${ended} runs that have ended and ${queued} that wait`)
      const full = await measureFull(db, pipelines)
      await db.deleteFrom('runs').where('state', 'in', ['queued', 'running']).execute()
      const runsOfDay = Math.round((pipelines * 24 * 60) / minutes)
      const rounds = Math.max(1, Math.round((runsOfDay * share) / atOnce))
      const enqueue = (id: string, name: string): Promise<unknown> => insertOne(db, id, name)
      const day = await simulateDay(db, { rounds, atOnce, streams, runMs: minutes * 60_000, claimer: CLAIMER, enqueue, log })
      const heartbeatMs = median(await times(50, () => sendHeartbeat(db, { id: 'w_bench', state: 'active' }, [])))
      const lookMs = median(await times(50, () => findSilent(db, 6, 12)))
      return {
        ...full,
        ...day,
        heartbeatMs,
        lookMs,
        runsOfDay,
        postgresShareOfDay: round(((day['runMs'] ?? 0) * runsOfDay) / 86_400_000, 4),
      }
    } finally {
      await database.close()
      await server.stop()
    }
  })
}

async function fill({ db, pool }: Database, { ended, queued, pipelines }: Record<'ended' | 'queued' | 'pipelines', number>): Promise<void> {
  const client = await pool.connect()
  try {
    await client.query('set statement_timeout = 0; set synchronous_commit = off')
    await client.query(
      `insert into runs (id, pipeline, definition, state, trigger, requested_by, working_folder, queued_at, started_at, finished_at, fencing_token)
       select 'r_e' || lpad(n::text, 9, '0'), 'p_' || (n % $2::int), '{}', 'succeeded', 'schedule', 'bench', '/',
         now() - (($1::int - n) * interval '1 s'), now() - (($1::int - n) * interval '1 s'), now() - (($1::int - n) * interval '1 s'), 1
       from generate_series(1, $1::int) as n`,
      [ended, pipelines],
    )
    await client.query(
      `insert into runs (id, pipeline, definition, state, trigger, requested_by, working_folder)
       select 'r_q' || lpad(n::text, 9, '0'), 'p_' || (n % $2::int), '{}', 'queued', 'schedule', 'bench', '/' from generate_series(1, $1::int) as n`,
      [queued, pipelines],
    )
    await client.query('vacuum analyze runs')
  } finally {
    client.release()
  }
  await sql`select count(*) from runs where state = 'queued'`.execute(db)
}

/** Claims while most pipelines are free, while all but the last are busy, and what a wake costs that finds nothing. */
async function measureFull(db: Kysely<Schema>, pipelines: number): Promise<Record<string, number>> {
  const claim = await times(100, () => claimRuns(db, CLAIMER, 4))
  await sql`
    update runs set state = 'running' where id in (
      select distinct on (pipeline) id from runs where state = 'queued' and pipeline <> 'p_0' order by pipeline, id) and pipeline not in (
      select pipeline from runs where state = 'running')`.execute(db)
  const blocked = await times(30, () => claimRuns(db, CLAIMER, 4))
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from runs where state = 'running'`.execute(db)
  if (rows[0]!.n < pipelines - 1) throw new Error(`only ${rows[0]!.n} pipelines are busy`)
  const enqueue = await times(100, (index) => insertOne(db, `r_new_${index}`, `new_${index}`))
  return {
    claim4MedianMs: median(claim),
    claim4P99Ms: quantile(claim, 0.99),
    claimBlockedMedianMs: median(blocked),
    enqueueMedianMs: median(enqueue),
  }
}

async function insertOne(db: Kysely<Schema>, id: string, name: string): Promise<unknown> {
  const definition = PipelineDefinition.parse({ name, source: { connector: 'rest_api' } })
  const steps = StepName.options.map((step, ordinal) => ({ ordinal, stream: '', name: step }))
  return insertRun(db, { id, definition, trigger: 'schedule', requestedBy: 'bench', workingFolder: '/', steps })
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return performance.now() - started
}

async function times(count: number, work: (index: number) => Promise<unknown>): Promise<number[]> {
  const all: number[] = []
  for (let index = 0; index < count; index++) all.push(await time(() => work(index)))
  return all
}

const round = (value: number, digits = 2): number => Math.round(value * 10 ** digits) / 10 ** digits
const median = (values: number[]): number => round(quantile(values, 0.5))
