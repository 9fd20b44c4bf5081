import { type Kysely, sql } from 'kysely'
import { PipelineDefinition } from '../src/contract/pipelines.ts'
import { StepName } from '../src/contract/runs.ts'
import { commitRun } from '../src/store/commit.ts'
import { type Database, openDatabase } from '../src/store/database.ts'
import { openHome } from '../src/store/home.ts'
import { migrate } from '../src/store/migrate.ts'
import { startPostgres } from '../src/store/postgres-server.ts'
import { writeStep } from '../src/store/queue/attempt-writes.ts'
import { claimRuns } from '../src/store/queue/claim.ts'
import { sendHeartbeat } from '../src/store/queue/heartbeat.ts'
import { findSilent } from '../src/store/queue/reap.ts'
import { registerWorker } from '../src/store/queue/workers.ts'
import { insertRun, type RunRow } from '../src/store/runs.ts'
import type { Schema } from '../src/store/schema.ts'
import type { Benchmark } from './support/benchmark.ts'
import { quantile } from './support/quantile.ts'
import { withTemporaryHome } from './support/temporary-home.ts'

const STEPS_OF_STREAM = 5
const CLAIMER = { workerId: 'w_bench', workerName: 'bench', homeId: 'bench' }

/**
 * What one run costs in Postgres when it is full: `--ended N` runs that have ended (1,000,000) and `--queued N` that wait (100,000) of `--pipelines N` (1,000).
 * Then a simulated day in which every pipeline runs every `--minutes N` (5) with `--streams N` (100) steps' worth of streams, at `--share F` (0.0002) of its
 * runs: the time between two runs is left out, what each does in Postgres is not.
 */
export const benchmark: Benchmark = async (args, log) => {
  const option = (name: string, fallback: number): number => Number(args[args.indexOf(`--${name}`) + 1 || args.length] ?? fallback)
  const [ended, queued, pipelines] = [option('ended', 1_000_000), option('queued', 100_000), option('pipelines', 1_000)]
  const [minutes, streams, share] = [option('minutes', 5), option('streams', 100), option('share', 0.0002)]
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
      const day = await simulateDay(db, { runs: Math.max(1, Math.round(runsOfDay * share)), streams, log })
      return { ...full, ...day, runsOfDay, postgresShareOfDay: round((day.runMs * runsOfDay) / 86_400_000, 4) }
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

/** Runs one after the other, each with all statements that the queue and the steps of its streams need. */
async function simulateDay(
  db: Kysely<Schema>,
  { runs, streams, log }: { runs: number; streams: number; log(line: string): void },
): Promise<{ runMs: number; stepWriteMs: number; heartbeatMs: number; lookMs: number; commitMs: number; stepsPerRun: number }> {
  const spent = { enqueue: 0, claim: 0, steps: 0, commit: 0 }
  const stepsPerRun = 3 + streams * STEPS_OF_STREAM
  let writes = 0
  for (let run = 0; run < runs; run++) {
    spent.enqueue += await time(() => insertOne(db, `r_day_${run}`, `day_${run}`))
    let row: RunRow | undefined
    spent.claim += await time(async () => ([row] = await claimRuns(db, CLAIMER, 1)))
    if (row === undefined) throw new Error('a run could not be claimed')
    const key = { runId: row.id, fencingToken: row.fencing_token }
    await sql`delete from steps where run_id = ${row.id}`.execute(db)
    await sql`
      insert into steps (run_id, ordinal, stream, name, state)
      select ${row.id}, n, 's_' || n, 'extract', 'waiting' from generate_series(0, ${stepsPerRun - 1}::int) as n`.execute(db)
    for (let ordinal = 0; ordinal < stepsPerRun; ordinal++) {
      spent.steps += await time(() => writeStep(db, key, ordinal, { state: 'running', started_at: new Date() }))
      spent.steps += await time(() => writeStep(db, key, ordinal, { state: 'succeeded', finished_at: new Date(), rows_in: 1, rows_out: 1 }))
      writes += 2
    }
    spent.commit += await time(() => commitEmpty(db, key))
    if (run % 10 === 9) log(`${run + 1} of ${runs} runs`)
  }
  const heartbeat = await times(50, () => sendHeartbeat(db, { id: 'w_bench', state: 'active' }, []))
  const look = await times(50, () => findSilent(db, 6, 12))
  const all = spent.enqueue + spent.claim + spent.steps + spent.commit
  return {
    runMs: round(all / runs),
    stepsPerRun,
    stepWriteMs: round(spent.steps / writes),
    commitMs: round(spent.commit / runs),
    heartbeatMs: median(heartbeat),
    lookMs: median(look),
  }
}

async function commitEmpty(db: Kysely<Schema>, key: { runId: string; fencingToken: number }): Promise<unknown> {
  const none = {
    sourceRows: 0,
    publishedRows: 0,
    quarantinedRows: 0,
    deduplicatedRows: 0,
    discardedRows: 0,
    qualityScore: null,
    piiColumns: null,
  }
  return commitRun(db, {
    ...key,
    drafts: [],
    quarantine: [],
    finish: () => ({ ...none, state: 'succeeded', error: null, report: null }),
    lineage: () => ({ eventType: 'COMPLETE' }) as never,
  })
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
