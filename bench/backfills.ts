import { randomBytes } from 'node:crypto'
import { PipelineDefinition } from '../src/contract/pipelines.ts'
import { planPartitions } from '../src/core/backfill/plan.ts'
import { advanceBackfills } from '../src/ops/backfills/advance-backfills.ts'
import { UNPLANNED } from '../src/pipeline/run-recorder.ts'
import { insertBackfill, readTimeStates } from '../src/store/backfills.ts'
import { openDatabase } from '../src/store/database.ts'
import { openHome } from '../src/store/home.ts'
import { migrate } from '../src/store/migrate.ts'
import { savePipeline } from '../src/store/pipelines.ts'
import { startPostgres } from '../src/store/postgres-server.ts'
import type { Benchmark } from './support/benchmark.ts'
import { withTemporaryHome } from './support/temporary-home.ts'

const HOUR = 3_600_000
const FROM = Date.parse('2015-01-01T00:00:00Z')

/** A backfill of `--partitions N` (100,000) hours in a zone with summer time: planned against as many runs as are there, stored, and moved on once. */
export const benchmark: Benchmark = async (args, log) => {
  const count = Number(args[args.indexOf('--partitions') + 1 || args.length] ?? 100_000)
  const timing = { cron: '@hourly', zone: 'Europe/Copenhagen' }
  const [from, to] = [new Date(FROM), new Date(FROM + count * HOUR)]
  return withTemporaryHome(async (folder) => {
    const server = await startPostgres(await openHome(folder))
    const { db, close } = openDatabase(server.connection)
    const timed = async <T>(name: string, work: () => Promise<T>): Promise<[T, number]> => {
      const began = performance.now()
      const result = await work()
      const ms = Math.round(performance.now() - began)
      log(`${name}: ${ms} ms`)
      return [result, ms]
    }
    try {
      await migrate(db, server.connection)
      const definition = PipelineDefinition.parse({ name: 'orders', source: { connector: 'postgresql' } })
      const note = { by: 'bench', at: new Date() }
      await db.transaction().execute((transaction) => savePipeline(transaction, 'p_1', definition, note))
      const [partitions, planMs] = await timed('plan', async () => {
        const known = await readTimeStates(db, 'orders', from, to)
        return planPartitions(timing, from.getTime(), to.getTime(), known)
      })
      const made = {
        id: 'b_1',
        pipeline: 'orders',
        timing,
        windows: false,
        redo: false,
        from,
        to,
        concurrency: 10,
        by: 'bench',
        now: new Date(),
      }
      const [, storeMs] = await timed('store', () =>
        db.transaction().execute((transaction) => insertBackfill(transaction, made, partitions)),
      )
      const options = { db, now: () => new Date(), random: (bytes: number) => randomBytes(bytes), steps: UNPLANNED, workingFolder: folder }
      const [runs, advanceMs] = await timed('queue the first ten', () =>
        advanceBackfills({ ...options, whileSealing: (work) => work(), onQueued: () => undefined }),
      )
      return { partitions: partitions.length, planMs, storeMs, queued: runs.length, advanceMs }
    } finally {
      await close()
      await server.stop()
    }
  })
}
