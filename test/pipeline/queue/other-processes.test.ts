import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest'
import type { RunEvent } from '../../../src/contract/runs.ts'
import { newId } from '../../../src/core/ids.ts'
import type { RunEnd } from '../../../src/pipeline/execute-run.ts'
import { RunWorker } from '../../../src/pipeline/queue/run-worker.ts'
import { RunRecorder } from '../../../src/pipeline/run-recorder.ts'
import { RunEvents } from '../../../src/pipeline/run-events.ts'
import { openDatabase } from '../../../src/store/database.ts'
import { migrate } from '../../../src/store/migrate.ts'
import { openHome } from '../../../src/store/home.ts'
import { startPostgres } from '../../../src/store/postgres-server.ts'
import { listen } from '../../../src/store/queue/notify.ts'
import { readRun, type RunRow } from '../../../src/store/runs.ts'
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts'
import { endRun, enqueue } from '../../support/queue.ts'
import { temporaryFolder } from '../../support/temporary-home.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

/** A worker of its own events, as another process has them. */
async function startWorker(
  role: 'server' | 'worker' | 'command',
  concurrency: number,
  execute: (row: RunRow, signal: AbortSignal) => Promise<RunEnd>,
) {
  const events = new RunEvents()
  const heard: RunEvent[] = []
  events.subscribe((event) => heard.push(event))
  const id = newId('w', Date.now(), (bytes) => randomBytes(bytes))
  const worker = new RunWorker({
    db: database.db,
    events,
    worker: { id, role, host: 'here', pid: process.pid, version: '1', homeId: 'h', concurrency },
    name: role,
    address: { url: database.url },
    claims: role === 'command' ? 'own' : 'all',
    execute,
    onError: (error) => expect.soft(error).toBeUndefined(),
  })
  await worker.start()
  onTestFinished(() => worker.stop())
  return { heard, worker, events }
}

const idle = (): Promise<RunEnd> => Promise.reject(new Error('claims nothing'))

it('a server tells at once what another process does: its runs, their steps and their log', async () => {
  const server = await startWorker('server', 0, idle)
  const other = await startWorker('worker', 1, async (row) => {
    const key = { runId: row.id, fencingToken: row.fencing_token }
    const recorder = new RunRecorder(database.db, other.events, key)
    await recorder.step('', 'plan', async () => {
      await recorder.log('info', 'at it')
      await vi.waitFor(() => expect(server.heard.some((event) => event.kind === 'log')).toBe(true), 10_000)
      return {}
    })
    await recorder.flush()
    await endRun(database.db, row.id)
    return { state: 'succeeded', cause: null }
  })
  // The other hears with its next sign of life that a server listens.
  await vi.waitFor(() => expect(other.worker.isHeard).toBe(true), 10_000)
  const id = await enqueue(database.db, { name: 'told' })
  await vi.waitFor(() => {
    const states = server.heard.flatMap((event) => (event.kind === 'run' && event.run.id === id ? [event.run.state] : []))
    expect(states.at(-1)).toBe('succeeded')
  }, 10_000)
  expect(server.heard.find((event) => event.kind === 'log')).toMatchObject({ runId: id, line: { message: 'at it' } })
  expect(server.heard.some((event) => event.kind === 'step' && event.step.name === 'plan' && event.step.state === 'running')).toBe(true)
  expect(server.heard.filter((event) => event.kind === 'log')).toHaveLength(1)
})

it('a server tells how far the steps of another process are, the newest once a second', async () => {
  const server = await startWorker('server', 0, idle)
  const other = await startWorker('worker', 1, idle)
  await vi.waitFor(() => expect(other.worker.isHeard).toBe(true), 10_000)
  const far = (stream: string, rows: number): RunEvent => ({
    kind: 'progress',
    runId: 'r_far',
    stream,
    step: 'extract',
    rows,
    bytes: null,
    total: 1000,
  })
  const streams = Array.from({ length: 100 }, (_, index) => `stræm_${index}_${'x'.repeat(200)}`)
  for (let rows = 1; rows <= 20; rows++) for (const stream of streams) other.events.emit(far(stream, rows))
  other.events.emit(far('y'.repeat(9_000), 1))
  const told = () => server.heard.filter((event) => event.kind === 'progress')
  await vi.waitFor(() => expect(told()).toHaveLength(streams.length), 10_000)
  other.events.emit(far('last', 7))
  await vi.waitFor(() => expect(told()).toHaveLength(streams.length + 1), 10_000)
  expect(new Set(told())).toEqual(new Set([...streams.map((stream) => far(stream, 20)), far('last', 7)]))
})

it('a run that is queued by any statement begins at once, without a word to its worker', async () => {
  const begun: string[] = []
  await startWorker('worker', 1, async (row) => {
    begun.push(row.id)
    await endRun(database.db, row.id)
    return { state: 'succeeded', cause: null }
  })
  // Its first look at the queue is over.
  await vi.waitFor(async () =>
    expect(await database.db.selectFrom('workers').select('id').where('state', '=', 'active').execute()).toHaveLength(1),
  )
  await new Promise((resolve) => setTimeout(resolve, 300))
  const id = await enqueue(database.db, { name: 'at_once' })
  await vi.waitFor(() => expect(begun).toEqual([id]), 2_000)
  await vi.waitFor(async () => expect((await readRun(database.db, id)).state).toBe('succeeded'))
})

it('a command carries out the run that it queued itself, and leaves what waits before and after it', async () => {
  const begun: string[] = []
  const command = await startWorker('command', 5, async (row) => {
    begun.push(row.id)
    await endRun(database.db, row.id)
    return { state: 'succeeded', cause: null }
  })
  const before = await enqueue(database.db, { name: 'before', priority: 9 })
  const own = await enqueue(database.db, { name: 'own' })
  command.worker.queued(own)
  await vi.waitFor(async () => expect((await readRun(database.db, own)).state).toBe('succeeded'), 10_000)
  const after = await enqueue(database.db, { name: 'after' })
  await command.worker.stop()
  expect(begun).toEqual([own])
  for (const id of [before, after]) expect(await readRun(database.db, id)).toMatchObject({ state: 'queued', fencing_token: 0 })
  await database.db.deleteFrom('runs').where('id', 'in', [before, after]).execute()
})

it('hears again after Postgres was restarted', { timeout: 60_000 }, async () => {
  const home = await openHome(path.join(await temporaryFolder(), 'home'))
  let server = await startPostgres(home, { durable: false })
  const { db, close } = openDatabase(server.connection)
  await migrate(db, server.connection)
  const heard: string[] = []
  let connected = 0
  const listener = listen(server.connection, {
    channels: ['atlas_runs'],
    onMessage: (channel) => heard.push(channel),
    onConnected: () => (connected += 1),
  })
  onTestFinished(async () => {
    await listener.close()
    await close()
    await server.stop()
  })
  await vi.waitFor(() => expect(connected).toBe(1), 10_000)
  await server.stop()
  server = await startPostgres(home, { durable: false })
  await vi.waitFor(() => expect(connected).toBe(2), 15_000)
  await enqueue(db, { name: 'again' })
  await vi.waitFor(() => expect(heard).toEqual(['atlas_runs']), 5_000)
})
