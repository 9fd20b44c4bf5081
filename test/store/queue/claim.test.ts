import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { whatWaits } from '../../../src/store/queue/claim.ts'
import { deletePool, listPools, setPool } from '../../../src/store/queue/pools.ts'
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts'
import { addWorker, endRun, enqueue } from '../../support/queue.ts'

let database: TestDatabase
let worker: Awaited<ReturnType<typeof addWorker>>
beforeAll(async () => {
  database = await createTestDatabase()
  worker = await addWorker(database.db, 'w_one')
})
afterAll(() => database.drop())
beforeEach(async () => {
  await database.db.deleteFrom('runs').execute()
  await sql`delete from queue_turns`.execute(database.db)
  await database.db.deleteFrom('pools').execute()
})

const pool = (name: string, size: number) => setPool(database.db, { name, size, description: '' })
const leases = async () =>
  (await database.db.selectFrom('leases').select(['pool', 'run_id']).orderBy('pool').orderBy('slot').execute()).map(
    (l) => `${l.pool} ${l.run_id}`,
  )

describe('the order of the queue', () => {
  it('begins higher priorities first, and older runs first among equals', async () => {
    const { db } = database
    const first = await enqueue(db, { name: 'a' })
    const second = await enqueue(db, { name: 'b' })
    const urgent = await enqueue(db, { name: 'c', priority: 10 })
    const idle = await enqueue(db, { name: 'd', priority: -1 })
    expect(await worker.claim(10)).toEqual([urgent, first, second, idle])
  })

  it('gives who keeps to its own runs those alone, wherever they stand, and by the same rules', async () => {
    const { db } = database
    await pool('narrow', 1)
    const before = await enqueue(db, { name: 'a', priority: 5 })
    const own = await enqueue(db, { name: 'a' })
    const other = await enqueue(db, { name: 'b', pools: ['narrow'] })
    const full = await enqueue(db, { name: 'c', pools: ['narrow'] })
    expect(await worker.claim(10, 'h_here', [])).toEqual([])
    expect(await worker.claim(10, 'h_here', [own, 'r_gone'])).toEqual([own])
    expect(await worker.claim(10, 'h_here', [before])).toEqual([])
    expect(await worker.claim(10, 'h_here', [other])).toEqual([other])
    expect(await worker.claim(10, 'h_here', [full, other])).toEqual([])
    await endRun(db, own)
    await endRun(db, other)
    expect(await worker.claim(10)).toEqual([before, full])
  })

  it('lets pipelines take turns: a run behind many of another pipeline is the next but one', async () => {
    const { db } = database
    const flood = []
    for (let index = 0; index < 20; index++) flood.push(await enqueue(db, { name: 'flood', overlap: 'allow' }))
    expect(await worker.claim(5)).toEqual(flood.slice(0, 5))
    const small = await enqueue(db, { name: 'small', overlap: 'allow' })
    const later = await enqueue(db, { name: 'small', overlap: 'allow' })
    expect(await worker.claim(5)).toEqual([small, flood[5], later, flood[6], flood[7]])
  })

  it('keeps turns apart by priority: one that is urgent and busy does not push others of no priority back', async () => {
    const { db } = database
    for (let index = 0; index < 10; index++) await enqueue(db, { name: 'urgent', priority: 5, overlap: 'allow' })
    const old = []
    for (let index = 0; index < 5; index++) old.push(await enqueue(db, { name: 'old', overlap: 'allow' }))
    await worker.claim(10)
    const young = await enqueue(db, { name: 'young' })
    expect(await worker.claim(2)).toEqual([old[0], young])
  })

  it('finds the one run that can begin behind thousands that cannot', async () => {
    const { db } = database
    await enqueue(db, { name: 'busy' })
    await worker.claim(1)
    const template = await enqueue(db, { name: 'busy' })
    await sql`
      insert into runs (id, pipeline, definition, state, trigger, requested_by, working_folder)
      select 'r_9' || n, pipeline, definition, 'queued', trigger, requested_by, working_folder from runs, generate_series(1, 3000) as n where id = ${template}`.execute(
      db,
    )
    await sql`update queue_turns set turn = 1000000`.execute(db)
    const behind = await enqueue(db, { name: 'behind' })
    expect(await worker.claim(5)).toEqual([behind])
    expect(await worker.claim(5)).toEqual([])
  })
})

describe('what cannot begin', () => {
  it('is a second run of one pipeline, until the first has ended', async () => {
    const { db } = database
    const first = await enqueue(db, { name: 'a' })
    const second = await enqueue(db, { name: 'a' })
    expect(await worker.claim(10)).toEqual([first])
    expect(await worker.claim(10)).toEqual([])
    await endRun(db, first)
    expect(await worker.claim(10)).toEqual([second])
  })

  it('is no run beside others of its pipeline when all of them allow it', async () => {
    const { db } = database
    const runs = [await enqueue(db, { name: 'a', overlap: 'allow' }), await enqueue(db, { name: 'a', overlap: 'allow' })]
    const alone = await enqueue(db, { name: 'a' })
    expect(await worker.claim(10)).toEqual(runs)
    for (const id of runs) await endRun(db, id)
    expect(await worker.claim(10)).toEqual([alone])
    await enqueue(db, { name: 'a', overlap: 'allow' })
    expect(await worker.claim(10)).toEqual([])
  })

  it('is a run before its time, by the clock of the database', async () => {
    const { db } = database
    const id = await enqueue(db, { name: 'a' })
    await sql`update runs set not_before = now() + interval '150 ms' where id = ${id}`.execute(db)
    expect(await worker.claim(1)).toEqual([])
    const waiting = await whatWaits(db)
    expect(waiting.any).toBe(false)
    expect(waiting.dueInMs).toBeGreaterThan(0)
    expect(waiting.dueInMs).toBeLessThanOrEqual(150)
    await sql`select pg_sleep(0.16)`.execute(db)
    expect(await whatWaits(db)).toEqual({ any: true, dueInMs: null })
    expect(await worker.claim(1)).toEqual([id])
  })

  it('is a run whose files lie in another home', async () => {
    const { db } = database
    const local = { name: 'a', source: { connector: 'files', settings: { path: '/data/a.csv' } } } as const
    const bound = await enqueue(db, local, { homeId: 'h_there' })
    const free = await enqueue(db, { name: 'b' }, { homeId: 'h_there' })
    const web = await enqueue(
      db,
      { name: 'c', source: { connector: 'files', settings: { path: 'https://example.org/a.csv' } } },
      { homeId: 'h_there' },
    )
    expect(await worker.claim(10)).toEqual([free, web])
    expect(await worker.claim(10, 'h_there')).toEqual([bound])
  })

  it('is a run that somebody cancels in this moment', async () => {
    const { db } = database
    const id = await enqueue(db, { name: 'a' })
    await db.transaction().execute(async (transaction) => {
      await transaction.selectFrom('runs').select('id').where('id', '=', id).forUpdate().execute()
      expect(await worker.claim(1)).toEqual([])
    })
    expect(await worker.claim(1)).toEqual([id])
  })
})

describe('pools', () => {
  it('are never exceeded, however many claim at once', async () => {
    const { db } = database
    await pool('source:crm', 3)
    for (let index = 0; index < 12; index++) await enqueue(db, { name: `p${index}`, source: { connector: 'rest_api', saved: 'crm' } })
    const got = await Promise.all(Array.from({ length: 6 }, () => worker.claim(4)))
    const begun = got.flat()
    expect(begun).toHaveLength(3)
    expect(new Set(begun).size).toBe(3)
    expect(await leases()).toHaveLength(3)
    await endRun(db, begun[0]!)
    expect(await leases()).toHaveLength(2)
    expect(await worker.claim(4)).toHaveLength(1)
  })

  it('are had all or none, and hold nobody up who can go on', async () => {
    const { db } = database
    await pool('one', 1)
    await pool('two', 1)
    const holder = await enqueue(db, { name: 'a', pools: ['two'] })
    await worker.claim(1)
    await enqueue(db, { name: 'b', pools: ['one', 'two'] })
    const other = await enqueue(db, { name: 'c', pools: ['one', 'unlimited'] })
    expect(await worker.claim(5)).toEqual([other])
    expect(await leases()).toEqual([`one ${other}`, `two ${holder}`])
  })

  it('shrink as runs end, take no place away, and limit nothing once deleted', async () => {
    const { db } = database
    await pool('p', 2)
    const runs = [await enqueue(db, { name: 'a', pools: ['p'] }), await enqueue(db, { name: 'b', pools: ['p'] })]
    await enqueue(db, { name: 'c', pools: ['p'] })
    await worker.claim(5)
    await pool('p', 1)
    await endRun(db, runs[0]!)
    expect(await worker.claim(5)).toEqual([])
    expect((await listPools(db))[0]).toMatchObject({ name: 'p', size: 1, waiting: 1, held: [{ runId: runs[1], pipeline: 'b' }] })
    await deletePool(db, 'p')
    expect(await worker.claim(5)).toHaveLength(1)
    await expect(deletePool(db, 'p')).rejects.toMatchObject({ code: 'pool.not_found' })
  })
})

it('gives each run to one claimer alone', async () => {
  const { db } = database
  const runs = []
  for (let index = 0; index < 40; index++) runs.push(await enqueue(db, { name: `p${index % 20}`, overlap: 'allow' }))
  const got = await Promise.all(Array.from({ length: 10 }, () => worker.claim(7)))
  expect(got.flat().toSorted()).toEqual(runs)
  const attempts = await db.selectFrom('attempts').select(['run_id', 'fencing_token']).execute()
  expect(attempts.map(({ fencing_token }) => fencing_token)).toEqual(runs.map(() => 1))
})
