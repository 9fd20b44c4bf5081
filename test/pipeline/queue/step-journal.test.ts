import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished, vi } from 'vitest'
import type { Step } from '../../../src/contract/runs.ts'
import { StepJournal } from '../../../src/pipeline/queue/step-journal.ts'
import { openDatabase } from '../../../src/store/database.ts'
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts'
import { addWorker, enqueue } from '../../support/queue.ts'

let database: TestDatabase
let worker: Awaited<ReturnType<typeof addWorker>>
beforeAll(async () => {
  database = await createTestDatabase()
  worker = await addWorker(database.db, 'w_one')
})
afterAll(() => database.drop())
beforeEach(async () => {
  await database.db.deleteFrom('runs').execute()
})

const mark = (state: Step['state'], more: Partial<Step> = {}): Step => ({
  stream: '',
  name: 'plan',
  state,
  startedAt: '2026-01-02T03:04:05.678Z',
  finishedAt: null,
  rowsIn: null,
  rowsOut: null,
  bytes: null,
  note: null,
  ...more,
})

/** Claimed runs, each with what a journal was told of them. */
async function open(journal: StepJournal, names: string[]) {
  for (const name of names) await enqueue(database.db, { name })
  const ids = await worker.claim(names.length)
  return ids.map((runId) => {
    const stored: string[] = []
    const attempt = journal.open({ runId, fencingToken: 1 }, ({ name, state }) => stored.push(`${name} ${state}`))
    return { runId, stored, attempt }
  })
}

const steps = (runId: string) => database.db.selectFrom('steps').selectAll().where('run_id', '=', runId).orderBy('ordinal').execute()

it('stores what several attempts note in one statement, and tells each mark in order once it is stored', async () => {
  const [a, b] = await open(new StepJournal(database.db), ['a', 'b'])
  await a!.attempt.note(0, mark('running'))
  await a!.attempt.note(
    0,
    mark('succeeded', { finishedAt: '2026-01-02T03:04:06Z', rowsIn: 2 ** 40, rowsOut: 0, bytes: 7, note: `it's "5 %"` }),
  )
  await a!.attempt.note(1, mark('running', { name: 'extract' }))
  await b!.attempt.note(0, mark('running'))
  expect([...a!.stored, ...b!.stored]).toEqual([])
  await vi.waitFor(() => expect([a!.stored.length, b!.stored.length]).toEqual([3, 1]), 10_000)
  expect(a!.stored).toEqual(['plan running', 'plan succeeded', 'extract running'])
  expect((await steps(a!.runId)).slice(0, 2)).toMatchObject([
    {
      state: 'succeeded',
      started_at: new Date('2026-01-02T03:04:05.678Z'),
      finished_at: new Date('2026-01-02T03:04:06Z'),
      rows_in: 2 ** 40,
      rows_out: 0,
      bytes: 7,
      note: `it's "5 %"`,
    },
    { state: 'running', finished_at: null, rows_in: null },
  ])
  const { rows } = await sql`select distinct xmin::text from steps where state <> 'waiting'`.execute(database.db)
  expect(rows).toHaveLength(1)
})

it('flush stores at once what waits, long before the window is over', async () => {
  const [a] = await open(new StepJournal(database.db, { windowMs: 3_600_000 }), ['a'])
  await a!.attempt.note(0, mark('running'))
  await a!.attempt.flush()
  await a!.attempt.note(0, mark('failed', { note: 'no' }))
  await a!.attempt.flush()
  expect(a!.stored).toEqual(['plan running', 'plan failed'])
  expect((await steps(a!.runId))[0]).toMatchObject({ state: 'failed', note: 'no' })
})

it('an attempt that does not own its run any more is refused, and those beside it are stored', async () => {
  const [lost, held] = await open(new StepJournal(database.db, { windowMs: 3_600_000 }), ['a', 'b'])
  await sql`update runs set fencing_token = 2 where id = ${lost!.runId}`.execute(database.db)
  await lost!.attempt.note(0, mark('running'))
  await held!.attempt.note(0, mark('running'))
  await held!.attempt.flush()
  await expect(lost!.attempt.flush()).rejects.toMatchObject({ code: 'run.superseded' })
  await expect(lost!.attempt.note(1, mark('running'))).rejects.toMatchObject({ code: 'run.superseded' })
  expect(lost!.stored).toEqual([])
  expect((await steps(lost!.runId)).map(({ state }) => state)).not.toContain('running')
  expect(held!.stored).toEqual(['plan running'])
})

it('a run that another transaction holds waits alone', async () => {
  const [blocked, free] = await open(new StepJournal(database.db, { windowMs: 3_600_000 }), ['a', 'b'])
  const flushed = await database.db.transaction().execute(async (transaction) => {
    await transaction.selectFrom('runs').select('id').where('id', '=', blocked!.runId).forUpdate().execute()
    await blocked!.attempt.note(0, mark('running'))
    await free!.attempt.note(0, mark('running'))
    const both = blocked!.attempt.flush()
    await free!.attempt.flush()
    expect([blocked!.stored, free!.stored]).toEqual([[], ['plan running']])
    return { both }
  })
  await flushed.both
  expect(blocked!.stored).toEqual(['plan running'])
})

it('what could not be stored is stored once the database can be reached, unless the attempt is over', async () => {
  const own = openDatabase({ url: database.url }, { poolSize: 1 })
  onTestFinished(() => own.close())
  const [a] = await open(new StepJournal(own.db), ['a'])
  await own.pool.query('set statement_timeout = 1')
  await database.db.transaction().execute(async (transaction) => {
    await transaction.selectFrom('runs').select('id').where('id', '=', a!.runId).forUpdate().execute()
    await a!.attempt.note(0, mark('running'))
    await expect(a!.attempt.flush()).rejects.toThrow('statement timeout')
  })
  await own.pool.query('set statement_timeout = 0')
  await vi.waitFor(() => expect(a!.stored).toEqual(['plan running']), 10_000)
  a!.attempt.close()
  await expect(a!.attempt.note(0, mark('succeeded'))).rejects.toMatchObject({ code: 'run.superseded' })
})
