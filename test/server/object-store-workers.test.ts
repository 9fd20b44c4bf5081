import { cp } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest'
import { sql } from '../../src/core/sql.ts'
import { openPlatform } from '../../src/server/open-platform.ts'
import { readSettings } from '../../src/server/settings.ts'
import { readRun } from '../../src/store/runs.ts'
import { pinSnapshot } from '../../src/store/snapshots.ts'
import { version } from '../../src/cli/version.ts'
import { startAtlas } from '../support/atlas-command.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { enqueue } from '../support/queue.ts'
import { describeStore, startStore, type TestStore } from '../support/seaweedfs.ts'
import { temporaryFolder } from '../support/temporary-home.ts'
import { startHeldCsv } from '../support/worker-processes.ts'

describeStore('workers on machines that share nothing but the database and the bucket', () => {
  let store: TestStore
  let database: TestDatabase
  beforeAll(async () => {
    ;[store, database] = await Promise.all([startStore(), createTestDatabase()])
    Object.assign(process.env, store.env)
  })
  afterAll(async () => {
    await database.drop()
    await store.stop()
  })

  it('take over what a killed one had begun, and everybody reads it', async () => {
    const folder = await temporaryFolder()
    const env = { ...store.env, ATLAS_DATABASE_URL: database.url, ATLAS_LAKE_URL: `s3://${await store.createBucket()}` }
    const source = await startHeldCsv()
    const onError = (): void => undefined
    const main = {
      home: path.join(folder, 'main'),
      settings: { ...readSettings(env), runConcurrency: 1 },
      version,
      command: 'test',
      onError,
    }
    const { platform, home } = await openPlatform(main)
    // The work must go to the workers: this process only looks.
    await platform.runs.stop()
    onTestFinished(() => platform.close())
    const startWorker = async (name: string): Promise<ReturnType<typeof startAtlas>> => {
      await cp(home.keys, path.join(folder, name, 'keys'), { recursive: true })
      const worker = startAtlas(['worker', '--concurrency', '1'], { home: path.join(folder, name), env })
      onTestFinished(() => void worker.child.kill('SIGKILL'))
      return worker
    }

    const id = await enqueue(database.db, {
      name: 'held',
      source: { connector: 'files', settings: { path: source.url } },
      streams: [{ name: 'held' }],
    })
    const first = await startWorker('first')
    await vi.waitFor(() => expect(source.waiting()).toBe(1), 30_000)
    await startWorker('second')
    first.child.kill('SIGKILL')
    await vi.waitFor(async () => expect(await attempts()).toHaveLength(2), { timeout: 30_000, interval: 100 })
    source.open()
    await vi.waitFor(async () => expect((await readRun(database.db, id)).state).toBe('succeeded'), { timeout: 30_000, interval: 100 })
    expect(await attempts()).toEqual(['lost', 'succeeded'])

    const pinned = await pinSnapshot(database.db, 'chart.held')
    const { lake } = platform
    const rows = await lake.session((session) => session.textRows(sql`select * from (${lake.scan(pinned)}) order by id`))
    expect(rows).toEqual([
      ['1', '5'],
      ['2', '6'],
      ['3', '7'],
    ])
  })

  async function attempts(): Promise<(string | null)[]> {
    const rows = await database.db.selectFrom('attempts').select('outcome').orderBy('fencing_token').execute()
    return rows.map(({ outcome }) => outcome)
  }
})
