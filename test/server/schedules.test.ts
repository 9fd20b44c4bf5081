import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../support/platform.ts'
import { expectProblem, replyOf } from '../support/replies.ts'

let atlas: TestServer
beforeAll(async () => {
  atlas = await startTestServer()
  const definition = { name: 'orders', source: { connector: 'postgresql', settings: { host: 'db.example.com', database: 'd', user: 'u' } } }
  const saved = await atlas.as('editor')(`${API}/pipelines/orders`, { method: 'PUT', json: definition })
  expect(saved.status).toBe(200)
})
afterAll(() => atlas.close())

const API = '/api/v1'
const post = (path: string, json: unknown = {}, role: 'editor' | 'viewer' = 'editor') =>
  atlas.as(role)(`${API}${path}`, { method: 'POST', json })
const make = (timing: unknown, part: object = {}) => replyOf('POST /schedules', post('/schedules', { pipeline: 'orders', timing, ...part }))

describe('schedules over HTTP', () => {
  it('are made, listed, changed, paused, resumed and deleted, each in the audit', async () => {
    const made = await make({ cron: '30 6 * * mon-fri', zone: 'Europe/Copenhagen' })
    expect(made).toMatchObject({
      pipeline: 'orders',
      words: 'weekdays at 06:30',
      missed: 'once',
      overlap: 'skip',
      paused: false,
      lastRun: null,
    })
    expect(made.next.map(({ local }) => local.slice(11, 16))).toEqual(['06:30', '06:30', '06:30'])
    expect(made.dueAt).toBe(made.next[0]?.at)
    const one = `${API}/schedules/${made.id}`
    const input = { pipeline: 'orders', timing: { every: '15min' }, missed: 'all', overlap: 'queue', jitterSeconds: 5 }
    const changed = await replyOf('PUT /schedules/:scheduleId', atlas.as('editor')(one, { method: 'PUT', json: input }))
    expect(changed).toMatchObject({ words: 'every 15 minutes', missed: 'all', overlap: 'queue', jitterSeconds: 5 })
    const paused = await replyOf('POST /schedules/:scheduleId/pause', post(`/schedules/${made.id}/pause`))
    expect(paused).toMatchObject({ paused: true, next: [], dueAt: null })
    const resumed = await replyOf('POST /schedules/:scheduleId/resume', post(`/schedules/${made.id}/resume`))
    expect(resumed.next).toHaveLength(3)
    expect(await replyOf('GET /schedules', atlas.as('viewer')(`${API}/schedules?pipeline=orders`))).toEqual([resumed])
    expect((await atlas.as('editor')(one, { method: 'DELETE' })).status).toBe(204)
    await expectProblem(await atlas.as('viewer')(one), 404, 'schedule.not_found')
    const audit = await atlas.platform.db.selectFrom('audit').select('action').where('target', '=', made.id).orderBy('id').execute()
    expect(audit.map(({ action }) => action)).toEqual([
      'schedule.created',
      'schedule.changed',
      'schedule.paused',
      'schedule.resumed',
      'schedule.deleted',
    ])
  })

  it('are shown before they are saved: ten times, in the zone and in UTC', async () => {
    const preview = await replyOf(
      'POST /schedules/preview',
      post('/schedules/preview', { timing: { cron: '0 12 * * *', zone: 'Asia/Tokyo' } }, 'viewer'),
    )
    expect(preview.words).toBe('every day at 12:00')
    expect(preview.next).toHaveLength(10)
    for (const { at, local } of preview.next) {
      expect(local.slice(10)).toBe('T12:00:00+09:00')
      expect(at.slice(10)).toBe('T03:00:00.000Z')
    }
    expect(await atlas.platform.db.selectFrom('schedules').select('id').execute()).toEqual([])
  })

  it('of the coming week are listed by schedule, cut off at 200 times each', async () => {
    const often = await make({ cron: '*/5 * * * *' })
    const seldom = await make({ cron: '0 12 * * *' })
    const week = await replyOf('GET /schedules/week', atlas.as('viewer')(`${API}/schedules/week`))
    expect(Date.parse(week.to) - Date.parse(week.from)).toBe(7 * 86_400_000)
    const counts = week.schedules.map(({ scheduleId, times, more }) => [scheduleId, times.length, more])
    expect(counts).toEqual([
      [often.id, 200, true],
      [seldom.id, 7, false],
    ])
  })

  it.each([
    [{ cron: '0 0 30 2 *' }, 422, 'schedule.never_fires'],
    [{ cron: 'at noon' }, 422, 'schedule.bad_cron'],
    [{ cron: '@daily', zone: 'Mars/Olympus' }, 422, 'schedule.unknown_zone'],
    [{ every: '5s' }, 422, 'schedule.bad_interval'],
    [{ cron: '@daily', every: '1h' }, 400, 'request.invalid'],
  ] as const)('with the timing %o are refused with %i %s', async (timing, status, code) => {
    await expectProblem(await post('/schedules', { pipeline: 'orders', timing }), status, code)
    await expectProblem(await post('/schedules/preview', { timing }), status, code)
  })

  it('of a pipeline that is not there are refused, and so are those of who may only look', async () => {
    const timing = { cron: '@daily' }
    await expectProblem(await post('/schedules', { pipeline: 'nothing', timing }), 404, 'pipeline.not_found')
    await expectProblem(await post('/schedules', { pipeline: 'orders', timing }, 'viewer'), 403, 'access.denied')
  })
})
