import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { PipelineDefinition } from '../../src/contract/pipelines.ts'
import { ScheduleInput } from '../../src/contract/schedules.ts'
import { spreadDelay } from '../../src/core/schedule/spread.ts'
import { type FiringOptions, fireSchedules } from '../../src/ops/fire-schedules.ts'
import { startScheduler } from '../../src/ops/scheduler.ts'
import { UNPLANNED } from '../../src/pipeline/run-recorder.ts'
import { savePipeline } from '../../src/store/pipelines.ts'
import { changeSchedule, deleteSchedule, insertSchedule, pauseSchedule, readSchedule } from '../../src/store/schedules.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'

const HOUR = 3_600_000
const at = (text: string) => new Date(`2026-11-23T${text}Z`)

let database: TestDatabase
let clock = at('00:00')
let cancelled: string[] = []
let errors: unknown[] = []
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())
beforeEach(async () => {
  await database.db.deleteFrom('runs').execute()
  await database.db.deleteFrom('schedules').execute()
  clock = at('00:00')
  cancelled = []
  errors = []
})

const options = (part: Partial<FiringOptions> = {}): FiringOptions => ({
  db: database.db,
  now: () => clock,
  random: (bytes) => randomBytes(bytes),
  steps: UNPLANNED,
  workingFolder: '/tmp',
  whileSealing: (work) => work(),
  onQueued: () => undefined,
  cancel: async (runId) => cancelled.push(runId),
  onError: (error) => errors.push(error),
  ...part,
})

async function schedule(id: string, part: Partial<ScheduleInput> = {}): Promise<void> {
  const input = ScheduleInput.parse({ pipeline: id, timing: { cron: '@hourly' }, ...part })
  const definition = PipelineDefinition.parse({ name: id, source: { connector: 'files', settings: { path: 'a.csv' } } })
  if (input.pipeline === id) await savePipeline(database.db, `p_${id}`, definition, { by: 'test', at: clock })
  await insertSchedule(database.db, input, { id, by: 'test', now: clock })
}

async function fireAt(text: string): Promise<void> {
  clock = at(text)
  await fireSchedules(options())
}

/** Logical times of the runs of a schedule, in the order in which they will be carried out. */
async function logicalTimes(id: string): Promise<string[]> {
  const rows = await database.db
    .selectFrom('runs')
    .select('logical_time')
    .where('schedule_id', '=', id)
    .orderBy('queued_at')
    .orderBy('id')
    .execute()
  return rows.map((row) => row.logical_time!.toISOString().slice(11, 16))
}

const endRuns = () => database.db.updateTable('runs').set({ state: 'succeeded' }).execute()

describe('a schedule that is due', () => {
  it('queues a run with its logical time, as a schedule, with the steps to come', async () => {
    await schedule('orders')
    await fireAt('00:59')
    expect(await logicalTimes('orders')).toEqual([])
    await fireAt('01:00')
    const run = await database.db.selectFrom('runs').selectAll().executeTakeFirstOrThrow()
    expect(run).toMatchObject({
      pipeline: 'orders',
      state: 'queued',
      trigger: 'schedule',
      logical_time: at('01:00'),
      schedule_id: 'orders',
    })
    const steps = await database.db.selectFrom('steps').select('name').where('run_id', '=', run.id).execute()
    expect(steps).toHaveLength(UNPLANNED.length)
    await fireAt('01:00')
    await fireAt('01:30')
    expect(await logicalTimes('orders')).toEqual(['01:00'])
  })

  it('starts later by its own delay, and keeps its logical time', async () => {
    const delay = spreadDelay('spread', 600)
    await schedule('spread', { jitterSeconds: 600 })
    clock = new Date(at('01:00').getTime() + delay - 1)
    await fireSchedules(options())
    expect(await logicalTimes('spread')).toEqual([])
    clock = new Date(at('01:00').getTime() + delay)
    await fireSchedules(options())
    expect(await logicalTimes('spread')).toEqual(['01:00'])
  })

  it.each([
    ['skip', []],
    ['once', ['03:00']],
    ['all', ['01:00', '02:00', '03:00']],
  ] as const)('after an outage of three hours with %s runs %o', async (missed, expected) => {
    await schedule('late', { missed })
    await fireAt('03:20')
    expect(await logicalTimes('late')).toEqual(expected)
    const { skipped_times: skipped, last_skip_reason: reason, due_at: due } = await readSchedule(database.db, 'late')
    expect({ skipped, due }).toEqual({ skipped: 3 - expected.length, due: at('04:00') })
    expect(reason).toBe(expected.length === 3 ? null : 'missed')
  })

  it('with skip still runs the time that is not older than a minute', async () => {
    await schedule('prompt', { missed: 'skip' })
    await fireAt('03:00:45')
    expect(await logicalTimes('prompt')).toEqual(['03:00'])
  })

  it('makes up for a hundred times at most, the newest', async () => {
    await schedule('many', { missed: 'all', timing: { cron: '* * * * *', zone: 'UTC' } })
    await fireAt('03:20')
    const times = await logicalTimes('many')
    expect([times.length, times[0], times.at(-1)]).toEqual([100, '01:41', '03:20'])
    expect((await readSchedule(database.db, 'many')).skipped_times).toBe(100)
  })

  it('fires nothing twice when the clock is set back by an hour', async () => {
    await schedule('back')
    await fireAt('02:00')
    await endRuns()
    for (const time of ['01:00', '01:30', '02:00', '02:59']) await fireAt(time)
    expect(await logicalTimes('back')).toEqual(['02:00'])
    await fireAt('03:00')
    expect(await logicalTimes('back')).toEqual(['02:00', '03:00'])
  })

  it('fires nothing twice when it is changed, or paused and resumed, after the clock was set back', async () => {
    await schedule('changed')
    await fireAt('02:00')
    await endRuns()
    clock = at('01:10')
    await pauseSchedule(database.db, 'changed', true, clock)
    await pauseSchedule(database.db, 'changed', false, clock)
    await changeSchedule(
      database.db,
      'changed',
      ScheduleInput.parse({ pipeline: 'changed', timing: { every: '30min' }, missed: 'all' }),
      clock,
    )
    await fireAt('02:10')
    expect(await logicalTimes('changed')).toEqual(['02:00'])
    await fireAt('02:30')
    expect(await logicalTimes('changed')).toEqual(['02:00', '02:30'])
  })

  it('does not fire while it is paused, and does not make up for that', async () => {
    await schedule('paused', { missed: 'all' })
    await pauseSchedule(database.db, 'paused', true, clock)
    await fireAt('02:30')
    await pauseSchedule(database.db, 'paused', false, clock)
    await fireAt('02:59')
    expect(await logicalTimes('paused')).toEqual([])
    await fireAt('03:00')
    expect(await logicalTimes('paused')).toEqual(['03:00'])
  })
})

describe('a schedule whose pipeline has an open run', () => {
  it.each([
    ['skip', ['01:00'], 0],
    ['queue', ['01:00', '02:00'], 0],
    ['cancel_older', ['01:00', '02:00'], 1],
  ] as const)('with %s has runs %o', async (overlap, expected, older) => {
    await schedule('busy', { overlap })
    await fireAt('01:00')
    await fireAt('02:00')
    expect(await logicalTimes('busy')).toEqual(expected)
    expect(cancelled).toHaveLength(older)
    expect((await readSchedule(database.db, 'busy')).last_skip_reason).toBe(overlap === 'skip' ? 'overlap' : null)
  })
})

describe('a schedule that cannot fire', () => {
  it('because its pipeline is gone says so, and goes on', async () => {
    await schedule('orphan', { pipeline: 'gone' })
    await fireAt('01:00')
    const row = await readSchedule(database.db, 'orphan')
    expect([row.skipped_times, row.last_skip_reason, row.due_at]).toEqual([1, 'pipeline_missing', at('02:00')])
  })

  it('because of a fault holds up no other, and is told of', async () => {
    await schedule('broken')
    await schedule('sound')
    await database.db
      .updateTable('schedules')
      .set({ timing: JSON.stringify({ cron: '@hourly', zone: 'Gone/Zone' }) })
      .where('id', '=', 'broken')
      .execute()
    await fireAt('01:00')
    expect(await logicalTimes('sound')).toEqual(['01:00'])
    expect(errors).toEqual([expect.objectContaining({ code: 'schedule.unknown_zone' })])
  })

  it('because it was deleted leaves its runs', async () => {
    await schedule('deleted')
    await fireAt('01:00')
    await deleteSchedule(database.db, 'deleted')
    await fireAt('02:00')
    const runs = await database.db.selectFrom('runs').select(['schedule_id', 'logical_time']).execute()
    expect(runs).toEqual([{ schedule_id: null, logical_time: at('01:00') }])
    await expect(deleteSchedule(database.db, 'deleted')).rejects.toMatchObject({ code: 'schedule.not_found' })
  })
})

describe('several schedulers on one database', () => {
  it('start every time of every schedule once', async () => {
    const ids = Array.from({ length: 12 }, (_, n) => `shared_${n}`)
    for (const id of ids)
      await schedule(id, { missed: 'all', overlap: 'queue', timing: { every: '10min', anchor: '2026-11-23T00:00:00Z', zone: 'UTC' } })
    let told = 0
    for (let hour = 1; hour <= 3; hour++) {
      clock = new Date(at('00:00').getTime() + hour * HOUR)
      await Promise.all(Array.from({ length: 4 }, () => fireSchedules(options({ onQueued: () => (told += 1) }))))
    }
    for (const id of ids) expect(new Set(await logicalTimes(id)).size).toBe(18)
    const { count } = await database.db
      .selectFrom('runs')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow()
    expect([count, told]).toEqual([12 * 18, 12 * 18])
    expect(errors).toEqual([])
  })

  it('running as loops wake by themselves at the next time, and stop cleanly', async () => {
    const started = Date.now()
    // The clock of the loops is 300 ms before a full minute.
    const now = () => new Date(at('00:59:59.700').getTime() + Date.now() - started)
    clock = now()
    await schedule('looped')
    const heard: string[] = []
    const { promise, resolve } = Promise.withResolvers<void>()
    const loops = [1, 2].map(() =>
      startScheduler(
        options({
          now,
          onQueued: (run) => {
            heard.push(run.logicalTime!)
            resolve()
          },
        }),
      ),
    )
    await promise
    await Promise.all(loops.map((loop) => loop.stop()))
    for (const loop of loops) loop.wake()
    await Promise.all(loops.map((loop) => loop.stop()))
    expect(heard).toEqual([at('01:00').toISOString()])
    expect(await logicalTimes('looped')).toEqual(['01:00'])
    expect(errors).toEqual([])
  })
})
