import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readSettings } from '../../src/server/settings.ts'
import { SECRET_KEPT } from '../../src/contract/sources.ts'
import { evaluateRules } from '../../src/ops/alerts/evaluate-rules.ts'
import { formDeliveries, sendDue } from '../../src/ops/alerts/deliver-alerts.ts'
import { startReceiver } from '../support/alert-receiver.ts'
import { startTestServer, type TestServer } from '../support/platform.ts'
import { expectProblem, replyOf } from '../support/replies.ts'

let atlas: TestServer
const receiver = await startReceiver()
beforeAll(async () => {
  atlas = await startTestServer()
})
afterAll(async () => {
  await receiver.close()
  await atlas.close()
})

const API = '/api/v1'
const SECRET = 'a canary that signs messages'
const get = (path: string) => atlas.as('viewer')(`${API}${path}`)
const send = (method: string, path: string, json?: unknown, role: 'editor' | 'viewer' = 'editor') =>
  atlas.as(role)(`${API}${path}`, { method, ...(json === undefined ? {} : { json }) })

const options = () => {
  const { db, secrets, random } = atlas.platform
  const where = { host: 'test', freeBytes: async () => 1e12, baseUrl: null, timeZone: 'UTC', environment: null }
  return { db, secrets, random, ...where, onError: (error: unknown) => expect(error).toBeNull() }
}

async function endRun(id: string, pipeline: string, state: string, secondsAgo = 0): Promise<void> {
  await atlas.database.pool.query(
    `insert into runs (id, pipeline, definition, state, trigger, requested_by, working_folder, queued_at, finished_at, error)
     values ($1, $2, '{}', $3, 'api', 'test', '/', clock_timestamp(), clock_timestamp() - $4 * interval '1 second',
       case $3 when 'failed' then '{"code":"source.unreachable","title":"t","detail":"d","next":"Mend it."}'::jsonb end)`,
    [id, pipeline, state, secondsAgo],
  )
}

const channel = (part: object = {}) => ({
  name: 'hook',
  kind: 'webhook',
  settings: { url: receiver.url, secret: SECRET },
  groupSeconds: 0,
  ...part,
})

describe('before anybody looked', () => {
  it('alerts are not called fine', async () => {
    const { alerts, status } = await replyOf('GET /alerts', get('/alerts'))
    expect(alerts).toEqual([])
    expect(status.evaluator).toMatchObject({ state: 'never', lastAt: null })
  })
})

describe('a channel', () => {
  let id: string

  it('keeps its secret to itself: neither API, nor database, nor audit show it', async () => {
    const made = await replyOf('POST /alert-channels', send('POST', '/alert-channels', channel()))
    id = made.id
    expect(made.settings).toEqual({ url: receiver.url, secret: SECRET_KEPT })
    expect(made.secretsSetAt).toHaveProperty('secret')
    const shown = await (await get('/alert-channels')).text()
    const { rows } = await atlas.database.pool.query(`select settings::text from alert_channels union all select detail::text from audit`)
    expect(shown + JSON.stringify(rows)).not.toContain(SECRET)
  })

  it('sends a real test message, and says what came back', async () => {
    const test = await replyOf('POST /alert-channels/:channelId/test', send('POST', `/alert-channels/${id}/test`))
    expect(test).toMatchObject({ ok: true, answer: '200 ok', error: null })
    expect(JSON.parse(receiver.received.at(-1)!.body)).toMatchObject({ test: true, channel: 'hook' })
    expect((await replyOf('GET /alert-channels', get('/alert-channels')))[0]).toMatchObject({
      lastError: null,
      lastSentAt: expect.any(String),
    })
  })

  it('that does not answer is said to be so, with what to do', async () => {
    const gone = await startReceiver()
    await gone.close()
    const made = await replyOf(
      'POST /alert-channels',
      send('POST', '/alert-channels', channel({ name: 'gone', settings: { url: gone.url, secret: SECRET } })),
    )
    const test = await replyOf('POST /alert-channels/:channelId/test', send('POST', `/alert-channels/${made.id}/test`))
    expect(test).toMatchObject({ ok: false, answer: null, error: expect.stringContaining('ECONNREFUSED'), next: expect.any(String) })
    expect((await send('DELETE', `/alert-channels/${made.id}`)).status).toBe(204)
  })

  it('is changed without its secret, unless it is to lead elsewhere', async () => {
    const kept = { url: receiver.url, secret: SECRET_KEPT }
    await replyOf('PUT /alert-channels/:channelId', send('PUT', `/alert-channels/${id}`, channel({ hourlyLimit: 5, settings: kept })))
    expect(await replyOf('POST /alert-channels/:channelId/test', send('POST', `/alert-channels/${id}/test`))).toMatchObject({ ok: true })
    const elsewhere = { url: 'http://127.0.0.1:9/other', secret: SECRET_KEPT }
    await expectProblem(send('PUT', `/alert-channels/${id}`, channel({ settings: elsewhere })), 422, 'source.secret_needed')
  })

  it.each([
    ['a name twice', channel(), 409, 'alert.channel_exists'],
    ['no secret', channel({ name: 'b', settings: { url: 'https://x.example' } }), 422, 'source.bad_settings'],
    ['an address that is none', channel({ name: 'b', settings: { url: 'ftp://x', secret: SECRET } }), 422, 'source.bad_settings'],
    [
      'a password in its address',
      channel({ name: 'b', settings: { url: 'https://a:b@x.example', secret: SECRET } }),
      422,
      'source.bad_settings',
    ],
    [
      'a reference to the environment of the server',
      channel({ name: 'b', settings: { url: 'https://x.example', secret: '${env:HOME}' } }),
      422,
      'source.bad_settings',
    ],
    ['a limit of none an hour', channel({ name: 'b', hourlyLimit: 0 }), 400, 'request.invalid'],
  ] as const)('with %s is refused', async (_what, body, status, code) => {
    await expectProblem(send('POST', '/alert-channels', body), status, code)
  })

  it('has its secret sealed anew when keys are changed', async () => {
    const before = await atlas.platform.db.selectFrom('alert_channels').select('settings').executeTakeFirstOrThrow()
    await atlas.platform.secrets.rotate()
    const after = await atlas.platform.db.selectFrom('alert_channels').select('settings').executeTakeFirstOrThrow()
    expect(after).not.toEqual(before)
    expect(await replyOf('POST /alert-channels/:channelId/test', send('POST', `/alert-channels/${id}/test`))).toMatchObject({ ok: true })
  })
})

describe('an alert over HTTP', () => {
  it('is opened by a failed run, sent, taken, snoozed and resolved, each in the audit', async () => {
    const [hook] = await replyOf('GET /alert-channels', get('/alert-channels'))
    const rules = await replyOf('GET /alert-rules', get('/alert-rules'))
    const {
      id: _id,
      file: _file,
      open: _open,
      evaluatedAt: _at,
      evaluationError: _error,
      updatedBy: _by,
      updatedAt: _when,
      ...rule
    } = rules.find(({ id }) => id === 'run-failed')!
    await replyOf('PUT /alert-rules/:ruleId', send('PUT', '/alert-rules/run-failed', { ...rule, channels: ['browser', hook!.id] }))
    const before = receiver.received.length
    await endRun('r_1', 'orders', 'failed')
    await evaluateRules(options())
    await formDeliveries(options())
    await sendDue(options())
    expect(receiver.received).toHaveLength(before + 1)

    const { alerts, status } = await replyOf('GET /alerts', get('/alerts'))
    expect(status).toMatchObject({ open: 1, shown: 1, evaluator: { state: 'up', failing: [] }, undelivered: 0 })
    const [alert] = alerts
    expect(alert).toMatchObject({
      what: 'orders failed: The source does not answer',
      count: 1,
      state: 'open',
      next: 'Mend it.',
      owner: null,
    })
    const path = `/alerts/${alert!.id}`
    expect(await replyOf('POST /alerts/:alertId/take', send('POST', `${path}/take`))).toMatchObject({ owner: 'token:editor' })
    expect(await replyOf('GET /alerts/status', get('/alerts/status'))).toMatchObject({ open: 1, shown: 0 })
    await replyOf('POST /alerts/:alertId/snooze', send('POST', `${path}/snooze`, { minutes: 60, note: 'after lunch' }))
    const resolved = await replyOf('POST /alerts/:alertId/resolve', send('POST', `${path}/resolve`, { note: 'the VPN was down' }))
    expect(resolved).toMatchObject({ state: 'resolved', endedBy: 'token:editor', note: 'the VPN was down' })
    expect(resolved.changes.map(({ change }) => change)).toEqual(['resolved', 'snoozed', 'taken', 'opened'])
    expect(resolved.deliveries).toMatchObject([{ channel: 'hook', state: 'sent', attempts: 1 }])
    await expectProblem(send('POST', `${path}/take`), 409, 'alert.over')
    const { alerts: over } = await replyOf('GET /alerts', get('/alerts?state=history'))
    expect(over.map(({ id }) => id)).toEqual([alert!.id])
    const audit = await atlas.platform.db.selectFrom('audit').select('action').where('target', '=', alert!.id).orderBy('id').execute()
    expect(audit.map(({ action }) => action)).toEqual(['alert.taken', 'alert.snoozed', 'alert.resolved'])
  })

  it('is listed page by page, the worst first', async () => {
    for (let n = 0; n < 5; n++) await endRun(`r_page${n}`, `page${n}`, n === 3 ? 'partial' : 'failed', 60 - n)
    await evaluateRules(options())
    const seen: string[] = []
    let after: string | null = null
    do {
      const page: { alerts: { pipeline: string | null; severity: string }[]; next: string | null } = await replyOf(
        'GET /alerts',
        get(`/alerts?limit=2${after === null ? '' : `&after=${after}`}`),
      )
      seen.push(...page.alerts.map(({ pipeline, severity }) => `${pipeline} ${severity}`))
      after = page.next
    } while (after !== null)
    expect(seen).toEqual(['page0 critical', 'page1 critical', 'page2 critical', 'page4 critical', 'page3 warning'])
  })

  it('may be looked at by viewers and acted on by editors', async () => {
    expect((await get('/alerts')).status).toBe(200)
    await expectProblem(send('POST', '/alerts/al_x/take', undefined, 'viewer'), 403, 'access.denied')
    await expectProblem(send('POST', '/alert-channels', channel({ name: 'c' }), 'viewer'), 403, 'access.denied')
  })
})

describe('a rule over HTTP', () => {
  it('is made, tried on the past, disabled, enabled and deleted, each in the audit', async () => {
    const input = { kind: 'run-late', name: 'Orders by eight', options: { minutes: 30 }, pipelines: ['orders'], severity: 'critical' }
    expect(await replyOf('POST /alert-rules/back-test', send('POST', '/alert-rules/back-test', input, 'viewer'))).toMatchObject({
      count: 0,
      firings: [],
    })
    const made = await replyOf('POST /alert-rules', send('POST', '/alert-rules', input))
    expect(made).toMatchObject({ ...input, enabled: true, channels: ['browser'], repeatMinutes: 60, open: 0 })
    const one = `/alert-rules/${made.id}`
    expect(await replyOf('POST /alert-rules/:ruleId/disable', send('POST', `${one}/disable`))).toMatchObject({ enabled: false })
    expect(await replyOf('POST /alert-rules/:ruleId/enable', send('POST', `${one}/enable`))).toMatchObject({ enabled: true })
    expect((await send('DELETE', one)).status).toBe(204)
    await expectProblem(send('DELETE', one), 404, 'alert.rule_not_found')
    const audit = await atlas.platform.db.selectFrom('audit').select('action').where('target', '=', made.id).orderBy('id').execute()
    expect(audit.map(({ action }) => action)).toEqual([
      'alert_rule.created',
      'alert_rule.disabled',
      'alert_rule.enabled',
      'alert_rule.deleted',
    ])
  })

  it.each([
    ['an option that its kind does not have', { kind: 'run-failed', name: 'x', options: { minutes: 5 } }],
    ['an option out of its range', { kind: 'run-late', name: 'x', options: { minutes: 0 } }],
    ['a channel that is not there', { kind: 'run-failed', name: 'x', channels: ['ac_none'] }],
  ])('with %s is refused, naming the field', async (_what, body) => {
    const problem = await expectProblem(send('POST', '/alert-rules', body), 422, 'alert.rule_invalid')
    expect(problem.errors).toHaveLength(1)
  })

  it('has the options of its kind as a form', async () => {
    const kinds = await replyOf('GET /alert-rules/kinds', get('/alert-rules/kinds'))
    expect(kinds.find(({ id }) => id === 'run-late')).toMatchObject({
      options: { properties: { minutes: { type: 'integer', default: 60 } } },
    })
  })
})

describe('when rules are not looked at any more', () => {
  it('that is said, and none of the alerts is called all', async () => {
    await atlas.platform.db
      .updateTable('alert_rules')
      .set({ evaluated_at: new Date(Date.now() - 121_000) })
      .execute()
    expect((await replyOf('GET /alerts/status', get('/alerts/status'))).evaluator.state).toBe('down')
    await evaluateRules(options())
    await atlas.platform.db.updateTable('alert_rules').set({ evaluation_error: 'store.unreachable' }).where('id', '=', 'disk-low').execute()
    expect((await replyOf('GET /alerts/status', get('/alerts/status'))).evaluator).toMatchObject({
      state: 'partial',
      failing: [{ ruleId: 'disk-low', code: 'store.unreachable' }],
    })
  })
})

describe('ATLAS_URL', () => {
  it.each([
    [undefined, null],
    ['https://atlas.example.com', 'https://atlas.example.com'],
    ['https://intra.example.com/atlas/', 'https://intra.example.com/atlas'],
  ])('%s makes links that begin with %s', (text, url) => {
    expect(readSettings(text === undefined ? {} : { ATLAS_URL: text }).url).toBe(url)
  })

  it.each(['atlas.example.com', 'ftp://atlas.example.com', 'https://a:b@atlas.example.com', 'https://atlas.example.com/?a=b'])(
    '%s is refused',
    (text) => {
      expect(() => readSettings({ ATLAS_URL: text })).toThrow(/ATLAS_URL is .*it must be an address/)
    },
  )
})
