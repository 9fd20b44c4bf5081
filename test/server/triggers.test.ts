import { mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { TriggerInput } from '../../src/contract/triggers.ts'
import { dispatchBuilds } from '../../src/ops/dependencies/dispatch-builds.ts'
import type { TriggerOptions } from '../../src/ops/triggers/fire-trigger.ts'
import { firePublished } from '../../src/ops/triggers/on-published.ts'
import { SIGNATURE_WINDOW_MS, signCall } from '../../src/ops/triggers/signature.ts'
import { watchFiles } from '../../src/ops/triggers/watch-files.ts'
import { readTransformCatalog } from '../../src/pipeline/transform-catalog.ts'
import { UNPLANNED } from '../../src/pipeline/run-recorder.ts'
import { startTestServer, type TestServer } from '../support/platform.ts'
import { publish } from '../support/publish.ts'
import { expectProblem, replyOf } from '../support/replies.ts'

let atlas: TestServer
let folder: string
beforeAll(async () => {
  atlas = await startTestServer()
  folder = await mkdtemp('/tmp/atlas-test-triggers-')
  await writeFile(path.join(folder, 'rows.csv'), 'id,amount\n1,2\n')
  for (const name of ['billing', 'orders', 'reports']) await pipeline(name)
})
afterAll(async () => {
  await atlas.close()
  await rm(folder, { recursive: true, force: true })
})
beforeEach(async () => {
  const { db } = atlas.platform
  await db.deleteFrom('event_triggers').execute()
  await db.deleteFrom('publications').execute()
  // Queued runs are looked at here; nobody is to carry them out.
  await atlas.platform.runs.stop()
  await db.deleteFrom('runs').execute()
})

const pipeline = (name: string) =>
  replyOf(
    'PUT /pipelines/:name',
    atlas.as('admin')(`/api/v1/pipelines/${name}`, {
      method: 'PUT',
      json: {
        name,
        source: { connector: 'files', settings: { path: path.join(folder, 'rows.csv') } },
        streams: [{ name: 'rows', dataset: name }],
      },
    }),
  )
const add = (json: Partial<TriggerInput> & { event: object; pipeline: string }, role: 'admin' | 'editor' = 'admin') =>
  atlas.as(role)('/api/v1/triggers', { method: 'POST', json })
const made = async (event: object, part: Partial<TriggerInput> = {}) => {
  const { trigger, secret } = await replyOf('POST /triggers', add({ pipeline: 'billing', event: event as never, ...part }))
  return { ...trigger, secret }
}
const read = (id: string) => replyOf('GET /triggers/:triggerId', atlas.as('viewer')(`/api/v1/triggers/${id}`))
const runs = () => atlas.platform.db.selectFrom('runs').selectAll().orderBy('queued_at').orderBy('id').execute()

const options = (part: Partial<TriggerOptions> = {}): TriggerOptions => ({
  ...atlas.platform,
  steps: UNPLANNED,
  workingFolder: folder,
  whileSealing: (work) => work(),
  onQueued: () => undefined,
  cancel: (runId, by) => atlas.platform.runs.cancel(runId, by),
  ...part,
})
const dispatch = () =>
  dispatchBuilds({
    ...options(),
    readCatalog: () => readTransformCatalog(atlas.platform.db, folder),
    onPublished: (db, publications) => firePublished(db, publications, options()),
  })
const publishRows = (dataset: string) => publish(atlas.platform, dataset, { columns: { n: 'BIGINT' }, select: 'select 1::bigint as n' })

describe('a trigger that is fired over HTTP', () => {
  const call = (id: string, secret: string, part: { body?: string; at?: Date; signature?: string; type?: string } = {}) => {
    const { body = '{"order":7}', at = atlas.platform.now() } = part
    const timestamp = String(Math.floor(at.getTime() / 1000))
    const signature = part.signature ?? `sha256=${signCall(secret, timestamp, Buffer.from(body))}`
    return fetch(`${atlas.url}/api/v1/triggers/${id}/fire`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-atlas-timestamp': timestamp, 'x-atlas-signature': signature },
      body,
    })
  }

  it('queues one run for a signed call, and none when the same call comes again', async () => {
    const { id, secret } = await made({ kind: 'http' })
    expect(secret).toMatch(/^atrg_[\w-]{43}$/)
    const at = atlas.platform.now()
    const fired = await replyOf('POST /triggers/:triggerId/fire', call(id, secret!, { at }))
    expect(fired.run).toMatchObject({ pipeline: 'billing', trigger: 'event', cause: { event: id } })
    await expectProblem(call(id, secret!, { at }), 409, 'trigger.replayed')
    expect(await runs()).toHaveLength(1)
    expect(await read(id)).toMatchObject({ fired: 1, lastRun: { id: fired.run!.id, state: 'queued' } })
  })

  it('is known by the bytes of the body: the HMAC of RFC 2104 over timestamp, dot and body', () => {
    // echo -n '1700000000.{"a":1}' | openssl dgst -sha256 -hmac secret
    expect(signCall('secret', '1700000000', Buffer.from('{"a":1}'))).toBe(
      '49f24e537407743fa4a0242bb63b94b9a47ee99cbbe071ccd8a22550ae411686',
    )
  })

  it('refuses a body that was changed, a signature of another secret, and one in no known form, all in the same words', async () => {
    const { id, secret } = await made({ kind: 'http' })
    const other = await made({ kind: 'http' })
    const at = atlas.platform.now()
    const right = `sha256=${signCall(secret!, String(Math.floor(at.getTime() / 1000)), Buffer.from('{"order":7}'))}`
    await expectProblem(call(id, secret!, { at, signature: right, body: '{"order":8}' }), 401, 'trigger.bad_signature')
    await expectProblem(call(id, other.secret!), 401, 'trigger.bad_signature')
    await expectProblem(call(id, secret!, { signature: 'sha256=00' }), 401, 'trigger.bad_signature')
    await expectProblem(call('trg_none', secret!), 401, 'trigger.bad_signature')
    expect(await runs()).toEqual([])
  })

  it('refuses a call that was signed more than five minutes ago, or is from the future', async () => {
    const { id, secret } = await made({ kind: 'http' })
    const now = atlas.platform.now().getTime()
    await expectProblem(call(id, secret!, { at: new Date(now - SIGNATURE_WINDOW_MS - 5_000) }), 401, 'trigger.outside_window')
    await expectProblem(call(id, secret!, { at: new Date(now + SIGNATURE_WINDOW_MS + 5_000) }), 401, 'trigger.outside_window')
    await replyOf('POST /triggers/:triggerId/fire', call(id, secret!, { at: new Date(now - SIGNATURE_WINDOW_MS + 20_000) }))
  })

  it('shows its secret once, keeps it sealed, and takes a new one in its place', async () => {
    const { id, secret } = await made({ kind: 'http' })
    const row = await atlas.platform.db.selectFrom('event_triggers').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
    expect(JSON.stringify(row)).not.toContain(secret)
    expect(JSON.stringify(await read(id))).not.toContain(secret)
    const renewed = await replyOf(
      'POST /triggers/:triggerId/secret',
      atlas.as('editor')(`/api/v1/triggers/${id}/secret`, { method: 'POST' }),
    )
    await expectProblem(call(id, secret!), 401, 'trigger.bad_signature')
    await replyOf('POST /triggers/:triggerId/fire', call(id, renewed.secret!))
    await atlas.platform.secrets.rotate()
    await replyOf('POST /triggers/:triggerId/fire', call(id, renewed.secret!, { body: '{}' }))
  })

  it('does nothing while it is paused, and can be set off by hand by who may start runs', async () => {
    const { id, secret } = await made({ kind: 'http' }, { overlap: 'skip' })
    await replyOf('POST /triggers/:triggerId/pause', atlas.as('editor')(`/api/v1/triggers/${id}/pause`, { method: 'POST' }))
    await expectProblem(call(id, secret!), 409, 'trigger.paused')
    await replyOf('POST /triggers/:triggerId/resume', atlas.as('editor')(`/api/v1/triggers/${id}/resume`, { method: 'POST' }))
    await expectProblem(atlas.as('viewer')(`/api/v1/triggers/${id}/run`, { method: 'POST' }), 403, 'access.denied')
    const fired = await replyOf('POST /triggers/:triggerId/run', atlas.as('editor')(`/api/v1/triggers/${id}/run`, { method: 'POST' }))
    expect(fired.run).toMatchObject({ requestedBy: 'token:editor' })
    const skipped = await replyOf('POST /triggers/:triggerId/run', atlas.as('editor')(`/api/v1/triggers/${id}/run`, { method: 'POST' }))
    expect(skipped).toEqual({ run: null, reason: 'overlap' })
    expect(await read(id)).toMatchObject({ fired: 1, skipped: 1, lastSkipReason: 'overlap' })
  })
})

describe('a trigger that waits for a dataset', () => {
  it('fires once for each publication, with the dataset and the run that published it as its cause', async () => {
    const { id } = await made({ kind: 'dataset', dataset: 'chart.orders' }, { overlap: 'cancel_older' })
    await publishRows('chart.orders')
    await publishRows('chart.other')
    await Promise.all([dispatch(), dispatch(), dispatch()])
    expect((await runs()).map(({ pipeline: name, trigger, cause }) => ({ name, trigger, cause }))).toEqual([
      { name: 'billing', trigger: 'event', cause: { event: id, datasets: ['chart.orders'] } },
    ])
    await publishRows('chart.orders')
    await dispatch()
    expect((await runs()).map(({ state }) => state)).toEqual(['cancelled', 'queued'])
  })

  it('is not set off by what was published before it was made, nor while it was paused', async () => {
    await publishRows('chart.orders')
    const { id } = await made({ kind: 'dataset', dataset: 'chart.orders' })
    await dispatch()
    await replyOf('POST /triggers/:triggerId/pause', atlas.as('editor')(`/api/v1/triggers/${id}/pause`, { method: 'POST' }))
    await publishRows('chart.orders')
    await dispatch()
    expect(await runs()).toEqual([])
  })

  it('makes one run of several publications while one waits', async () => {
    const { id } = await made({ kind: 'dataset', dataset: 'chart.orders' })
    for (let n = 0; n < 3; n++) await publishRows('chart.orders')
    await dispatch()
    expect(await runs()).toHaveLength(1)
    expect(await read(id)).toMatchObject({ fired: 1, skipped: 2, lastSkipReason: 'coalesced' })
  })

  it.each([
    [
      'its own pipeline makes',
      { pipeline: 'billing', event: { kind: 'dataset', dataset: 'navigate.billing' } },
      'pipeline billing → navigate.billing → pipeline billing',
    ],
    [
      'another makes that it sets off itself',
      { pipeline: 'orders', event: { kind: 'dataset', dataset: 'chart.billing' } },
      'pipeline orders',
    ],
  ] as const)('of a dataset that %s is refused, with the path', async (_name, json, piece) => {
    await made({ kind: 'dataset', dataset: 'chart.orders' })
    const problem = await expectProblem(add(json), 422, 'trigger.cycle')
    expect(problem.detail).toContain(piece)
    expect(problem.detail).toMatch(/: (\S.*) → .* → \1\.$/)
  })
})

describe('a trigger that watches files', () => {
  let inbox: string
  beforeEach(async () => {
    clock = 0
    inbox = await mkdtemp(path.join(folder, 'in-'))
  })
  let clock = 0
  const look = async (seconds: number, part: Partial<TriggerOptions> = {}) => {
    clock += seconds * 1000
    return watchFiles(options({ now: () => new Date(Date.now() + clock), ...part }))
  }
  const drop = async (name: string, text: string, modified: number) => {
    await writeFile(path.join(inbox, name), text)
    await utimes(path.join(inbox, name), modified, modified)
  }
  const files = async () => (await runs()).map(({ cause }) => path.basename(cause?.file ?? ''))
  const watch = (part: object = {}) => made({ kind: 'file', path: inbox, stableSeconds: 10, ...part })

  it('fires once for each version of a file, when it has stayed the same for long enough, the oldest first', async () => {
    await watch()
    await drop('late.csv', 'a', 2_000)
    await drop('early.csv', 'a', 1_000)
    await look(0)
    await look(9)
    expect(await files()).toEqual([])
    await look(1)
    expect(await files()).toEqual(['early.csv', 'late.csv'])
    await look(60)
    await drop('early.csv', 'ab', 3_000)
    await look(1)
    await look(10)
    await look(10)
    expect(await files()).toEqual(['early.csv', 'late.csv', 'early.csv'])
  })

  it('waits while a file grows', async () => {
    await watch()
    for (let size = 1; size < 5; size++) {
      await drop('big.csv', 'x'.repeat(size), size)
      await look(8)
    }
    expect(await files()).toEqual([])
    await look(10)
    expect(await files()).toEqual(['big.csv'])
  })

  it('takes what was there before for known, and what was renamed into place for arrived', async () => {
    await drop('old.csv', 'a', 1)
    await drop('.part', 'a', 2)
    await watch()
    await look(0)
    await rename(path.join(inbox, '.part'), path.join(inbox, 'new.csv'))
    await look(1)
    await look(10)
    expect(await files()).toEqual(['new.csv'])
  })

  it('fires once with several processes that look at once', async () => {
    await watch({ path: path.join(inbox, '*.csv') })
    await drop('one.csv', 'a', 1)
    await drop('two.txt', 'a', 1)
    await look(0)
    await Promise.all([look(10), look(0), look(0), look(0)])
    await look(1)
    expect(await files()).toEqual(['one.csv'])
  })

  it('is not held up for an hour by a clock that was set back by one', async () => {
    await watch()
    await drop('one.csv', 'a', 1)
    await look(3_600)
    await look(-3_600)
    await look(10)
    expect(await files()).toEqual(['one.csv'])
  })

  it('says why it cannot look, and goes on when it can', async () => {
    const { id } = await watch()
    await rm(inbox, { recursive: true })
    await look(0)
    expect((await read(id)).problem).toBe(`${inbox} is not there, or this server may not read it.`)
    inbox = await mkdtemp(path.join(folder, 'in-'))
  })

  it('is made only by who may read files of the server, and of a path that is there', async () => {
    await expectProblem(add({ pipeline: 'billing', event: { kind: 'file', path: inbox } as never }, 'editor'), 403, 'access.denied')
    await expectProblem(add({ pipeline: 'billing', event: { kind: 'file', path: 'in' } as never }), 422, 'trigger.bad_path')
    await expectProblem(add({ pipeline: 'billing', event: { kind: 'file', path: '/no/such/folder' } as never }), 422, 'trigger.bad_path')
    await expectProblem(add({ pipeline: 'nobody', event: { kind: 'http' } }), 404, 'pipeline.not_found')
  })
})
