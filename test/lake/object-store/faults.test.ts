import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { inspect } from 'node:util'
import { GetObjectCommand, ListMultipartUploadsCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import type { LakeFiles } from '../../../src/lake/lake-files.ts'
import { openTestFiles, type TestObjectFiles } from '../../support/object-files.ts'
import { describeStore, SECOND_KEY, startStore, type TestStore } from '../../support/seaweedfs.ts'
import { type Fault, type SeenRequest, startProxy, type StoreProxy } from '../../support/store-proxy.ts'

const PASS: Fault = { kind: 'pass' }
const FILE = 'explore/t/f_1.parquet'
const isPart = ({ method, url }: SeenRequest): boolean => method === 'PUT' && url.includes('partNumber=')
const isWrite = ({ method, url }: SeenRequest): boolean => method === 'PUT' && url.includes('f_1')
const isRead = ({ method, url }: SeenRequest): boolean => method === 'GET' && url.includes('f_1')

/** A fault for the first requests of a kind. */
function first(count: number, matches: (request: SeenRequest) => boolean, fault: Fault): (request: SeenRequest) => Fault {
  let left = count
  return (request) => (matches(request) && left-- > 0 ? fault : PASS)
}

async function failure(work: Promise<unknown>): Promise<Error & { code: string; retry: boolean; next: string }> {
  return work.then(
    () => {
      throw new Error('it did not fail')
    },
    (error: unknown) => error as Error & { code: string; retry: boolean; next: string },
  )
}

describeStore('a lake on an object store on a bad day', () => {
  let store: TestStore
  let proxy: StoreProxy
  let bucket: string
  let opened: TestObjectFiles
  let files: LakeFiles
  let folder: string

  beforeAll(async () => {
    store = await startStore()
  })
  afterAll(() => store.stop())
  beforeEach(async () => {
    folder = await mkdtemp('/tmp/atlas-test-credentials-')
    process.env['AWS_SHARED_CREDENTIALS_FILE'] = path.join(folder, 'credentials')
    await setKey(store)
    proxy = await startProxy(store.port)
    bucket = await store.createBucket()
    opened = await openTestFiles({ endpoint: proxy.endpoint, bucket })
    files = opened.files
  })
  afterEach(async () => {
    await proxy.stop()
    await rm(folder, { recursive: true, force: true })
  })

  async function setKey({ accessKeyId, secretAccessKey }: typeof SECOND_KEY): Promise<void> {
    const lines = ['[default]', `aws_access_key_id = ${accessKeyId}`, `aws_secret_access_key = ${secretAccessKey}`]
    await writeFile(path.join(folder, 'credentials'), `${lines.join('\n')}\n`)
  }

  async function write(size: number): Promise<Buffer> {
    const content = randomBytes(size)
    await writeFile(await files.reserve(FILE), content)
    return content
  }

  async function publish(size: number): Promise<Buffer> {
    const content = await write(size)
    opened.recorded.set(FILE, await files.publish(FILE))
    return content
  }

  async function keys(): Promise<string[]> {
    const { Contents = [] } = await store.client.send(new ListObjectsV2Command({ Bucket: bucket }))
    return Contents.map(({ Key = '' }) => Key)
  }

  async function uploads(): Promise<number> {
    const { Uploads = [] } = await store.client.send(new ListMultipartUploadsCommand({ Bucket: bucket }))
    return Uploads.length
  }

  async function stored(): Promise<Buffer> {
    const { Body } = await store.client.send(new GetObjectCommand({ Bucket: bucket, Key: `some/lake/${FILE}` }))
    return Buffer.from((await Body?.transformToByteArray()) ?? [])
  }

  /** Another machine, which has nothing. */
  const elsewhere = (options: Parameters<typeof openTestFiles>[1] = {}): Promise<TestObjectFiles> =>
    openTestFiles({ endpoint: proxy.endpoint, bucket }, { recorded: opened.recorded, ...options })

  const expectNothingPublished = async (): Promise<void> => {
    expect(await keys()).toEqual([])
    expect(await uploads()).toBe(0)
    expect(existsSync(path.join(files.folder, FILE))).toBe(false)
  }

  const SLOW_DOWN: Fault = { kind: 'answer', status: 503, code: 'SlowDown' }
  const EXPIRED: Fault = { kind: 'answer', status: 400, code: 'ExpiredToken' }
  const passing: [string, number, (request: SeenRequest) => boolean, number, Fault][] = [
    ['a connection is cut in mid-part', 20_000_000, isPart, 1, { kind: 'cut', afterBytes: 300_000 }],
    ['connections are cut again and again', 20_000_000, isPart, 3, { kind: 'cut', afterBytes: 1 }],
    ['the store asks for patience', 1000, isWrite, 2, SLOW_DOWN],
    ['the answer to a part is lost', 20_000_000, isPart, 1, { kind: 'lose-answer' }],
    ['the answer to a whole file is lost', 1000, isWrite, 1, { kind: 'lose-answer' }],
    [
      'the answer to the end of an upload is lost',
      20_000_000,
      ({ method, url }) => method === 'POST' && url.includes('uploadId'),
      1,
      { kind: 'lose-answer' },
    ],
  ]
  it.each(passing)('publishes the file all the same when %s', async (_, size, matches, count, fault) => {
    proxy.fault = first(count, matches, fault)
    const content = await publish(size)
    expect((await stored()).equals(content)).toBe(true)
    expect(await uploads()).toBe(0)
  })

  const lasting: [string, number, (request: SeenRequest) => boolean, Fault, string, boolean][] = [
    ['connections are cut for ever', 20_000_000, isPart, { kind: 'cut', afterBytes: 1 }, 'lake.store_unreachable', true],
    ['the store asks for patience for ever', 1000, isWrite, SLOW_DOWN, 'lake.store_unreachable', true],
    [
      'the store has errors of its own',
      20_000_000,
      isPart,
      { kind: 'answer', status: 500, code: 'InternalError' },
      'lake.store_unreachable',
      true,
    ],
    ['writing is not allowed', 1000, isWrite, { kind: 'answer', status: 403, code: 'AccessDenied' }, 'lake.store_denied', false],
    [
      'the store knows no conditions',
      1000,
      isWrite,
      { kind: 'answer', status: 501, code: 'NotImplemented' },
      'lake.store_unsuitable',
      false,
    ],
    ['what comes is not what was sent', 1000, isWrite, { kind: 'answer', status: 400, code: 'BadDigest' }, 'lake.upload_damaged', true],
  ]
  it.each(lasting)('publishes nothing when %s', async (_, size, matches, fault, code, retry) => {
    proxy.fault = (request) => (matches(request) ? fault : PASS)
    await write(size)
    const error = await failure(files.publish(FILE))
    expect(error).toMatchObject({ code, retry })
    expect(error.message).toContain(`s3://${bucket}/some/lake`)
    expect(proxy.seen.filter(isWrite).length).toBeLessThanOrEqual(20)
    await expectNothingPublished()
  })

  it('goes on with an upload whose credentials expire in the middle, once there are fresh ones', async () => {
    let parts = 0
    let isExpired = false
    proxy.fault = (request) => {
      if (isPart(request)) parts += 1
      if (parts < 2 || request.key !== store.accessKeyId) return PASS
      if (!isExpired) void setKey(SECOND_KEY)
      isExpired = true
      return EXPIRED
    }
    const content = await publish(40_000_000)
    expect(isExpired).toBe(true)
    expect((await stored()).equals(content)).toBe(true)
    expect(new Set(proxy.seen.filter(isPart).map(({ key }) => key))).toEqual(new Set([store.accessKeyId, SECOND_KEY.accessKeyId]))
    expect(await uploads()).toBe(0)
  })

  it('says who refuses what when expired credentials stay, publishes nothing, and clears the parts up later', async () => {
    let parts = 0
    proxy.fault = (request) => {
      if (isPart(request)) parts += 1
      return parts >= 2 ? EXPIRED : PASS
    }
    await write(40_000_000)
    const error = await failure(files.publish(FILE))
    expect(error).toMatchObject({ code: 'lake.store_denied', retry: false })
    expect(error.message).toContain(`s3://${bucket}/some/lake`)
    expect(error.message).toContain('expired')
    expect(error.next).toContain('ATLAS_LAKE_URL')
    expect(await keys()).toEqual([])
    expect(await uploads()).toBe(1)
    proxy.fault = () => PASS
    await files.sweep(new Date(Date.now() - 60_000))
    expect(await uploads()).toBe(1)
    await files.sweep(new Date(Date.now() + 60_000))
    expect(await uploads()).toBe(0)
  })

  it('shows no secret and no signature in an error or its causes', async () => {
    proxy.fault = () => EXPIRED
    const error = await failure(files.claim('lake_1'))
    const text = inspect(error, { depth: 20, showHidden: true })
    expect(text).toContain('lake.store_denied')
    for (const secret of [store.secretAccessKey, store.accessKeyId, 'Signature', 'Credential=']) expect(text).not.toContain(secret)
  })

  it('replaces no file that has its name already', async () => {
    await store.client.send(new PutObjectCommand({ Bucket: bucket, Key: `some/lake/${FILE}`, Body: 'of another' }))
    for (const size of [1000, 20_000_000]) {
      await write(size)
      expect(await failure(files.publish(FILE))).toMatchObject({ code: 'lake.name_taken' })
    }
    expect((await stored()).toString()).toBe('of another')
    expect(await uploads()).toBe(0)
  })

  it.each([
    ['an upload', (request: SeenRequest) => isPart(request), true],
    ['an upload to a store that answers nothing any more', () => true, false],
    ['a download', (request: SeenRequest) => isRead(request), true],
  ])('stops %s at once when it is cancelled', async (what, matches, leavesNothing) => {
    const isDownload = what === 'a download'
    const abort = new AbortController()
    const hanging = Promise.withResolvers<void>()
    if (isDownload) await publish(20_000_000)
    else await write(20_000_000)
    let hangs = false
    proxy.fault = (request) => {
      hangs ||= isPart(request) || isRead(request)
      if (!hangs || !matches(request)) return PASS
      hanging.resolve()
      return { kind: 'hang' }
    }
    const failing = failure(isDownload ? (await elsewhere()).files.hold([FILE], abort.signal) : files.publish(FILE, abort.signal))
    await hanging.promise
    const started = performance.now()
    abort.abort()
    expect(await failing).toMatchObject({ code: 'run.cancelled' })
    expect(performance.now() - started).toBeLessThan(1000)
    if (!isDownload && leavesNothing) await expectNothingPublished()
  })

  it('reads a file whose body was cut by asking again', async () => {
    const content = await publish(1_000_000)
    proxy.fault = first(2, isRead, { kind: 'truncate', bytes: 400_000, pretend: false })
    const other = await elsewhere()
    await other.files.hold([FILE])
    expect(other.cache.has(FILE)).toBe(true)
    const { size } = await import('node:fs/promises').then((fs) => fs.stat(path.join(other.cache.folder, FILE)))
    expect(size).toBe(content.length)
  })

  it.each<[string, Fault, string]>([
    ['ends early each time', { kind: 'truncate', bytes: 1000, pretend: false }, 'lake.store_unreachable'],
    ['is shorter than what was committed', { kind: 'truncate', bytes: 1000, pretend: true }, 'lake.file_damaged'],
  ])('takes no body that %s for a file', async (_, fault, code) => {
    await publish(100_000)
    proxy.fault = (request) => (isRead(request) ? fault : PASS)
    const other = await elsewhere()
    expect(await failure(other.files.hold([FILE]))).toMatchObject({ code })
    expect((await readdir(other.cache.folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())).toEqual([])
  })

  it('takes changed content of the right length for damaged', async () => {
    const content = await publish(1000)
    content[500]! ^= 1
    await store.client.send(new PutObjectCommand({ Bucket: bucket, Key: `some/lake/${FILE}`, Body: content }))
    expect(await failure((await elsewhere()).files.hold([FILE]))).toMatchObject({ code: 'lake.file_damaged', retry: false })
  })

  it('fetches a file once for all who want it at once; one that leaves spoils it for nobody', async () => {
    await publish(20_000_000)
    const other = await elsewhere()
    const abort = new AbortController()
    const leaving = failure(other.files.hold([FILE], abort.signal))
    const staying = Array.from({ length: 5 }, () => other.files.hold([FILE]))
    abort.abort()
    expect(await leaving).toMatchObject({ code: 'run.cancelled' })
    await Promise.all(staying)
    expect(proxy.seen.filter(isRead)).toHaveLength(1)
    await other.files.hold([FILE])
    expect(proxy.seen.filter(isRead)).toHaveLength(1)
  })

  it('says that a store which is silent, or gone, does not answer', async () => {
    const silent = await elsewhere({ silenceMs: 200 })
    proxy.fault = () => ({ kind: 'hang' })
    expect(await failure(silent.files.check())).toMatchObject({ code: 'lake.store_unreachable', retry: true })
    await proxy.stop()
    expect(await failure(files.check())).toMatchObject({ code: 'lake.store_unreachable', retry: true })
  })

  it('names a bucket that is not there, and credentials that are wrong or missing', async () => {
    const nowhere = await openTestFiles({ endpoint: proxy.endpoint, bucket: 'no-such-bucket' })
    await writeFile(await nowhere.files.reserve(FILE), 'x')
    expect(await failure(nowhere.files.publish(FILE))).toMatchObject({ code: 'lake.store_missing', retry: false })
    await setKey({ accessKeyId: store.accessKeyId, secretAccessKey: 'wrong' })
    const wrong = await elsewhere()
    expect(await failure(wrong.files.claim('lake_1'))).toMatchObject({ code: 'lake.store_denied', retry: false })
    expect(await failure(wrong.files.check())).toMatchObject({ code: 'lake.store_denied', retry: false })
  })

  it('refuses a place that holds another lake, and leaves alone what is not of a lake', async () => {
    await files.claim('lake_1')
    const error = await failure((await elsewhere()).files.claim('lake_2'))
    expect(error).toMatchObject({ code: 'lake.not_this_one', retry: false })
    for (const key of ['some/lake/notes.txt', 'some/lake2/explore/t/f.parquet', 'some/lake/other/f.parquet'])
      await store.client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: 'x' }))
    const listed = []
    for await (const file of files.list()) listed.push(file.path)
    expect(listed).toEqual([])
  })
})
