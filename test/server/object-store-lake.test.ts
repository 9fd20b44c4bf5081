import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { ListMultipartUploadsCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { PipelineDefinition, type PipelineInput } from '../../src/contract/pipelines.ts'
import type { RunReport } from '../../src/contract/runs.ts'
import { keepHouse } from '../../src/pipeline/housekeeping.ts'
import { exportSnapshot } from '../../src/server/export.ts'
import { openLakeFiles } from '../../src/server/open-lake-files.ts'
import { openPlatform, type OpenPlatform } from '../../src/server/open-platform.ts'
import { profileSnapshot } from '../../src/server/profile.ts'
import { querySnapshots } from '../../src/server/query-snapshots.ts'
import { replayRows } from '../../src/server/quarantine/replay-rows.ts'
import { readQuarantinedRows, readRows } from '../../src/server/rows.ts'
import { readSettings } from '../../src/server/settings.ts'
import { committedPaths } from '../../src/store/committed-files.ts'
import { quarantineFiles } from '../../src/store/quarantine-queries.ts'
import { readRun } from '../../src/store/runs.ts'
import { pinSnapshot } from '../../src/store/snapshots.ts'
import { atlas, startAtlas } from '../support/atlas-command.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { describeStore, startStore, type TestStore } from '../support/seaweedfs.ts'
import { startProxy, type StoreProxy } from '../support/store-proxy.ts'
import { temporaryFolder } from '../support/temporary-home.ts'

const signal = new AbortController().signal
const caller = { actor: 'test', id: 'u_1', name: 'Test', role: 'admin', session: null } as const
const asking = { caller, address: '127.0.0.1' }

function sortedById(rows: (string | null)[][]): (string | null)[][] {
  return rows.toSorted(([a], [b]) => Number(a) - Number(b))
}

describeStore('a platform whose lake is on an object store', () => {
  let store: TestStore
  let database: TestDatabase
  let folder: string
  let bucket: string
  let env: Record<string, string>
  const open: OpenPlatform[] = []

  beforeAll(async () => {
    store = await startStore()
    Object.assign(process.env, store.env)
  })
  afterAll(() => store.stop())
  beforeEach(async () => {
    database = await createTestDatabase()
    folder = await temporaryFolder()
    bucket = await store.createBucket()
    env = { ...store.env, ATLAS_DATABASE_URL: database.url, ATLAS_LAKE_URL: `s3://${bucket}/atlas` }
  })
  afterEach(async () => {
    for (const one of open.splice(0)) await one.platform.close()
    await database.drop()
  })

  /** Opens a home of its own, as another machine would. */
  async function openHome(name: string, more: Record<string, string> = {}): Promise<OpenPlatform> {
    const settings = readSettings({ ...env, ...more })
    const options = { home: path.join(folder, name), settings, version: '0.0.0-test', command: 'test', onError: () => undefined }
    const opened = await openPlatform(options)
    open.push(opened)
    return opened
  }

  async function close(opened: OpenPlatform): Promise<void> {
    open.splice(open.indexOf(opened), 1)
    await opened.platform.close()
  }

  async function untilEnded({ platform }: OpenPlatform, start: () => Promise<{ id: string }>): Promise<RunReport> {
    const ended = new Set<string>()
    const isOver = Promise.withResolvers<void>()
    let wanted = ''
    const off = platform.events.subscribe((event) => {
      if (event.kind !== 'run' || event.run.finishedAt === null) return
      ended.add(event.run.id)
      if (event.run.id === wanted) isOver.resolve()
    })
    const { id } = await start()
    wanted = id
    if (ended.has(id)) isOver.resolve()
    await isOver.promise
    off()
    const { report } = await readRun(database.db, id)
    if (report === null) throw new Error('the run has no report')
    return report
  }

  function run(opened: OpenPlatform, pipeline: PipelineInput): Promise<RunReport> {
    const definition = PipelineDefinition.parse(pipeline)
    return untilEnded(opened, () => opened.platform.runs.start({ definition, trigger: 'api', requestedBy: 'test', workingFolder: folder }))
  }

  async function keys(): Promise<string[]> {
    const { Contents = [] } = await store.client.send(new ListObjectsV2Command({ Bucket: bucket }))
    return Contents.map(({ Key = '' }) => Key).toSorted()
  }

  async function uploads(): Promise<number> {
    return ((await store.client.send(new ListMultipartUploadsCommand({ Bucket: bucket }))).Uploads ?? []).length
  }

  async function cached(name: string): Promise<number> {
    const entries = await readdir(path.join(folder, name, 'lake-cache'), { recursive: true, withFileTypes: true })
    return entries.filter((entry) => entry.name.endsWith('.parquet')).length
  }

  const orders: PipelineInput = {
    name: 'orders',
    source: { connector: 'files', settings: { path: 'orders.csv' } },
    streams: [
      {
        name: 'orders',
        mode: 'append',
        checks: [
          { id: 'positive', check: 'expression', options: { expression: 'amount > 0' }, quarantine: true },
          { id: 'few', check: 'custom-sql', options: { query: 'select count(*) from rows', max: 100 } },
        ],
      },
    ],
    transforms: [{ name: 'totals', sql: 'select country, sum(amount) as total from chart.orders group by country order by country' }],
  }

  async function rowsOf({ platform }: OpenPlatform, dataset: string): Promise<(string | null)[][]> {
    const page = await readRows(platform.lake, await pinSnapshot(database.db, dataset), { limit: 100, offset: 0 }, signal)
    return page.rows
  }

  it('runs a pipeline into the bucket; another home with an empty cache reads, queries, profiles, exports, mends and appends', async () => {
    await writeFile(path.join(folder, 'orders.csv'), 'id,country,amount\n1,DK,10\n2,SE,20\n3,DK,-5\n')
    const first = await openHome('one')
    expect(await run(first, orders)).toMatchObject({ status: 'succeeded', publishedRows: 2, quarantinedRows: 1 })
    const rows = await rowsOf(first, 'chart.orders')
    expect(rows).toEqual([
      ['1', 'DK', '10'],
      ['2', 'SE', '20'],
    ])
    expect(await readdir(path.join(folder, 'one', 'lake'))).toEqual([])
    await close(first)

    const named = [...(await committedPaths(database.db))].map((file) => `atlas/${file}`)
    expect(await keys()).toEqual([...named, 'atlas/atlas-lake.json'].toSorted())

    // Room for one byte: whatever opens a file must have it brought, every time.
    const second = await openHome('two', { ATLAS_LAKE_CACHE: '1B' })
    expect(await cached('two')).toBe(0)
    expect(await rowsOf(second, 'chart.orders')).toEqual(rows)
    const sorted = { limit: 1, offset: 0, sort: '-amount' }
    expect((await readRows(second.platform.lake, await pinSnapshot(database.db, 'chart.orders'), sorted, signal)).rows).toEqual([rows[1]])
    const query = { sql: 'select t.total from navigate.totals t join chart.orders o using (country) order by 1', limit: 10 }
    expect((await querySnapshots(second.platform, asking, query, signal)).rows).toEqual([['10'], ['20']].map(([cell]) => [Number(cell)]))
    const pinned = await pinSnapshot(database.db, 'chart.orders')
    expect((await profileSnapshot(second.platform, pinned)).rows).toBe(2)
    const download = await exportSnapshot(second.platform, pinned, 'csv', signal)
    expect(await text(download.stream)).toBe('id,country,amount\n1,DK,10\n2,SE,20\n')
    const [batch] = await quarantineFiles(database.db, 'chart.orders')
    const page = { limit: 10, offset: 0, withRows: true }
    expect(await readQuarantinedRows(second.platform.lake, batch?.path ?? '', page, signal)).toMatchObject([
      { reason: 'breaks rule positive' },
    ])

    const fix = { edits: [{ batch: batch?.id ?? '', row: 1, cells: { amount: '5' } }], transforms: [] }
    const selection = { dataset: 'chart.orders', rows: [{ batch: batch?.id ?? '', row: 1 }] }
    const mended = await untilEnded(second, async () => (await replayRows(second.platform, { selection, fix, by: 'test' }, signal)).run)
    expect(mended).toMatchObject({ status: 'succeeded', publishedRows: 1 })
    await writeFile(path.join(folder, 'orders.csv'), 'id,country,amount\n4,NO,7\n')
    expect(await run(second, orders)).toMatchObject({ status: 'succeeded', publishedRows: 1 })
    const now = [
      ['1', 'DK', '10'],
      ['2', 'SE', '20'],
      ['3', 'DK', '5'],
      ['4', 'NO', '7'],
    ]
    expect(sortedById(await rowsOf(second, 'chart.orders'))).toEqual(now)
    await close(second)

    const third = await openHome('one')
    expect(sortedById(await rowsOf(third, 'chart.orders'))).toEqual(now)
    expect(await rowsOf(third, 'navigate.totals')).toEqual([
      ['DK', '15'],
      ['NO', '7'],
      ['SE', '20'],
    ])
    await close(third)

    const well = await atlas(['doctor', '--verify'], { home: path.join(folder, 'two'), env })
    expect(well.stdout).toMatch(/files .*\d+ committed files verified/)
    expect(well.stdout).toContain(`s3://${bucket}/atlas answers.`)
    expect(well.code, well.stdout).toBe(0)
    await store.client.send(new PutObjectCommand({ Bucket: bucket, Key: `atlas/${batch?.path}`, Body: 'spoilt' }))
    const sick = await atlas(['doctor', '--verify'], { home: path.join(folder, 'two'), env })
    expect(sick.stdout).toContain('[lake.file_damaged]')
    expect(sick.code).toBe(1)
  })

  it('destroys objects that no snapshot names after the grace period, and their copies', async () => {
    const opened = await openHome('one')
    const replace = { ...orders, streams: [{ name: 'orders', mode: 'replace' as const }], transforms: [] }
    for (const amount of [1, 2]) {
      await writeFile(path.join(folder, 'orders.csv'), `id,country,amount\n1,DK,${amount}\n`)
      expect(await run(opened, replace)).toMatchObject({ status: 'succeeded' })
    }
    const before = await keys()
    const { files } = opened.platform.lake
    const house = { db: database.db, files, orphanGraceMs: 0, retentionDays: 0, retentionSnapshots: 1, runDetailDays: 90 }
    await keepHouse({ ...house, now: () => new Date(Date.now() + 60_000) })
    const left = [...(await committedPaths(database.db))]
    expect(left.length).toBeLessThan(before.length - 1)
    expect(await keys()).toEqual([...left.map((file) => `atlas/${file}`), 'atlas/atlas-lake.json'].toSorted())
    expect(await cached('one')).toBe(left.length)
    expect(await rowsOf(opened, 'chart.orders')).toEqual([['1', 'DK', '2']])
  })

  it('shows nothing of a run that was killed in the middle of an upload, and its parts are given up', async () => {
    const input = path.join(folder, 'input')
    await mkdir(input)
    const noise = Array.from({ length: 500_000 }, (_, row) => `${row},${randomBytes(32).toString('hex')}`)
    await writeFile(path.join(input, 'events.csv'), `id,noise\n${noise.join('\n')}\n`)
    const proxy: StoreProxy = await startProxy(store.port)
    const secondFile = Promise.withResolvers<void>()
    const sent = new Set<string>()
    proxy.fault = ({ url }) => {
      if (!url.includes('partNumber=')) return { kind: 'pass' }
      sent.add(url.slice(0, url.indexOf('?')))
      if (sent.size < 2) return { kind: 'pass' }
      secondFile.resolve()
      return { kind: 'hang' }
    }
    const killed = startAtlas(['run', input, '--dataset', 'events', '--json'], {
      home: path.join(folder, 'one'),
      env: { ...env, ATLAS_S3_ENDPOINT: proxy.endpoint },
    })
    await Promise.race([secondFile.promise, killed.ended])
    killed.child.kill('SIGKILL')
    expect((await killed.ended).signal).toBe('SIGKILL')
    await proxy.stop()
    // One file is whole, and another has come in part; no commit names either.
    const [marker, ...orphans] = await keys()
    expect([marker, orphans]).toEqual(['atlas/atlas-lake.json', [expect.stringMatching(/^atlas\/explore\/events\/f_.+\.parquet$/)]])
    expect(await uploads()).toBe(1)

    const opened = await openHome('one')
    await expect(pinSnapshot(database.db, 'explore.events')).rejects.toMatchObject({ code: 'dataset.not_found' })
    const { files } = opened.platform.lake
    const house = { db: database.db, files, retentionDays: 30, retentionSnapshots: 10, runDetailDays: 90 }
    expect(files.place).toBe(`s3://${bucket}/atlas`)
    await keepHouse({ ...house, now: () => new Date(), orphanGraceMs: 3_600_000 })
    expect([await uploads(), await keys()]).toEqual([1, ['atlas/atlas-lake.json', ...orphans]])
    await database.db.updateTable('runs').set({ state: 'failed' }).where('state', '=', 'running').execute()
    await keepHouse({ ...house, now: () => new Date(Date.now() + 60_000), orphanGraceMs: 0 })
    expect(await uploads()).toBe(0)
    expect(await keys()).toEqual(['atlas/atlas-lake.json'])
  })

  it('gives each process of a home a cache of its own, and the first one again to the next', async () => {
    const opened = await openHome('one')
    const outside = { now: () => new Date(), random: (bytes: number) => randomBytes(bytes) }
    const beside = await openLakeFiles(opened.home, database.db, readSettings(env), outside)
    expect(beside.files.folder).not.toBe(opened.platform.lake.folder)
    await writeFile(await beside.files.reserve('explore/t/f_1.parquet'), 'rows')
    await beside.files.publish('explore/t/f_1.parquet')
    const release = await opened.platform.lake.files.hold(['explore/t/f_1.parquet'])
    expect(await readFile(path.join(opened.platform.lake.folder, 'explore/t/f_1.parquet'), 'utf8')).toBe('rows')
    release()
    beside.files.close()
    await beside.release()
    const next = await openLakeFiles(opened.home, database.db, readSettings(env), outside)
    expect(next.files.folder).toBe(beside.files.folder)
    next.files.close()
    await next.release()
  })

  it('refuses a lake that is somewhere else, and takes one that was copied', async () => {
    await writeFile(path.join(folder, 'orders.csv'), 'id,country,amount\n1,DK,10\n')
    const local = await openHome('one', { ATLAS_LAKE_URL: '' })
    expect(await run(local, orders)).toMatchObject({ status: 'succeeded' })
    const lakeFolder = local.platform.lake.folder
    await close(local)
    await expect(openHome('one')).rejects.toMatchObject({ code: 'lake.moved', message: expect.stringContaining(`s3://${bucket}/atlas`) })
    expect(await keys()).toEqual([])

    for (const file of await committedPaths(database.db)) {
      const Body = await readFile(path.join(lakeFolder, file))
      await store.client.send(new PutObjectCommand({ Bucket: bucket, Key: `atlas/${file}`, Body }))
    }
    const moved = await openHome('one')
    await rm(lakeFolder, { recursive: true })
    expect(await rowsOf(moved, 'chart.orders')).toEqual([['1', 'DK', '10']])
    await close(moved)
    await expect(openHome('one', { ATLAS_LAKE_URL: '' })).rejects.toMatchObject({ code: 'lake.moved' })

    const other = await createTestDatabase()
    await expect(openHome('two', { ATLAS_DATABASE_URL: other.url })).rejects.toMatchObject({ code: 'lake.not_this_one' })
    await other.drop()
    expect((await stat(path.join(folder, 'one'))).isDirectory()).toBe(true)
  })
})
