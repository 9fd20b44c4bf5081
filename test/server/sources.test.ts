import { readdir } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { files } from '../../src/connectors/files.ts'
import type { Run } from '../../src/contract/runs.ts'
import { SECRET_KEPT } from '../../src/contract/sources.ts'
import { ownCertificate } from '../support/own-certificate.ts'
import { parcels, type ParcelService, startParcelService } from '../support/parcel-service.ts'
import { startTestServer, type TestServer } from '../support/platform.ts'
import { expectProblem, replyOf } from '../support/replies.ts'

const token = 'token-of-the-service'
let atlas: TestServer
let service: ParcelService
beforeAll(async () => {
  service = await startParcelService(token)
  atlas = await startTestServer({}, {}, [files, parcels])
})
afterAll(async () => {
  await atlas.close()
  await service[Symbol.asyncDispose]()
})

const api = '/api/v1'
const settingsOf = (given = token) => ({ url: service.url, auth: { type: 'token', token: given } })
const post = (path: string, json: unknown, role: 'admin' | 'editor' | 'viewer' = 'admin') =>
  atlas.as(role)(`${api}${path}`, { method: 'POST', json })
const put = (path: string, json: unknown) => atlas.as('admin')(`${api}${path}`, { method: 'PUT', json })
const get = (path: string) => atlas.as('admin')(`${api}${path}`)
const create = (name: string, more: object = {}) =>
  replyOf('POST /sources', post('/sources', { name, connector: 'kafka', settings: settingsOf(), ...more }))

async function ended(run: Run): Promise<Run> {
  const { events, db } = atlas.platform
  return new Promise((resolve, reject) => {
    const look = async (): Promise<void> => {
      const row = await replyOf('GET /runs/:runId', get(`/runs/${run.id}`))
      if (['queued', 'running'].includes(row.state)) return
      off()
      resolve(row)
    }
    const off = events.subscribe((event) => {
      if (event.kind === 'run' && event.run.id === run.id) look().catch(reject)
    })
    look().catch(reject)
    void db
  })
}

const sync = async (name: string, body: object = {}): Promise<Run> =>
  ended(await replyOf('POST /sources/:name/sync', post(`/sources/${name}/sync`, body)))

describe('a saved source', () => {
  it('is created, shown without its secrets, listed, and was never run until it was', async () => {
    const made = await create('first', { description: 'The first one' })
    expect(made).toMatchObject({
      name: 'first',
      connector: 'kafka',
      version: 1,
      state: 'never_run',
      settings: { url: service.url, auth: { type: 'token', token: SECRET_KEPT } },
      streamsDelivered: null,
      lastRun: null,
      createdBy: 'token:admin',
    })
    expect(Object.keys(made.secretsSetAt)).toEqual(['auth.token'])
    expect(await replyOf('GET /sources/:name', get('/sources/first'))).toEqual(made)
    const listed = await replyOf('GET /sources', get('/sources'))
    expect(listed.map(({ name }) => name)).toContain('first')
    const { settings } = await atlas.platform.db
      .selectFrom('sources')
      .select('settings')
      .where('name', '=', 'first')
      .executeTakeFirstOrThrow()
    expect(JSON.stringify(settings)).toMatch(/"token":\s*\{"\$sealed":\s*"v1\./)
    expect(JSON.stringify(settings)).not.toContain(token)
  })

  it.each([
    ['has the name of another', { name: 'first' }, 409, 'source.exists'],
    ['lacks a setting', { settings: { auth: { type: 'token', token } } }, 422, 'source.bad_settings'],
    [
      'has a setting too many',
      { settings: { url: 'http://127.0.0.1', auth: { type: 'token', token }, speed: 9 } },
      422,
      'source.bad_settings',
    ],
    ['has a setting out of range', { settings: { url: 'x', pageSize: 900, auth: { type: 'token', token } } }, 422, 'source.bad_settings'],
    [
      'holds a reference as a secret',
      { settings: { url: 'x', auth: { type: 'token', token: '${env:HOME}' } } },
      422,
      'source.bad_settings',
    ],
    [
      'holds something sealed',
      { settings: { url: 'x', auth: { type: 'token', token: { $sealed: 'v1.a.b.c.d' } } } },
      422,
      'source.bad_settings',
    ],
    [
      'keeps a secret that there is not',
      { settings: { url: 'x', auth: { type: 'token', token: SECRET_KEPT } } },
      422,
      'source.secret_needed',
    ],
    ['is of a kind that is not here', { connector: 'salesforce' }, 422, 'source.connector_not_available'],
    ['reads a stream twice', { streams: [{ name: 'parcels' }, { name: 'parcels' }] }, 422, 'source.bad_settings'],
    ['reads by a mode that the kind has not', { streams: [{ name: 'parcels', mode: 'merge' }] }, 422, 'source.bad_settings'],
    ['has a name that no dataset can have', { name: 'No good' }, 400, 'request.invalid'],
  ] as const)('is refused when it %s', async (_, wrong, status, code) => {
    const problem = await expectProblem(
      post('/sources', { name: 'refused', connector: 'kafka', settings: settingsOf(), ...wrong }),
      status,
      code,
    )
    expect(JSON.stringify(problem)).not.toContain(token)
  })

  it('names the field that is wrong by its pointer', async () => {
    const settings = { url: service.url, auth: { type: 'token', token: 'short' } }
    const { errors } = await expectProblem(post('/sources', { name: 'refused', connector: 'kafka', settings }), 422, 'source.bad_settings')
    expect(errors?.map(({ pointer }) => pointer)).toEqual(['/body/settings/auth/token'])
  })
})

describe('when its credentials end', () => {
  it('is read from sealed certificates, said by a person, and kept where it is left out', async () => {
    const { key, cert } = await ownCertificate(3)
    const made = await create('ending', { settings: settingsOf(`${key}${cert}`), credentialsEnd: '2031-05-01' })
    expect(made.credentialsEnd).toBe('2031-05-01')
    const stored = () =>
      atlas.platform.db.selectFrom('sources').select(['secrets_end_at', 'credentials_end']).where('name', '=', 'ending').executeTakeFirst()
    const days = (((await stored())?.secrets_end_at?.getTime() ?? 0) - Date.now()) / 86_400_000
    expect(Math.round(days)).toBe(3)
    const { settings, streams, policy } = made
    const kept = await replyOf('PUT /sources/:name', put('/sources/ending', { settings, streams, policy }))
    expect([kept.credentialsEnd, (await stored())?.secrets_end_at]).toEqual(['2031-05-01', expect.any(Date)])
    const part = { settings: settingsOf(), streams, policy, credentialsEnd: null }
    expect((await replyOf('PUT /sources/:name', put('/sources/ending', part))).credentialsEnd).toBeNull()
    expect(await stored()).toEqual({ secrets_end_at: null, credentials_end: null })
    await expectProblem(put('/sources/ending', { ...part, credentialsEnd: 'next year' }), 400, 'request.invalid')
  })
})

describe('a change', () => {
  const headers = [
    { name: 'x-tenant', value: 'tenant-secret-1' },
    { name: 'x-other', value: 'tenant-secret-2' },
  ]

  it('keeps secrets that come back as they were shown, and counts the version up', async () => {
    const made = await create('kept', { settings: { ...settingsOf(), headers } })
    const { settings, streams, policy } = made
    atlas.advance(60_000)
    const changed = await replyOf('PUT /sources/:name', put('/sources/kept', { settings, streams, policy, description: 'New words' }))
    expect(changed).toMatchObject({ version: 2, description: 'New words', secretsSetAt: made.secretsSetAt })
    expect(await replyOf('POST /sources/:name/test', post('/sources/kept/test', undefined))).toMatchObject([{ part: 'sign_in', ok: true }])
    expect(service.requests.at(-1)).toMatchObject({ authorization: `Bearer ${token}`, tenant: 'tenant-secret-1' })
  })

  it('finds the secret of an item that has moved in its list, and asks for that of a new one', async () => {
    await create('moved', { settings: { ...settingsOf(), headers } })
    const shown = (names: string[]) => names.map((name) => ({ name, value: SECRET_KEPT }))
    const auth = { type: 'token', token: SECRET_KEPT }
    await replyOf('PUT /sources/:name', put('/sources/moved', { settings: { url: service.url, auth, headers: shown(['x-other']) } }))
    await replyOf('POST /sources/:name/test', post('/sources/moved/test', undefined))
    expect(service.requests.at(-1)?.tenant).toBeUndefined()
    const renamed = put('/sources/moved', { settings: { url: service.url, auth, headers: shown(['x-tenant']) } })
    const { errors } = await expectProblem(renamed, 422, 'source.secret_needed')
    expect(errors?.map(({ pointer }) => pointer)).toEqual(['/body/settings/headers/0/value'])
  })

  it('of where secrets are sent asks for them again, saved or not', async () => {
    await create('elsewhere')
    const settings = { url: 'http://127.0.0.1:9', auth: { type: 'token', token: SECRET_KEPT } }
    const { errors } = await expectProblem(put('/sources/elsewhere', { settings }), 422, 'source.secret_needed')
    expect(errors?.map(({ pointer }) => pointer)).toEqual(['/body/settings/auth/token'])
    await expectProblem(post('/sources/test', { connector: 'kafka', settings, saved: 'elsewhere' }), 422, 'source.secret_needed')
    const given = { ...settings, auth: { type: 'token', token: 'a-new-token' } }
    expect(await replyOf('PUT /sources/:name', put('/sources/elsewhere', { settings: given }))).toMatchObject({ version: 2 })
  })

  it('of a secret sets when that was', async () => {
    const made = await create('renewed')
    atlas.advance(60_000)
    const changed = await replyOf('PUT /sources/:name', put('/sources/renewed', { settings: settingsOf('another-token') }))
    expect(Date.parse(changed.secretsSetAt['auth.token'] ?? '')).toBeGreaterThan(Date.parse(made.secretsSetAt['auth.token'] ?? ''))
  })
})

describe('a source is asked', () => {
  it('whether it can be read, without what it says giving a secret away', async () => {
    const wrong = 'wrong-token/with+signs'
    const parts = await replyOf('POST /sources/test', post('/sources/test', { connector: 'kafka', settings: settingsOf(wrong) }))
    expect(parts).toMatchObject([{ part: 'sign_in', ok: false }])
    expect(JSON.stringify(parts)).not.toContain(wrong)
    expect(JSON.stringify(parts)).not.toContain(encodeURIComponent(wrong))
    const dead = { ...settingsOf(), url: 'http://127.0.0.1:9' }
    expect(await replyOf('POST /sources/test', post('/sources/test', { connector: 'kafka', settings: dead }))).toMatchObject([
      { part: 'connection', ok: false },
    ])
  })

  it('for its streams and first rows', async () => {
    await create('asked')
    const streams = await replyOf('POST /sources/:name/discover', post('/sources/asked/discover', undefined))
    expect(streams).toMatchObject([
      { name: 'parcels', kind: 'endpoint', primaryKey: ['id'], cursors: ['id'], modes: ['replace', 'append'] },
    ])
    const preview = await replyOf('POST /sources/:name/preview', post('/sources/asked/preview', { stream: { name: 'parcels' } }))
    expect(preview.rows).toEqual([
      ['1', 'Ved Stranden'],
      ['2', 'Åboulevard'],
      ['3', 'Nørregade'],
    ])
    await expectProblem(post('/sources/asked/preview', { stream: { name: 'nothing' } }), 404, 'source.stream_not_found')
    const unsaved = { connector: 'kafka', settings: settingsOf() }
    expect(await replyOf('POST /sources/discover', post('/sources/discover', unsaved))).toEqual(streams)
    expect(await replyOf('POST /sources/preview', post('/sources/preview', { ...unsaved, stream: { name: 'parcels' } }))).toEqual(preview)
  })

  it('for rows only by those who may see raw data, and that stands in the audit', async () => {
    await create('private')
    await expectProblem(post('/sources/private/preview', { stream: { name: 'parcels' } }, 'editor'), 403, 'access.denied')
    await replyOf('POST /sources/:name/preview', post('/sources/private/preview', { stream: { name: 'parcels' } }))
    const entries = await replyOf('GET /audit', get('/audit?action=source.previewed&limit=1'))
    expect(entries).toMatchObject([{ actor: 'token:admin', target: 'private', detail: { connector: 'kafka', stream: 'parcels' } }])
  })

  it('for as long as somebody waits, and leaves nothing behind', async () => {
    await using quiet = await startParcelService()
    quiet.silent = true
    const gone = new AbortController()
    const asked = atlas.as('admin')(`${api}/sources/test`, {
      method: 'POST',
      json: { connector: 'kafka', settings: { ...settingsOf(), url: quiet.url } },
      signal: gone.signal,
    })
    await quiet.arrived
    gone.abort()
    await expect(asked).rejects.toThrow('aborted')
    await quiet.gone
    await expect.poll(() => readdir(atlas.platform.folders.scratch)).toEqual([])
  })

  it('for a file of the server only by those who may read there', async () => {
    const source = { name: 'local', connector: 'files', settings: { path: '/etc/passwd' } }
    await expectProblem(post('/sources', source, 'editor'), 403, 'access.denied')
    await expectProblem(
      post('/sources/preview', { connector: 'files', settings: source.settings, stream: { name: 'x' } }, 'editor'),
      403,
      'access.denied',
    )
  })

  it('with the secret that it gave in exchange, whoever renewed it', async () => {
    const auth = { type: 'rotating', refreshToken: 'refresh-token-number-0' }
    const settings = { url: service.url, auth }
    const ok = [{ part: 'sign_in', ok: true }]
    expect(await replyOf('POST /sources/test', post('/sources/test', { connector: 'kafka', settings }))).toMatchObject(ok)
    await create('rotating', { settings })
    expect(await replyOf('POST /sources/:name/test', post('/sources/rotating/test', undefined))).toMatchObject(ok)
    expect(await sync('rotating')).toMatchObject({ state: 'succeeded' })
    expect(service.refresh).toBe('refresh-token-number-3')
    const rows = await atlas.platform.db.selectFrom('rotated_secrets').selectAll().execute()
    expect(rows).toHaveLength(1)
    expect(JSON.stringify(rows)).not.toContain('refresh-token-number')
  })
})

describe('a sync', () => {
  it('reads the source into explore and tells of it in state, streams and history', async () => {
    await create('read', { streams: [{ name: 'parcels', dataset: 'read_parcels' }] })
    const run = await sync('read')
    expect(run).toMatchObject({ state: 'succeeded', pipeline: 'read', sourceRows: 3, requestedBy: 'token:admin' })
    const source = await replyOf('GET /sources/:name', get('/sources/read'))
    expect(source).toMatchObject({ state: 'on_time', streamsDelivered: { delivered: 1, chosen: 1 }, lastRun: { runId: run.id } })
    expect(source.lastSuccessAt).toBe(run.finishedAt)
    expect(await replyOf('GET /sources/:name/streams', get('/sources/read/streams'))).toMatchObject([
      { name: 'parcels', dataset: 'read_parcels', mode: 'replace', rows: 3, lastState: 'succeeded', lastError: null },
    ])
    expect(await replyOf('GET /sources/:name/history', get('/sources/read/history'))).toMatchObject([
      { runId: run.id, state: 'succeeded', sourceRows: 3 },
    ])
    const rows = await replyOf('GET /datasets/:name/rows', get('/datasets/explore.read_parcels/rows'))
    expect(rows.rows.map(([, street]) => street)).toEqual(['Ved Stranden', 'Åboulevard', 'Nørregade'])
  })

  it('that fails makes the source failing, in words without its secret', async () => {
    await create('failing', { settings: settingsOf('not-the-right-token') })
    const run = await sync('failing')
    expect(run).toMatchObject({ state: 'failed', error: { code: 'source.sign_in_failed' } })
    const source = await replyOf('GET /sources/:name', get('/sources/failing'))
    expect(source).toMatchObject({ state: 'failing', lastSuccessAt: null })
  })

  it('is refused for a paused source, a stream that is not chosen, and a backfill without a cursor', async () => {
    await create('strict', { streams: [{ name: 'parcels', dataset: 'strict_parcels' }] })
    await expectProblem(post('/sources/strict/sync', { streams: ['letters'] }), 404, 'source.stream_not_found')
    await expectProblem(post('/sources/strict/sync', { backfill: { from: '1', to: '2' } }), 422, 'source.cursor_invalid')
    const { settings, streams, policy } = await replyOf('GET /sources/:name', get('/sources/strict'))
    const paused = await replyOf('PUT /sources/:name', put('/sources/strict', { settings, streams, policy, paused: true }))
    expect(paused.state).toBe('paused')
    await expectProblem(post('/sources/strict/sync', {}), 409, 'source.paused')
  })

  it('in full forgets how far the streams were', async () => {
    await create('full', { streams: [{ name: 'parcels', dataset: 'full_parcels', mode: 'append', cursor: { column: 'id' } }] })
    await sync('full')
    const streams = await replyOf('GET /sources/:name/streams', get('/sources/full/streams'))
    expect(streams).toMatchObject([{ cursorColumn: 'id', cursorValue: '3' }])
    const run = await replyOf('POST /sources/:name/sync', post('/sources/full/sync', { full: true }))
    expect(await ended(run)).toMatchObject({ state: 'succeeded', sourceRows: 3 })
    for (const layer of ['explore', 'chart']) {
      const page = await replyOf('GET /datasets/:name/rows', get(`/datasets/${layer}.full_parcels/rows`))
      expect(page.rows.map(([id]) => id)).toEqual(['1', '2', '3'])
    }
  })
})

describe('deleting', () => {
  it('says what depends on a source, and does it when confirmed with its name; its datasets stay', async () => {
    await create('leaving', { streams: [{ name: 'parcels', dataset: 'leaving_parcels' }] })
    await sync('leaving')
    await replyOf('PUT /pipelines/:name', put('/pipelines/other', { name: 'other', source: { connector: 'kafka', saved: 'leaving' } }))
    const select = { sql: 'select * from chart.leaving_parcels' }
    await replyOf('PUT /transforms/:name', put('/transforms/streets', select))
    expect(await replyOf('GET /sources/:name/dependents', get('/sources/leaving/dependents'))).toEqual({
      datasets: ['chart.leaving_parcels', 'explore.leaving_parcels', 'navigate.leaving_parcels'],
      transforms: ['streets'],
      pipelines: ['other'],
    })
    const remove = (query = '') => atlas.as('admin')(`${api}/sources/leaving${query}`, { method: 'DELETE' })
    await expectProblem(remove(), 409, 'source.in_use')
    await expectProblem(remove('?confirm=other'), 409, 'source.in_use')
    expect((await remove('?confirm=leaving')).status).toBe(204)
    await expectProblem(get('/sources/leaving'), 404, 'source.not_found')
    expect((await get('/datasets/chart.leaving_parcels')).status).toBe(200)
  })

  it('of a source that was never used needs no confirmation', async () => {
    await create('unused')
    expect((await atlas.as('editor')(`${api}/sources/unused`, { method: 'DELETE' })).status).toBe(204)
  })
})

describe('pipelines', () => {
  const definition = (auth: object) => ({ name: 'own', source: { connector: 'kafka', settings: { url: service.url, auth } } })

  it('are stored with sealed secrets, shown without them, and keep them when they come back', async () => {
    await replyOf('PUT /pipelines/:name', put('/pipelines/own', definition({ type: 'token', token })))
    const shown = (await replyOf('GET /pipelines', get('/pipelines'))).find(({ name }) => name === 'own')
    expect(shown?.definition.source.settings).toEqual({ url: service.url, auth: { type: 'token', token: SECRET_KEPT } })
    await replyOf('PUT /pipelines/:name', put('/pipelines/own', shown?.definition))
    const run = await ended(await replyOf('POST /runs', post('/runs', { pipelineName: 'own' })))
    expect(run).toMatchObject({ state: 'succeeded', sourceRows: 3 })
    const moved = definition({ type: 'token', token: SECRET_KEPT })
    moved.source.settings.url = 'http://127.0.0.1:9'
    await expectProblem(put('/pipelines/own', moved), 422, 'source.secret_needed')
  })

  it('that name a saved source have no settings beside it, and are of its kind', async () => {
    await create('shared')
    const source = { connector: 'kafka', saved: 'shared', settings: { url: 'http://127.0.0.1:9' } }
    await expectProblem(post('/runs', { pipeline: { name: 'mine', source } }), 422, 'source.bad_settings')
    await expectProblem(
      post('/runs', { pipeline: { name: 'mine', source: { connector: 'files', saved: 'shared' } } }),
      422,
      'source.bad_settings',
    )
    await expectProblem(
      post('/runs', { pipeline: { name: 'mine', source: { connector: 'kafka', saved: 'gone' } } }),
      404,
      'source.not_found',
    )
    const run = await replyOf(
      'POST /runs',
      post('/runs', { pipeline: { name: 'mine', source: { connector: 'kafka', saved: 'shared' } } }, 'editor'),
    )
    expect((await ended(run)).state).toBe('succeeded')
  })
})
