import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { PipelineDefinition } from '../../../src/contract/pipelines.ts'
import type { RunState } from '../../../src/contract/runs.ts'
import { planPartitions } from '../../../src/core/backfill/plan.ts'
import { advanceBackfills, type BackfillOptions } from '../../../src/ops/backfills/advance-backfills.ts'
import { UNPLANNED } from '../../../src/pipeline/run-recorder.ts'
import { cancelBackfill, insertBackfill, listPartitions, readBackfill, readTimeStates } from '../../../src/store/backfills.ts'
import { savePipeline } from '../../../src/store/pipelines.ts'
import { insertRow } from '../../../src/store/runs.ts'
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts'

const from = new Date('2026-03-01T00:00:00Z')
const hour = (n: number): Date => new Date(from.getTime() + n * 3_600_000)
const timing = { every: '1h', anchor: '1970-01-01T00:00:00Z', zone: 'UTC' }
const definition = PipelineDefinition.parse({
  name: 'orders',
  source: { connector: 'postgresql' },
  streams: [{ name: 'orders', mode: 'append', cursor: { column: 'at' } }],
})

let database: TestDatabase
let clock = new Date('2026-11-23T12:00:00Z')
beforeAll(async () => {
  database = await createTestDatabase()
  await database.db.transaction().execute((transaction) => savePipeline(transaction, 'p_1', definition, { by: 'test', at: clock }))
})
afterAll(() => database.drop())
beforeEach(async () => {
  for (const table of ['backfills', 'runs'] as const) await database.db.deleteFrom(table).execute()
  await database.db.updateTable('pipelines').set({ paused: false }).execute()
  clock = new Date('2026-11-23T12:00:00Z')
})

const options = (): BackfillOptions => ({
  db: database.db,
  now: () => clock,
  random: (bytes) => randomBytes(bytes),
  steps: UNPLANNED,
  workingFolder: '/tmp',
  whileSealing: (work) => work(),
  onQueued: () => undefined,
})

async function start(hours: number, part: { concurrency?: number; redo?: boolean; id?: string } = {}): Promise<void> {
  const { concurrency = 2, redo = false, id = 'b_1' } = part
  const known = await readTimeStates(database.db, 'orders', from, hour(hours))
  const partitions = planPartitions(timing, from.getTime(), hour(hours).getTime(), known)
  const made = { id, pipeline: 'orders', timing, windows: true, redo, from, to: hour(hours), concurrency, by: 'test', now: clock }
  await database.db.transaction().execute((transaction) => insertBackfill(transaction, made, partitions))
}

/** One round, as any process may do it. @returns the hours of the runs queued */
async function round(): Promise<number[]> {
  const runs = await advanceBackfills(options())
  return runs.map(({ logicalTime }) => (Date.parse(logicalTime!) - from.getTime()) / 3_600_000)
}

const end = (state: RunState, ...hours: number[]) =>
  database.db
    .updateTable('runs')
    .set({ state, finished_at: clock })
    .where('logical_time', 'in', hours.map(hour))
    .where('state', 'in', ['queued', 'running'])
    .execute()

const before = (n: number, state: RunState) =>
  insertRow(database.db, {
    id: `r_${n}`,
    definition,
    trigger: 'schedule',
    requestedBy: 'test',
    logicalTime: hour(n),
    workingFolder: '/tmp',
  }).then(() => end(state, n))
const states = async (id = 'b_1') => (await listPartitions(database.db, id, { limit: 100 })).map(({ state }) => state)

describe('a backfill', () => {
  it('runs what is missing and what failed, in order, no more at once than it may, and ends', async () => {
    await before(1, 'succeeded')
    await before(2, 'failed')
    await start(5)
    expect(await round()).toEqual([0, 2])
    expect(await round()).toEqual([])
    await end('succeeded', 0)
    expect(await round()).toEqual([3])
    await end('partial', 2)
    await end('succeeded', 3)
    expect(await round()).toEqual([4])
    await end('succeeded', 4)
    expect(await round()).toEqual([])
    expect(await readBackfill(database.db, 'b_1')).toMatchObject({
      state: 'succeeded',
      counts: { total: 5, present: 1, succeeded: 4, missing: 0, queued: 0, failed: 0, cancelled: 0 },
    })
  })

  it('takes its partitions with it when it is deleted, and leaves those of others', async () => {
    await start(2)
    await start(3, { id: 'b_2' })
    await database.db.deleteFrom('backfills').where('id', '=', 'b_1').execute()
    const left = await database.db.selectFrom('backfill_partitions').select('backfill_id').execute()
    expect(left.map((row) => row.backfill_id)).toEqual(['b_2', 'b_2', 'b_2'])
  })

  it('gives each run its logical time, its window, what it is for, and a place behind what is asked for now', async () => {
    await start(1)
    await round()
    const run = await database.db.selectFrom('runs').selectAll().executeTakeFirstOrThrow()
    expect(run).toMatchObject({ trigger: 'backfill', kind: 'pipeline', logical_time: hour(0), cause: { backfill: 'b_1' }, priority: -10 })
    expect(run.definition.streams[0]?.cursor?.backfill).toEqual({ from: hour(0).toISOString(), to: hour(1).toISOString() })
  })

  it('runs no partition twice with eight processes that go on with it at once', async () => {
    await start(40, { concurrency: 40 })
    const rounds = await Promise.all(Array.from({ length: 8 }, round))
    expect(rounds.flat().toSorted((one, other) => one - other)).toEqual(Array.from({ length: 40 }, (_, index) => index))
  })

  it('passes over what a schedule or another backfill brings meanwhile, and waits for what is going on', async () => {
    await start(3, { concurrency: 3 })
    await start(3, { concurrency: 3, id: 'b_2' })
    await before(1, 'succeeded')
    expect(await round()).toEqual([0, 2])
    expect(await states('b_2')).toEqual(['missing', 'present', 'missing'])
    await end('succeeded', 0)
    await end('failed', 2)
    // The first has failed at hour 2; the second tries it.
    expect(await round()).toEqual([2])
    expect(await states('b_1')).toEqual(['succeeded', 'present', 'failed'])
    await end('succeeded', 2)
    await round()
    expect([(await readBackfill(database.db, 'b_1')).state, (await readBackfill(database.db, 'b_2')).state]).toEqual([
      'failed',
      'succeeded',
    ])
  })

  it('runs what is present again when told to', async () => {
    await before(0, 'succeeded')
    await start(2, { redo: true })
    expect(await round()).toEqual([0, 1])
  })

  it('goes on from the store alone after a restart, and when the pipeline is no longer paused', async () => {
    await start(2, { concurrency: 1 })
    await database.db.updateTable('pipelines').set({ paused: true }).execute()
    expect(await round()).toEqual([])
    expect(await readBackfill(database.db, 'b_1')).toMatchObject({ state: 'running', problem: 'The pipeline is paused.' })
    await database.db.updateTable('pipelines').set({ paused: false }).execute()
    expect(await round()).toEqual([0])
    expect((await readBackfill(database.db, 'b_1')).problem).toBeNull()
  })

  it('begins nothing any more once it is cancelled, and names the runs that are going on', async () => {
    await start(4)
    await round()
    const open = await cancelBackfill(database.db, 'b_1', clock)
    expect(open).toHaveLength(2)
    await end('succeeded', 0)
    expect(await round()).toEqual([])
    expect(await states()).toEqual(['cancelled', 'cancelled', 'cancelled', 'cancelled'])
    await expect(cancelBackfill(database.db, 'b_1', clock)).rejects.toMatchObject({ code: 'backfill.finished' })
  })
})
