import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, it, onTestFinished } from 'vitest'
import { sql } from '../../../src/core/sql.ts'
import { openLake } from '../../../src/lake/open-lake.ts'
import { openTestFiles, type TestObjectFiles } from '../../support/object-files.ts'
import { describeStore, startStore, type TestStore } from '../../support/seaweedfs.ts'
import { startProxy, type StoreProxy } from '../../support/store-proxy.ts'

const SIZE = 100_000
const name = (number: number): string => `explore/t/f_${number}.parquet`

describeStore('the cache of what is read from an object store', () => {
  let store: TestStore
  let proxy: StoreProxy
  let bucket: string
  let writer: TestObjectFiles

  beforeAll(async () => {
    store = await startStore()
    Object.assign(process.env, store.env)
  })
  afterAll(() => store.stop())
  beforeEach(async () => {
    proxy = await startProxy(store.port)
    bucket = await store.createBucket()
    writer = await openTestFiles({ endpoint: store.endpoint, bucket })
    return () => proxy.stop()
  })

  async function put(numbers: number[], size = SIZE): Promise<void> {
    for (const number of numbers) {
      await writeFile(await writer.files.reserve(name(number)), randomBytes(size))
      writer.recorded.set(name(number), await writer.files.publish(name(number)))
    }
  }

  async function reader(limitBytes: number, folder?: string): Promise<TestObjectFiles> {
    const cacheFolder = folder ?? (await mkdtemp('/tmp/atlas-test-cache-'))
    return openTestFiles({ endpoint: proxy.endpoint, bucket }, { recorded: writer.recorded, limitBytes, folder: cacheFolder })
  }

  async function read({ files }: TestObjectFiles, numbers: number[]): Promise<void> {
    for (const number of numbers) (await files.hold([name(number)]))()
  }

  async function cached({ cache }: TestObjectFiles): Promise<string[]> {
    const entries = await readdir(cache.folder, { recursive: true, withFileTypes: true })
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => entry.name)
      .toSorted()
  }

  it('keeps what was used last within its limit, and lets go of what was used longest ago', async () => {
    await put([1, 2, 3, 4])
    const opened = await reader(SIZE * 3)
    await read(opened, [1, 2, 3])
    await read(opened, [1])
    await read(opened, [4])
    expect(await cached(opened)).toEqual(['f_1.parquet', 'f_3.parquet', 'f_4.parquet'])
  })

  it('lets no file go that is held, even past its limit, and comes back to the limit afterwards', async () => {
    await put([1, 2, 3])
    const opened = await reader(SIZE * 1.5)
    const release = await opened.files.hold([name(1), name(2)])
    await read(opened, [3])
    expect(await cached(opened)).toEqual(expect.arrayContaining(['f_1.parquet', 'f_2.parquet']))
    release()
    release()
    await expect.poll(() => cached(opened)).toHaveLength(1)
  })

  it('outlives a restart with the order of use, and throws half files away', async () => {
    await put([1, 2, 3])
    const folder = await mkdtemp('/tmp/atlas-test-cache-')
    const before = await reader(SIZE * 3, folder)
    await read(before, [1, 2, 3])
    before.files.close()
    await writeFile(path.join(folder, 'explore/t/f_9.parquet.77-0.part'), 'half')
    const asked = proxy.seen.length
    const after = await reader(SIZE * 3, folder)
    expect(await cached(after)).toEqual(['f_1.parquet', 'f_2.parquet', 'f_3.parquet'])
    await read(after, [1, 2, 3])
    expect(proxy.seen.length).toBe(asked)
    const smaller = await reader(SIZE, folder)
    expect(await cached(smaller)).toEqual(['f_3.parquet'])
  })

  it('forgets what no commit names any more, so that destroyed rows stay on no machine', async () => {
    await put([1, 2])
    const opened = await reader(SIZE * 3)
    await read(opened, [1, 2])
    const release = await opened.files.hold([name(2)])
    await writer.files.remove(name(1))
    writer.recorded.clear()
    await opened.files.sweep(new Date(Date.now() + 60_000))
    expect(await cached(opened)).toEqual(['f_2.parquet'])
    release()
  })

  it('brings the files that a statement names, and keeps them while its session lasts', async () => {
    const opened = await reader(1)
    const lake = openLake({ folder: '', files: opened.files, scratch: opened.cache.folder, memoryBytes: 2 ** 28, threads: 1 })
    onTestFinished(() => lake.close())
    const [one, two] = await Promise.all(
      [1, 2].map(async (number) => {
        const target = await opened.files.reserve(name(number))
        await lake.session((session) => session.run(sql`copy (select ${number} as a from range(3)) to ${target} (format parquet)`))
        writer.recorded.set(name(number), await opened.files.publish(name(number)))
        return target
      }),
    )
    await expect.poll(() => existsSync(one ?? '') || existsSync(two ?? '')).toBe(false)
    await lake.session(async (session) => {
      await session.run(sql`create temp view both_files as select a from read_parquet([${one ?? ''}, ${two ?? ''}])`)
      expect(await session.textRows(sql`select sum(a), count(*) from both_files`)).toEqual([['9', '6']])
      expect(await session.rows(sql`select count(*)::int as n from parquet_metadata(${one ?? ''})`)).toEqual([{ n: 1 }])
    })
    await expect.poll(() => existsSync(one ?? '') || existsSync(two ?? '')).toBe(false)
    const missing = path.join(opened.files.folder, name(3))
    await expect(lake.session((session) => session.rows(sql`select * from read_parquet(${missing})`))).rejects.toMatchObject({
      code: 'lake.file_missing',
    })
  })

  const small = '/tmp/atlas-test-small-disk'
  const canMount = process.platform === 'linux' && process.getuid?.() === 0
  it.skipIf(!canMount)('says that the disk of the cache is full, and leaves no half file', async () => {
    await mkdir(small, { recursive: true })
    expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', small]).status).toBe(0)
    onTestFinished(() => {
      spawnSync('umount', [small])
      return rm(small, { recursive: true, force: true })
    })
    await put([1], 3_000_000)
    const opened = await reader(1e9, path.join(small, 'cache'))
    await expect(opened.files.hold([name(1)])).rejects.toMatchObject({
      code: 'lake.disk_full',
      retry: true,
      message: expect.stringContaining('ATLAS_LAKE_CACHE'),
    })
    expect(await cached(opened)).toEqual([])
  })
})
