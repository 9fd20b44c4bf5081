import { cp, readFile } from 'node:fs/promises'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { PipelineInput } from '../../../src/contract/pipelines.ts'
import { toProblem } from '../../../src/core/errors.ts'
import { cancelReason } from '../../../src/pipeline/queue/run-worker.ts'
import { readRun, requestCancel } from '../../../src/store/runs.ts'
import { pinSnapshot } from '../../../src/store/snapshots.ts'
import { sql } from '../../../src/core/sql.ts'
import { listWorkers } from '../../../src/store/queue/workers.ts'
import { setPool } from '../../../src/store/queue/pools.ts'
import { startAtlas } from '../../support/atlas-command.ts'
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts'
import { temporaryFolder } from '../../support/temporary-home.ts'
import { openWorkerPlatform, startHeldCsv } from '../../support/worker-processes.ts'

let database: TestDatabase
beforeEach(async () => {
  database = await createTestDatabase()
})
afterEach(() => database.drop())

const held = (url: string): PipelineInput => ({
  name: 'held',
  source: { connector: 'files', settings: { path: url } },
  streams: [{ name: 'held', mode: 'append' }],
  pools: ['one'],
})
const attempts = () => database.db.selectFrom('attempts').select(['fencing_token', 'outcome', 'worker']).orderBy('fencing_token').execute()
const waitForState = (id: string, wanted: string, timeout: number) =>
  vi.waitFor(
    async () => {
      const run = await readRun(database.db, id)
      expect(run.state, JSON.stringify(run.error)).toBe(wanted)
    },
    { timeout, interval: 50 },
  )
const leases = () => database.db.selectFrom('leases').selectAll().execute()

describe('a worker', { timeout: 90_000 }, () => {
  it('that is killed has its run begun again elsewhere within 20 s', async () => {
    const platform = await openWorkerPlatform(database)
    const source = await startHeldCsv()
    await setPool(database.db, { name: 'one', size: 1, description: '' })
    const id = await platform.enqueue(held(source.url))
    const first = await platform.startWorker(['--concurrency', '1'])
    await vi.waitFor(() => expect(source.waiting()).toBe(1), 20_000)
    await platform.startWorker(['--concurrency', '1'])
    const killedAt = performance.now()
    first.child.kill('SIGKILL')
    await vi.waitFor(async () => expect((await attempts()).length).toBe(2), { timeout: 20_000, interval: 50 })
    expect(performance.now() - killedAt).toBeLessThan(20_000)
    source.open()
    await waitForState(id, 'succeeded', 20_000)
    expect((await attempts()).map(({ outcome }) => outcome)).toEqual(['lost', 'succeeded'])
    expect(await readRun(database.db, id)).toMatchObject({ failures: 1, published_rows: 3 })
    expect(await leases()).toEqual([])
    expect((await listWorkers(database.db)).find(({ pid }) => pid === first.pid)).toMatchObject({ state: 'lost', runs: [] })
  })

  it('that was frozen and comes back changes nothing, and is counted', async () => {
    const platform = await openWorkerPlatform(database)
    const source = await startHeldCsv()
    const id = await platform.enqueue(held(source.url))
    const frozen = await platform.startWorker(['--concurrency', '1'])
    await vi.waitFor(() => expect(source.waiting()).toBe(1), 20_000)
    frozen.child.kill('SIGSTOP')
    await platform.startWorker(['--concurrency', '1'])
    await vi.waitFor(async () => expect((await attempts()).length).toBe(2), { timeout: 25_000, interval: 100 })
    source.open()
    await waitForState(id, 'succeeded', 20_000)
    const steps = await database.db.selectFrom('steps').selectAll().execute()
    const log = await database.db.selectFrom('run_log').selectAll().execute()
    frozen.child.kill('SIGCONT')
    await vi.waitFor(async () => expect((await attempts()).map(({ outcome }) => outcome)).toEqual(['refused', 'succeeded']), 15_000)
    expect(await database.db.selectFrom('steps').selectAll().execute()).toEqual(steps)
    expect(await database.db.selectFrom('run_log').selectAll().execute()).toEqual(log)
    const chart = await pinSnapshot(database.db, 'chart.held')
    const [rows] = await platform.lake.session((session) =>
      session.rows(sql`select count(*)::int as n from (${platform.lake.scan(chart)})`),
    )
    expect(rows).toEqual({ n: 3 })
    const workers = await listWorkers(database.db)
    expect(workers.find(({ pid }) => pid === frozen.pid)).toMatchObject({ state: 'active', refused: 1, runs: [] })
  })

  it('that is told to stop hands over what does not end in time, at once and without a failure', async () => {
    const platform = await openWorkerPlatform(database)
    const source = await startHeldCsv()
    const id = await platform.enqueue(held(source.url))
    const first = await platform.startWorker(['--drain', '1s'])
    await vi.waitFor(() => expect(source.waiting()).toBe(1), 20_000)
    const stoppedAt = performance.now()
    first.child.kill('SIGTERM')
    const end = await first.ended
    expect(end, end.stderr).toMatchObject({ code: 0 })
    expect(performance.now() - stoppedAt).toBeGreaterThan(900)
    expect(await readRun(database.db, id)).toMatchObject({ state: 'queued', failures: 0 })
    expect((await attempts()).map(({ outcome }) => outcome)).toEqual(['handed_over'])
    source.open()
    await platform.startWorker()
    await waitForState(id, 'succeeded', 20_000)
    expect((await listWorkers(database.db)).find(({ pid }) => pid === first.pid)).toMatchObject({ state: 'stopped' })
  })

  it('stops a run within 2 s when it is cancelled from elsewhere, and gives its lease back', async () => {
    const platform = await openWorkerPlatform(database)
    const source = await startHeldCsv()
    await setPool(database.db, { name: 'one', size: 1, description: '' })
    const id = await platform.enqueue(held(source.url))
    await platform.startWorker()
    await vi.waitFor(() => expect(source.waiting()).toBe(1), 20_000)
    expect(await leases()).toHaveLength(1)
    await requestCancel(database.db, id, toProblem(cancelReason('ann')), 'ann')
    await waitForState(id, 'cancelled', 2_000)
    expect(await leases()).toEqual([])
    expect((await readRun(database.db, id)).error).toMatchObject({
      code: 'run.cancelled',
      detail: 'The run was cancelled by ann; nothing was published.',
    })
  })
})

describe('a worker is refused', { timeout: 60_000 }, () => {
  it.each([
    { why: 'without a platform', code: 'worker.no_platform', spoil: () => database.db.deleteFrom('platform').execute() },
    {
      why: 'with another version',
      code: 'worker.version_mismatch',
      spoil: () => database.db.updateTable('platform').set({ version: '9.9.9' }).execute(),
    },
    {
      why: 'with other keys',
      code: 'worker.keys_differ',
      spoil: () => database.db.updateTable('platform').set({ keys: 'others' }).execute(),
    },
  ])('$why', async ({ code, spoil }) => {
    const platform = await openWorkerPlatform(database)
    await spoil()
    const { code: exit, stderr } = await startAtlas(['worker'], { home: platform.home.root, databaseUrl: database.url }).ended
    expect(exit, stderr).not.toBe(0)
    expect(stderr).toContain(code)
  })

  it('in a home of its own without the keys, and with them unless its lake is the same', async () => {
    const platform = await openWorkerPlatform(database)
    const other = path.join(await temporaryFolder(), 'other')
    const refused = await startAtlas(['worker'], { home: other, databaseUrl: database.url }).ended
    expect(refused.stderr).toContain('worker.keys_differ')
    await cp(platform.home.keys, path.join(other, 'keys'), { recursive: true })
    const elsewhere = await startAtlas(['worker'], { home: other, databaseUrl: database.url }).ended
    expect(elsewhere.stderr).toContain('worker.other_lake')
    await database.db
      .updateTable('platform')
      .set({ lake: (await readFile(path.join(other, 'home.id'), 'utf8')).trim() })
      .execute()
    await platform.startWorker([], other)
  })
})
