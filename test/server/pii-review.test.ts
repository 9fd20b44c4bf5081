import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { PiiFinding } from '../../src/contract/pii.ts'
import type { ErrorCode } from '../../src/core/errors.ts'
import { startTestServer, type TestServer } from '../support/platform.ts'
import { publish } from '../support/publish.ts'
import { expectProblem, replyOf } from '../support/replies.ts'

let atlas: TestServer
let chart: string

const finding = (
  column: string,
  entity: PiiFinding['entity'],
  action: PiiFinding['action'],
  more: Partial<PiiFinding> = {},
): PiiFinding => ({
  column,
  entity,
  matches: 2,
  rows: 2,
  confidence: 0.9,
  within: 'column',
  evidence: ['shape'],
  action,
  ...more,
})

beforeAll(async () => {
  atlas = await startTestServer()
  await publish(atlas.platform, 'explore.people', {
    columns: { mail: 'VARCHAR', note: 'VARCHAR', plan: 'VARCHAR' },
    select: `select * from (values ('anna@example.org', 'Ring 20 12 34 56 i dag', 'gold'), ('bo@example.org', 'intet', 'silver')) t(mail, note, plan)`,
    findings: [finding('mail', 'EMAIL_ADDRESS', 'keep'), finding('note', 'PHONE_NUMBER', 'keep', { within: 'text', matches: 1 })],
  })
  chart = await publish(atlas.platform, 'chart.people', {
    columns: { mail: 'VARCHAR', note: 'VARCHAR', plan: 'VARCHAR' },
    select: `select * from (values ('***', 'Ring 20 12 34 56 i dag', 'gold'), ('***', 'intet', 'silver')) t(mail, note, plan)`,
    findings: [finding('mail', 'EMAIL_ADDRESS', 'mask'), finding('note', 'PHONE_NUMBER', 'keep', { within: 'text', matches: 1 })],
  })
  await publish(atlas.platform, 'navigate.totals', { columns: { n: 'BIGINT' }, select: 'select 1::bigint as n', findings: [] })
})
afterAll(() => atlas.close())
beforeEach(async () => {
  await atlas.platform.db.deleteFrom('pii_decisions').execute()
})

type Caller = 'admin' | 'editor' | 'viewer'
const get = (path: string, role: Caller = 'viewer') => atlas.as(role)(`/api/v1${path}`)
const send = (method: string, path: string, json?: unknown, role: Caller = 'editor') => atlas.as(role)(`/api/v1${path}`, { method, json })
const about = { dataset: 'chart.people', column: 'note', entity: 'PHONE_NUMBER' } as const
const decide = (wanted: Record<string, unknown>, role: Caller = 'editor') =>
  replyOf('PUT /pii/decisions', send('PUT', '/pii/decisions', { ...about, ...wanted }, role))
const findings = async (query = '') => (await replyOf('GET /pii/findings', get(`/pii/findings${query}`))).findings
const auditOf = (action: string) => replyOf('GET /audit', get(`/audit?action=${action}`, 'admin'))

describe('findings of all datasets', () => {
  it('are told by dataset and column, each with what a decision about it would be about', async () => {
    expect(
      (await findings()).map(({ dataset, column, entity, state, decides }) => [dataset, column, entity, state, decides?.dataset]),
    ).toEqual([
      ['chart.people', 'mail', 'EMAIL_ADDRESS', 'open', 'chart.people'],
      ['chart.people', 'note', 'PHONE_NUMBER', 'open', 'chart.people'],
      ['explore.people', 'mail', 'EMAIL_ADDRESS', 'open', 'chart.people'],
      ['explore.people', 'note', 'PHONE_NUMBER', 'open', 'chart.people'],
    ])
  })

  it.each([
    ['?dataset=chart.people', 2],
    ['?layer=explore', 2],
    ['?entity=PHONE_NUMBER', 2],
    ['?action=mask', 1],
    ['?state=dismissed', 0],
    ['?q=MAIL', 2],
    ['?column=note&layer=chart', 1],
  ])('are filtered by %s', async (query, count) => {
    expect(await findings(query)).toHaveLength(count)
  })

  it('come in pages', async () => {
    const page = await replyOf('GET /pii/findings', get('/pii/findings?limit=1&offset=1'))
    expect(page).toMatchObject({ total: 4, findings: [{ dataset: 'chart.people', column: 'note' }] })
  })
})

describe('a decision', () => {
  it('is kept with who made it and why, shown in every layer, and audited', async () => {
    const saved = await decide({ decision: 'confirm', reason: 'asked the team' })
    expect(saved).toMatchObject({ ...about, decision: 'confirm', correctedEntity: null, reason: 'asked the team', by: 'token:editor' })
    const confirmed = await findings('?state=confirmed')
    expect(confirmed.map(({ dataset, column }) => [dataset, column])).toEqual([
      ['chart.people', 'note'],
      ['explore.people', 'note'],
    ])
    const [entry] = await auditOf('pii.decided')
    expect(entry).toMatchObject({
      actor: 'token:editor',
      target: 'chart.people',
      detail: { column: 'note', entity: 'PHONE_NUMBER', decision: 'confirm' },
    })
  })

  it('takes the place of the one before it', async () => {
    await decide({ decision: 'confirm' })
    await decide({ decision: 'correct', correctedEntity: 'DK_CVR' }, 'admin')
    const rows = await atlas.platform.db.selectFrom('pii_decisions').select(['decision', 'corrected_entity', 'by']).execute()
    expect(rows).toEqual([{ decision: 'correct', corrected_entity: 'DK_CVR', by: 'token:admin' }])
  })

  it('about what is found no more stands alone', async () => {
    await decide({ entity: 'IMEI', decision: 'dismiss' })
    const dismissed = await findings('?state=dismissed')
    expect(dismissed).toMatchObject([
      { dataset: 'chart.people', column: 'note', entity: 'IMEI', finding: null, decision: { decision: 'dismiss' } },
    ])
  })

  it('is withdrawn, once', async () => {
    await decide({ decision: 'dismiss' })
    const path = '/pii/decisions?dataset=chart.people&column=note&entity=PHONE_NUMBER'
    expect((await send('DELETE', path)).status).toBe(204)
    expect(await findings('?state=open')).toHaveLength(4)
    await expectProblem(send('DELETE', path), 404, 'pii.decision_not_found')
    expect(await auditOf('pii.decision_withdrawn')).toHaveLength(1)
  })

  it('is exported as a test case', async () => {
    await decide({ decision: 'correct', correctedEntity: 'IMEI', reason: 'a device list' })
    await decide({ column: 'mail', entity: 'EMAIL_ADDRESS', decision: 'dismiss' })
    const { cases } = await replyOf('GET /pii/decisions/export', get('/pii/decisions/export', 'editor'))
    expect(cases).toMatchObject([
      { name: 'chart.people, mail: no EMAIL_ADDRESS', detected: 'EMAIL_ADDRESS', expected: null, decision: 'dismiss' },
      { name: 'chart.people, note: IMEI, not PHONE_NUMBER', detected: 'PHONE_NUMBER', expected: 'IMEI', reason: 'a device list' },
    ])
    expect(await auditOf('pii.decisions_exported')).toHaveLength(1)
  })

  it.each<[string, Record<string, unknown>, number, ErrorCode]>([
    ['about no dataset', { dataset: 'chart.nobody', decision: 'confirm' }, 404, 'dataset.not_found'],
    ['about no column', { column: 'fax', decision: 'confirm' }, 400, 'dataset.column_not_found'],
    ['about explore', { dataset: 'explore.people', decision: 'confirm' }, 400, 'request.invalid'],
    ['about an unknown kind', { entity: 'PHONE', decision: 'confirm' }, 400, 'request.invalid'],
    ['that corrects to nothing', { decision: 'correct' }, 400, 'request.invalid'],
    ['that corrects to the same', { decision: 'correct', correctedEntity: 'PHONE_NUMBER' }, 400, 'request.invalid'],
    ['that dismisses with a correction', { decision: 'dismiss', correctedEntity: 'IMEI' }, 400, 'request.invalid'],
    ['that is none', { decision: 'maybe' }, 400, 'request.invalid'],
  ])('%s is refused and nothing is kept', async (_what, wanted, status, code) => {
    await expectProblem(send('PUT', '/pii/decisions', { ...about, ...wanted }), status, code)
    expect(await atlas.platform.db.selectFrom('pii_decisions').selectAll().execute()).toEqual([])
  })
})

describe('examples of a finding', () => {
  const path = '/pii/findings/examples?dataset=chart.people&column=note&entity=PHONE_NUMBER'

  it('are shapes for who may not read raw data', async () => {
    const { examples, dataset } = await replyOf('GET /pii/findings/examples', get(path, 'editor'))
    expect(dataset).toBe('explore.people')
    expect(examples).toEqual([{ text: '•••• •• •• •• •• • •••', found: { start: 5, end: 16 }, masked: true }])
  })

  it('are values for who may, and the read is audited', async () => {
    const before = (await auditOf('dataset.raw_read')).length
    const { examples } = await replyOf('GET /pii/findings/examples', get(path, 'admin'))
    expect(examples).toEqual([{ text: 'Ring 20 12 34 56 i dag', found: { start: 5, end: 16 }, masked: false }])
    const entries = await auditOf('dataset.raw_read')
    expect(entries).toHaveLength(before + 1)
    expect(entries[0]).toMatchObject({ target: 'explore.people', detail: { column: 'note', entity: 'PHONE_NUMBER' } })
  })

  it('are the first values where nothing is found in any', async () => {
    const { examples } = await replyOf(
      'GET /pii/findings/examples',
      get('/pii/findings/examples?dataset=chart.people&column=plan&entity=IMEI', 'admin'),
    )
    expect(examples.map(({ text, found }) => [text, found])).toEqual([
      ['gold', null],
      ['silver', null],
    ])
  })

  it('are not for a viewer, and not of what is not there', async () => {
    await expectProblem(get(path), 403, 'access.denied')
    await expectProblem(
      get('/pii/findings/examples?dataset=chart.people&column=fax&entity=IMEI', 'editor'),
      400,
      'dataset.column_not_found',
    )
  })
})

describe('the overview', () => {
  it('adds up what was found, and says who can read what is kept', async () => {
    await decide({ column: 'mail', entity: 'EMAIL_ADDRESS', decision: 'confirm' })
    const overview = await replyOf('GET /pii/overview', get('/pii/overview?days=3'))
    expect(overview).toMatchObject({
      datasets: { total: 3, classified: 3, personal: 2 },
      columns: { personal: 4, kept: 3, protected: 1 },
      review: { open: 1, decided: 1 },
    })
    expect(overview.byEntity).toContainEqual({ entity: 'EMAIL_ADDRESS', title: 'E-mail address', layer: 'chart', columns: 1, cells: 2 })
    expect(overview.exposed.map(({ dataset, column, roles }) => [dataset, column, roles])).toEqual([
      ['chart.people', 'note', ['admin', 'editor', 'viewer']],
      ['explore.people', 'mail', ['admin']],
      ['explore.people', 'note', ['admin']],
    ])
    const today = new Date().toISOString().slice(0, 10)
    expect(overview.overTime).toHaveLength(3)
    expect(overview.overTime.at(-1)).toEqual({ day: today, entities: { EMAIL_ADDRESS: 1, PHONE_NUMBER: 1 } })
    expect(overview.overTime[0]?.entities).toEqual({})
    expect(chart).toMatch(/^s_\d+$/)
  })
})
