import { cp, mkdir, readdir, rename, symlink, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { version } from '../../src/cli/version.ts'
import { openPlatform } from '../../src/server/open-platform.ts'
import { readRows } from '../../src/server/rows.ts'
import { readSettings } from '../../src/server/settings.ts'
import { readRun } from '../../src/store/runs.ts'
import { pinSnapshot } from '../../src/store/snapshots.ts'
import { atlas, startAtlas } from '../support/atlas-command.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { enqueue } from '../support/queue.ts'
import { temporaryFolder } from '../support/temporary-home.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const SOON = { timeout: 60_000, interval: 100 }
const signal = new AbortController().signal

it(
  'two homes that mount one folder, each under a name of its own, share a lake; who has not mounted it reads and makes nothing',
  {
    timeout: 120_000,
  },
  async () => {
    const folder = await temporaryFolder()
    const lake = path.join(folder, 'lake')
    const otherMount = path.join(folder, 'mnt')
    await mkdir(lake)
    await symlink(lake, otherMount)
    const settings = readSettings({ ATLAS_DATABASE_URL: database.url, ATLAS_LAKE_URL: `file://${lake}` })
    const open = (name: string) =>
      openPlatform({ home: path.join(folder, name), settings, version, command: 'test', onError: () => undefined })
    const { platform, home } = await open('one')
    onTestFinished(() => platform.close())
    // The work must go to the worker, whose home has the keys and nothing else.
    await platform.runs.stop()
    await cp(home.keys, path.join(folder, 'two', 'keys'), { recursive: true })
    const env = { ATLAS_DATABASE_URL: database.url, ATLAS_LAKE_URL: `file://${otherMount}` }
    const worker = startAtlas(['worker'], { home: path.join(folder, 'two'), env })
    onTestFinished(() => void worker.child.kill('SIGKILL'))

    await writeFile(path.join(folder, 'orders.csv'), 'id,amount\n1,10\n2,20\n')
    const source = { connector: 'files', settings: { path: path.join(folder, 'orders.csv') } } as const
    const id = await enqueue(database.db, { name: 'orders', source })
    await expect.poll(async () => (await readRun(database.db, id)).state, SOON).toBe('succeeded')
    const page = await readRows(platform.lake, await pinSnapshot(database.db, 'chart.orders'), { limit: 10, offset: 0, sort: 'id' }, signal)
    expect(page.rows).toEqual([
      ['1', '10'],
      ['2', '20'],
    ])
    expect(await readdir(path.join(folder, 'two', 'lake'))).toEqual([])
    worker.child.kill('SIGTERM')
    expect((await worker.ended).code).toBe(0)

    // An empty folder stands where nothing is mounted.
    await rename(lake, path.join(folder, 'unmounted'))
    await mkdir(lake)
    const refused = await atlas(['worker'], { home: path.join(folder, 'two'), env: { ...env, ATLAS_LAKE_URL: '' } })
    expect(refused.stderr).toMatch(/\[(lake\.moved|worker\.other_lake)\]/)
    await expect(open('three')).rejects.toMatchObject({
      code: 'lake.store_unreachable',
      message: expect.stringContaining('the lake is not in it'),
    })
    expect(await readdir(lake)).toEqual([])
  },
)
