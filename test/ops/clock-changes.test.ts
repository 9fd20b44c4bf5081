import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { PipelineDefinition } from '../../src/contract/pipelines.ts'
import { ScheduleInput } from '../../src/contract/schedules.ts'
import { type FiringOptions, fireSchedules } from '../../src/ops/fire-schedules.ts'
import { UNPLANNED } from '../../src/pipeline/run-recorder.ts'
import { savePipeline } from '../../src/store/pipelines.ts'
import { insertSchedule } from '../../src/store/schedules.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'

const MINUTE = 60_000
const definition = PipelineDefinition.parse({ name: 'orders', source: { connector: 'postgresql' } })

let database: TestDatabase
let clock = 0
beforeAll(async () => {
  database = await createTestDatabase()
  await database.db.transaction().execute((transaction) => savePipeline(transaction, 'p_1', definition, { by: 'test', at: new Date() }))
})
afterAll(() => database.drop())
beforeEach(async () => {
  await database.db.deleteFrom('runs').execute()
  await database.db.deleteFrom('schedules').execute()
})

const options = (): FiringOptions => ({
  db: database.db,
  now: () => new Date(clock),
  random: (bytes) => randomBytes(bytes),
  steps: UNPLANNED,
  workingFolder: '/tmp',
  whileSealing: (work) => work(),
  onQueued: () => undefined,
  cancel: async () => undefined,
  onError: (error) => expect.unreachable(String(error)),
})

async function schedule(cron: string, zone: string, begin: string, missed: 'skip' | 'once' | 'all' = 'all'): Promise<void> {
  clock = Date.parse(begin)
  const input = ScheduleInput.parse({ pipeline: 'orders', timing: { cron, zone }, missed, overlap: 'queue' })
  await insertSchedule(database.db, input, { id: 'sch_1', by: 'test', now: new Date(clock) })
}

/** Two schedulers look at the same moments, so many minutes apart. */
async function passUntil(end: string, stepMinutes: number): Promise<void> {
  for (; clock <= Date.parse(end); clock += stepMinutes * MINUTE) await Promise.all([fireSchedules(options()), fireSchedules(options())])
}
const times = async () => {
  const rows = await database.db.selectFrom('runs').select('logical_time').orderBy('logical_time').execute()
  return rows.map((row) => row.logical_time!.toISOString().slice(0, 16))
}

// New York is UTC-5 until 2026-03-08T07:00Z, then UTC-4 until 2026-11-01T06:00Z.
describe('a schedule in New York with two schedulers', () => {
  it.each([
    [
      'at a time that the clocks skip fires once, an hour later',
      '30 2 * * *',
      '2026-03-08T05:00Z',
      '2026-03-09T05:00Z',
      ['2026-03-08T07:30'],
    ],
    [
      'at a time that the clocks show twice fires once, the first time',
      '30 1 * * *',
      '2026-11-01T04:00Z',
      '2026-11-02T04:00Z',
      ['2026-11-01T05:30'],
    ],
    [
      'every hour fires at every real hour of the day that has 25',
      '0 * * * *',
      '2026-11-01T04:30Z',
      '2026-11-01T08:10Z',
      ['2026-11-01T05:00', '2026-11-01T06:00', '2026-11-01T07:00', '2026-11-01T08:00'],
    ],
  ])('%s', async (_name, cron, begin, end, expected) => {
    await schedule(cron, 'America/New_York', begin)
    await passUntil(end, 10)
    expect(await times()).toEqual(expected)
  })

  it.each([
    ['skip', []],
    ['once', ['2026-11-23T03:00']],
    ['all', ['2026-11-23T01:00', '2026-11-23T02:00', '2026-11-23T03:00']],
  ] as const)(
    'that comes back after three hours, with %s, runs what that says, each with its own logical time',
    async (missed, expected) => {
      await schedule('@hourly', 'UTC', '2026-11-23T00:00Z', missed)
      clock = Date.parse('2026-11-23T03:30Z')
      await passUntil('2026-11-23T03:40Z', 5)
      expect(await times()).toEqual(expected)
    },
  )

  it('fires nothing twice and leaves nothing out when the clock is set back by an hour over and over', async () => {
    await schedule('*/20 * * * *', 'UTC', '2026-11-23T00:00Z')
    await passUntil('2026-11-23T01:00Z', 10)
    clock -= 60 * MINUTE
    await passUntil('2026-11-23T01:30Z', 10)
    clock -= 60 * MINUTE
    await passUntil('2026-11-23T02:00Z', 10)
    expect(await times()).toEqual(['00:20', '00:40', '01:00', '01:20', '01:40', '02:00'].map((time) => `2026-11-23T${time}`))
  })
})
