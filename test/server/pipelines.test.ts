import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SECRET_KEPT } from '../../src/contract/sources.ts'
import { fireSchedules } from '../../src/ops/fire-schedules.ts'
import { startTestServer, type TestServer } from '../support/platform.ts'
import { expectProblem, replyOf } from '../support/replies.ts'

let atlas: TestServer
beforeAll(async () => {
  atlas = await startTestServer()
})
afterAll(() => atlas.close())

const API = '/api/v1'
const SECRET = 'k4nary-hunter2'
const settings = (part: object = {}) => ({ host: 'db.example.com', database: 'd', user: 'u', password: SECRET, ...part })
const definition = (name: string, part: object = {}) => ({ name, source: { connector: 'postgresql', settings: settings() }, ...part })
const send = (method: string, path: string, json?: unknown) =>
  atlas.as('editor')(`${API}/pipelines/${path}`, { method, ...(json === undefined ? {} : { json }) })
const put = (name: string, part: object = {}) => replyOf('PUT /pipelines/:name', send('PUT', name, definition(name, part)))
const read = (name: string) => replyOf('GET /pipelines/:name', send('GET', name))
const versions = (name: string) => replyOf('GET /pipelines/:name/versions', send('GET', `${name}/versions`))
const restore = (name: string, version: number) => send('POST', `${name}/versions/${version}/restore`, {})
const actions = async (target: string) =>
  (await atlas.platform.db.selectFrom('audit').select('action').where('target', '=', target).orderBy('id').execute()).map(
    ({ action }) => action,
  )

describe('a pipeline over HTTP', () => {
  it('has a version of every change with who, when and what, and no secret in any of them', async () => {
    await put('told', { streams: [{ name: 'orders' }] })
    await put('told', { streams: [{ name: 'orders', mode: 'full_append' }], owner: 'Sales' })
    const list = await versions('told')
    expect(list.map(({ version, change, by, file, changes }) => ({ version, change, by, file, changes }))).toEqual([
      {
        version: 2,
        change: 'changed',
        by: 'token:editor',
        file: null,
        changes: [
          { path: 'owner', to: 'Sales' },
          { path: 'streams.orders.mode', from: 'replace', to: 'full_append' },
        ],
      },
      { version: 1, change: 'created', by: 'token:editor', file: null, changes: [] },
    ])
    expect(list[0]?.yaml).toContain('mode: full_append')
    expect(JSON.stringify(list)).not.toMatch(new RegExp(`${SECRET}|sealed`))
    const rows = await atlas.platform.db.selectFrom('pipeline_versions').selectAll().execute()
    expect(JSON.stringify(rows)).not.toMatch(new RegExp(`${SECRET}|sealed`))
  })

  it('goes back to an older version as a new one, and keeps its secret', async () => {
    await put('back', { description: 'as it was' })
    await put('back', { description: 'worse' })
    const restored = await replyOf('POST /pipelines/:name/versions/:version/restore', restore('back', 1))
    expect(restored).toMatchObject({
      version: 3,
      definition: { description: 'as it was', source: { settings: settings({ password: SECRET_KEPT }) } },
    })
    const stored = await atlas.platform.db.selectFrom('pipelines').select('definition').where('name', '=', 'back').executeTakeFirstOrThrow()
    expect(await atlas.platform.secrets.openSettings(stored.definition.source.settings)).toEqual(settings())
    expect((await versions('back')).map(({ change }) => change)).toEqual(['restored', 'changed', 'created'])
    await expectProblem(restore('back', 9), 404, 'pipeline.version_not_found')
  })

  it('keeps its secret where the policy alone is changed in what was read, as the policy editor sends it', async () => {
    await put('guarded', { streams: [{ name: 'people' }] })
    const { definition: before } = await read('guarded')
    expect(before.source.settings['password']).toBe(SECRET_KEPT)
    const policy = { entities: { DK_CPR: 'pseudonymise' as const }, columns: { note: 'drop' as const } }
    await replyOf('PUT /pipelines/:name', send('PUT', 'guarded', { ...before, policy }))
    const stored = await atlas.platform.db
      .selectFrom('pipelines')
      .select('definition')
      .where('name', '=', 'guarded')
      .executeTakeFirstOrThrow()
    expect(stored.definition.policy).toEqual(policy)
    expect(await atlas.platform.secrets.openSettings(stored.definition.source.settings)).toEqual(settings())
  })

  it('does not send its secret to the host of an older version', async () => {
    await put('moved')
    const elsewhere = { source: { connector: 'postgresql', settings: settings({ host: 'other.example.com', password: 'another' }) } }
    await put('moved', elsewhere)
    await expectProblem(restore('moved', 1), 422, 'source.secret_needed')
  })

  it('can be written as YAML that reads back as the same definition', async () => {
    const rich = {
      description: 'Orders',
      owner: 'Sales',
      streams: [{ name: 'orders', mode: 'merge', keys: ['id'], cursor: { column: 'changed' }, columns: { a: { type: 'date' } } }],
      policy: { entities: { EMAIL_ADDRESS: 'hash' }, columns: {} },
      transforms: [{ name: 'per_day', sql: 'select 1 as one\n-- a comment: with "signs"\n' }],
      retries: { attempts: 5 },
      overlap: 'skip',
      pools: ['crm'],
    }
    await put('written', rich)
    const { yaml, definition: shown } = await read('written')
    expect(yaml).not.toContain(SECRET)
    expect(await replyOf('POST /pipelines/read', send('POST', 'read', { text: yaml }))).toEqual(shown)
    const problem = await expectProblem(send('POST', 'read', { text: `${yaml}colour: red\n` }), 422, 'pipeline.invalid')
    expect(problem.errors?.[0]?.pointer).toMatch(/^line:\d+$/)
  })

  it('that is paused gives no run at a time of its schedule, and is run by hand all the same', async () => {
    await put('resting')
    await atlas.as('editor')(`${API}/schedules`, { method: 'POST', json: { pipeline: 'resting', timing: { every: '1h' } } })
    expect(await replyOf('POST /pipelines/:name/pause', send('POST', 'resting/pause', {}))).toMatchObject({ paused: true, version: 1 })
    atlas.advance(3_600_000)
    const { db, now, random, secrets } = atlas.platform
    const steps = [{ ordinal: 0, stream: '', name: 'plan' }] as const
    const fired = await fireSchedules({
      db,
      now,
      random,
      steps,
      workingFolder: '/tmp',
      whileSealing: secrets.whileSealing,
      onQueued: () => undefined,
      cancel: () => Promise.resolve(),
      onError: (error) => {
        throw error
      },
    })
    expect(fired).toEqual([])
    const [schedule] = await replyOf('GET /schedules', atlas.as('viewer')(`${API}/schedules?pipeline=resting`))
    expect(schedule).toMatchObject({ skippedTimes: 1, lastSkipReason: 'pipeline_paused' })
    const run = await replyOf(
      'POST /schedules/:scheduleId/run',
      atlas.as('editor')(`${API}/schedules/${schedule?.id}/run`, { method: 'POST', json: {} }),
    )
    expect(run).toMatchObject({ pipeline: 'resting', trigger: 'api' })
    expect(await replyOf('POST /pipelines/:name/resume', send('POST', 'resting/resume', {}))).toMatchObject({ paused: false })
    expect(await actions('resting')).toEqual(['pipeline.changed', 'pipeline.paused', 'pipeline.resumed'])
  })

  it('is deleted with its schedules; its versions stay, and count on when it is made again', async () => {
    await put('gone')
    await atlas.as('editor')(`${API}/schedules`, { method: 'POST', json: { pipeline: 'gone', timing: { every: '1h' } } })
    expect((await send('DELETE', 'gone')).status).toBe(204)
    await expectProblem(send('GET', 'gone'), 404, 'pipeline.not_found')
    expect(await replyOf('GET /schedules', atlas.as('viewer')(`${API}/schedules?pipeline=gone`))).toEqual([])
    expect((await versions('gone')).map(({ version, change }) => [version, change])).toEqual([
      [2, 'removed'],
      [1, 'created'],
    ])
    expect((await put('gone')).version).toBe(3)
    await expectProblem(send('DELETE', 'never_there'), 404, 'pipeline.not_found')
  })

  it('changed by many at once has a version of each change', async () => {
    await put('raced')
    const ends = await Promise.all(Array.from({ length: 8 }, (_, index) => put('raced', { description: `change ${index}` })))
    expect(ends.map(({ version }) => version).toSorted((one, other) => one - other)).toEqual([2, 3, 4, 5, 6, 7, 8, 9])
    expect((await versions('raced')).map(({ version }) => version)).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1])
  })

  it('is edited and deleted by who may edit pipelines alone', async () => {
    await put('kept')
    for (const [method, path] of [
      ['PUT', 'kept'],
      ['DELETE', 'kept'],
      ['POST', 'kept/pause'],
      ['POST', 'kept/release'],
      ['POST', 'kept/versions/1/restore'],
    ] as const)
      await expectProblem(
        atlas.as('viewer')(`${API}/pipelines/${path}`, { method, ...(method === 'DELETE' ? {} : { json: definition('kept') }) }),
        403,
        'access.denied',
      )
  })
})
