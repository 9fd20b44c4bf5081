import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { declareSteps, writeLog, writeSteps } from '../../../src/store/queue/attempt-writes.ts'
import { whileHeld } from '../../../src/store/queue/fence.ts'
import { sendHeartbeat } from '../../../src/store/queue/heartbeat.ts'
import { endFormerOwners, endSilent, findSilent, noteRefused } from '../../../src/store/queue/reap.ts'
import { countRefused, leaveWorker, listWorkers } from '../../../src/store/queue/workers.ts'
import { readRun } from '../../../src/store/runs.ts'
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts'
import { addWorker, enqueue } from '../../support/queue.ts'

let database: TestDatabase
let id: string
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())
beforeEach(async () => {
  const { db } = database
  await db.deleteFrom('runs').execute()
  await db.deleteFrom('workers').execute()
  const worker = await addWorker(db, 'w_one')
  id = await enqueue(db, { name: 'a' })
  await worker.claim()
})

const key = (fencingToken = 1) => ({ runId: id, fencingToken })
const moveStep = () => {
  const step = { stream: '', name: 'plan', state: 'running', rowsIn: null, rowsOut: null, bytes: null, note: null } as const
  const mark = { key: key(), ordinal: 0, step: { ...step, startedAt: new Date().toISOString(), finishedAt: null } }
  return writeSteps(database.db, [mark], { waits: true })
}
const age = (seconds: number) =>
  sql`update attempts set heartbeat_at = clock_timestamp() - ${seconds} * interval '1 second' where run_id = ${id}`.execute(database.db)
const lose = async () => {
  await age(13)
  const [silent] = await findSilent(database.db, 6, 12)
  return endSilent(database.db, silent!)
}

describe('a heartbeat', () => {
  it('keeps attempts alive that the process names, and says which are still its own', async () => {
    const { db } = database
    await age(20)
    const answer = await sendHeartbeat(db, { id: 'w_one', state: 'active' }, [key(), { runId: 'r_gone', fencingToken: 1 }])
    expect(answer.held).toEqual([{ ...key(), cancelRequested: false }])
    expect(await findSilent(db, 6, 12)).toEqual([])
  })

  it('leaves an attempt to be found that the process never heard of', async () => {
    await age(20)
    expect((await sendHeartbeat(database.db, { id: 'w_one', state: 'active' }, [])).held).toEqual([])
    expect(await findSilent(database.db, 6, 12)).toMatchObject([{ ...key(), worker: 'w_one' }])
  })

  it('says what is to be cancelled', async () => {
    await database.db.updateTable('runs').set({ cancel_requested_at: new Date() }).where('id', '=', id).execute()
    expect((await sendHeartbeat(database.db, { id: 'w_one', state: 'active' }, [key()])).held).toEqual([
      { ...key(), cancelRequested: true },
    ])
  })

  it('brings a worker back that was taken for lost, and says whether a server listens elsewhere', async () => {
    const { db } = database
    await db.updateTable('workers').set({ state: 'lost' }).execute()
    expect(await sendHeartbeat(db, { id: 'w_one', state: 'draining' }, [])).toMatchObject({ hasListeners: false })
    expect((await listWorkers(db)).map(({ state }) => state)).toEqual(['draining'])
    await addWorker(db, 'w_server', { role: 'server' })
    expect(await sendHeartbeat(db, { id: 'w_one', state: 'active' }, [])).toMatchObject({ hasListeners: true })
  })
})

describe('a lost attempt', () => {
  it('gives its run back to the queue with one more failure and fresh steps', async () => {
    await moveStep()
    expect(await lose()).toBe('queued')
    expect(await readRun(database.db, id)).toMatchObject({ state: 'queued', failures: 1 })
    const steps = await database.db.selectFrom('steps').select('state').where('run_id', '=', id).execute()
    expect(new Set(steps.map(({ state }) => state))).toEqual(new Set(['waiting']))
  })

  it('ends its run as failed when that is allowed no further attempt', async () => {
    await database.db.updateTable('runs').set({ max_attempts: 1 }).execute()
    expect(await lose()).toBe('failed')
    expect((await readRun(database.db, id)).error).toMatchObject({ code: 'run.worker_lost' })
  })

  it('is left alone when it gave a sign of life since', async () => {
    await age(13)
    const [silent] = await findSilent(database.db, 6, 12)
    await sendHeartbeat(database.db, { id: 'w_one', state: 'active' }, [key()])
    expect(await endSilent(database.db, silent!)).toBeNull()
    expect((await readRun(database.db, id)).state).toBe('running')
  })

  it('is left alone while another transaction holds its run', async () => {
    const { db } = database
    await age(13)
    const [silent] = await findSilent(db, 6, 12)
    await db.transaction().execute(async (transaction) => {
      await transaction.selectFrom('runs').select('id').where('id', '=', id).forUpdate().execute()
      expect(await endSilent(db, silent!)).toBeNull()
    })
    expect(await endSilent(db, silent!)).toBe('queued')
  })

  it('of a former owner of the home begins anew at once, that of a worker beside it goes on', async () => {
    const { db } = database
    const owner = await addWorker(db, 'w_owner', { role: 'server' })
    const owned = await enqueue(db, { name: 'b' })
    expect(await owner.claim()).toEqual([owned])
    expect(await endFormerOwners(db, 'h_elsewhere')).toEqual([])
    expect(await endFormerOwners(db, 'h_here')).toEqual([owned])
    expect((await readRun(db, owned)).state).toBe('queued')
    expect((await readRun(db, id)).state).toBe('running')
  })
})

describe('an attempt that comes back too late', () => {
  it.each([
    { what: 'a line of the log', write: () => writeLog(database.db, key(), { level: 'info', stream: '', step: null, message: 'late' }) },
    { what: 'its plan', write: () => declareSteps(database.db, key(), [{ ordinal: 1, stream: 's', name: 'extract' }]) },
    { what: 'a checkpoint', write: () => whileHeld(database.db, key(), () => Promise.resolve()) },
  ])('does not write $what, and did before', async ({ write }) => {
    await write()
    await lose()
    const before = await database.db.selectFrom('steps').selectAll().orderBy('ordinal').execute()
    await expect(write()).rejects.toMatchObject({ code: 'run.superseded' })
    await (await addWorker(database.db, 'w_two')).claim()
    await expect(write()).rejects.toMatchObject({ code: 'run.superseded' })
    expect(await database.db.selectFrom('steps').selectAll().orderBy('ordinal').execute()).toEqual(before)
  })

  it('does not move a step, and did before', async () => {
    expect(await moveStep()).toEqual(new Set([id]))
    await lose()
    expect(await moveStep()).toEqual(new Set())
    await (await addWorker(database.db, 'w_two')).claim()
    expect(await moveStep()).toEqual(new Set())
    const steps = await database.db.selectFrom('steps').select('state').distinct().where('run_id', '=', id).execute()
    expect(steps).toEqual([{ state: 'waiting' }])
  })

  it('is counted once', async () => {
    await lose()
    await noteRefused(database.db, key())
    await noteRefused(database.db, key(2))
    expect(await countRefused(database.db)).toBe(1)
    expect((await listWorkers(database.db)).find((worker) => worker.id === 'w_one')).toMatchObject({ refused: 1 })
  })
})

it('a worker that has left is no longer among those that live', async () => {
  await leaveWorker(database.db, 'w_one')
  expect((await listWorkers(database.db)).map(({ state }) => state)).toEqual(['stopped'])
})
