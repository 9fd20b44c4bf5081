import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { setTimeout as wait } from 'node:timers/promises'
import { type Kysely, sql } from 'kysely'
import { PipelineDefinition } from '../src/contract/pipelines.ts'
import { openDatabase } from '../src/store/database.ts'
import { openHome } from '../src/store/home.ts'
import { migrate } from '../src/store/migrate.ts'
import { startPostgres } from '../src/store/postgres-server.ts'
import { insertRun } from '../src/store/runs.ts'
import type { Schema } from '../src/store/schema.ts'
import type { Benchmark } from './support/benchmark.ts'
import { withTemporaryHome } from './support/temporary-home.ts'

const PROGRAM = fileURLToPath(import.meta.resolve('./support/noop-worker.ts'))

/**
 * Runs that do nothing, over processes that do everything else as always: `--runs N` (40,000), `--processes N` (4), `--concurrency N` (8), `--pipelines N`
 * (1,000), `--idle SECONDS` (20). Then single runs are queued for idle workers, and the idle workers are left alone.
 */
export const benchmark: Benchmark = async (args, log) => {
  const option = (name: string, fallback: number): number => Number(args[args.indexOf(`--${name}`) + 1 || args.length] ?? fallback)
  const [runs, processes, concurrency, pipelines] = [
    option('runs', 40_000),
    option('processes', 4),
    option('concurrency', 8),
    option('pipelines', 1_000),
  ]
  return withTemporaryHome(async (folder) => {
    const server = await startPostgres(await openHome(folder))
    const { db, close } = openDatabase(server.connection)
    try {
      await migrate(db, server.connection)
      const started = performance.now()
      await enqueueAll(db, runs, pipelines)
      log(`queued ${runs} runs of ${pipelines} pipelines in ${Math.round(performance.now() - started)} ms`)
      const workers = await Promise.all(Array.from({ length: processes }, () => startWorker(server.connection, concurrency)))
      const bulk = await untilDone(db, log)
      const outcome = await countOutcome(db, runs)
      const latency = await measureLatency(db)
      const idle = await measureIdle(workers, option('idle', 20))
      await Promise.all(workers.map((worker) => worker.end()))
      return {
        ...outcome,
        overheadMsPerStep: round(bulk.ms / runs),
        runsPerSecond: round((runs * 1000) / bulk.ms),
        ...latency,
        ...idle,
        processes,
      }
    } finally {
      await close()
      await server.stop()
    }
  })
}

async function enqueueAll(db: Kysely<Schema>, runs: number, pipelines: number): Promise<void> {
  await sql`
    with made as (
      insert into runs (id, pipeline, definition, state, trigger, requested_by, working_folder, allows_overlap)
      select 'r_bulk_' || lpad(n::text, 8, '0'), 'p_' || (n % ${pipelines}), jsonb_build_object('name', 'p_' || (n % ${pipelines})), 'queued', 'api', 'bench', '/', true
      from generate_series(1, ${runs}) as n returning id)
    insert into steps (run_id, ordinal, stream, name, state) select id, 0, '', 'plan', 'waiting' from made`.execute(db)
  await sql`analyze runs`.execute(db)
}

async function untilDone(db: Kysely<Schema>, log: (line: string) => void): Promise<{ ms: number }> {
  for (;;) {
    const { rows } = await sql<{ left: number; ms: number }>`
      select (select count(*)::int from runs where state in ('queued', 'running')) as left,
        (select extract(epoch from max(finished_at) - min(started_at))::float8 * 1000 from attempts) as ms`.execute(db)
    const [{ left, ms } = { left: 0, ms: 0 }] = rows
    if (left === 0) return { ms }
    log(`${left} left`)
    await wait(1000)
  }
}

async function countOutcome(db: Kysely<Schema>, runs: number): Promise<{ lost: number; doubled: number }> {
  const { rows } = await sql<{ ended: number; doubled: number }>`
    select (select count(*)::int from runs where state = 'succeeded') as ended,
      (select count(*)::int from (select run_id from attempts where outcome = 'succeeded' group by run_id having count(*) > 1) twice)
        + (select count(*)::int from lineage_events) - (select count(distinct run_id)::int from lineage_events) as doubled`.execute(db)
  return { lost: runs - rows[0]!.ended, doubled: rows[0]!.doubled }
}

/** Single runs, some fifteen a second, for workers that have nothing else to do. */
async function measureLatency(db: Kysely<Schema>): Promise<{ enqueueToStartMedianMs: number; enqueueToStartP99Ms: number }> {
  const singles = 150
  for (let run = 0; run < singles; run++) {
    await wait(40 + ((run * 37) % 50))
    const definition = PipelineDefinition.parse({ name: `single_${run}`, source: { connector: 'rest_api' } })
    const steps = [{ ordinal: 0, stream: '', name: 'plan' as const }]
    await insertRun(db, { id: `r_single_${run}`, definition, trigger: 'api', requestedBy: 'bench', workingFolder: '/', steps })
  }
  await wait(1000)
  const { rows } = await sql<{ median: number; p99: number; n: number }>`
    select count(*)::int as n, percentile_cont(0.5) within group (order by ms) as median, percentile_cont(0.99) within group (order by ms) as p99
    from (select extract(epoch from attempts.started_at - queued_at)::float8 * 1000 as ms
      from attempts join runs on runs.id = run_id where run_id like 'r_single_%') single`.execute(db)
  if (rows[0]!.n !== singles) throw new Error(`only ${rows[0]!.n} of ${singles} single runs began`)
  return { enqueueToStartMedianMs: round(rows[0]!.median), enqueueToStartP99Ms: round(rows[0]!.p99) }
}

/** Processor time of the workers while nothing is queued, as a share of one core for each. */
async function measureIdle(workers: NoopWorker[], seconds: number): Promise<{ idleCpuShare: number }> {
  await wait(1000)
  const before = await Promise.all(workers.map((worker) => worker.cpuMs()))
  await wait(seconds * 1000)
  const after = await Promise.all(workers.map((worker) => worker.cpuMs()))
  const shares = after.map((ms, index) => (ms - before[index]!) / (seconds * 1000))
  return { idleCpuShare: Math.round(Math.max(...shares) * 1e5) / 1e5 }
}

interface NoopWorker {
  cpuMs(): Promise<number>
  end(): Promise<void>
}

async function startWorker(address: object, concurrency: number): Promise<NoopWorker> {
  const child: ChildProcess = spawn(process.execPath, [PROGRAM, JSON.stringify(address), String(concurrency)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]()
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const next = async (): Promise<string> => {
    const line = await lines.next()
    if (line.done === true) throw new Error('a worker has ended')
    return line.value
  }
  await next()
  return {
    async cpuMs() {
      child.stdin!.write('cpu\n')
      return Number(await next())
    },
    async end() {
      child.stdin!.end()
      await gone
    },
  }
}

const round = (value: number): number => Math.round(value * 100) / 100
