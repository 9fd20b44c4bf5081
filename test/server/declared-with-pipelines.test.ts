import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CodePlan } from '../../src/contract/pipelines-as-code.ts'
import { startTestServer, type TestServer } from '../support/platform.ts'
import { expectProblem, replyOf } from '../support/replies.ts'

let atlas: TestServer
beforeAll(async () => {
  atlas = await startTestServer()
  const channel = {
    name: 'on-call',
    kind: 'webhook',
    settings: { url: 'https://hooks.example.com/a', secret: 'k4nary-hunter2-long-enough' },
  }
  await replyOf('POST /alert-channels', atlas.as('editor')(`${API}/alert-channels`, { method: 'POST', json: channel }))
})
afterAll(() => atlas.close())

const API = '/api/v1'
const definition = (name: string, part: object = {}) => ({
  name,
  source: { connector: 'postgresql', settings: { host: 'db.example.com', database: 'd', user: 'u', password: 'p' } },
  streams: [{ name: `${name}_rows` }],
  ...part,
})
const file = (name: string, declares: object = {}, part: object = {}) => ({
  file: `pipelines/${name}.yaml`,
  definition: definition(name),
  ...declares,
  ...part,
})
const post = (at: string, json: unknown) => atlas.as('editor')(`${API}/pipelines/${at}`, { method: 'POST', json })
const put = (at: string, json: unknown) => atlas.as('editor')(`${API}/${at}`, { method: 'PUT', json })
const remove = (at: string) => atlas.as('editor')(`${API}/${at}`, { method: 'DELETE' })
const body = (pipelines: readonly unknown[], part: object) => ({ pipelines, folder: 'elsewhere', project: 'acme/shop', ...part })
const plan = (pipelines: readonly unknown[], part: object = {}) => replyOf('POST /pipelines/plan', post('plan', body(pipelines, part)))
const apply = (pipelines: readonly unknown[], part: object = {}) => replyOf('POST /pipelines/apply', post('apply', body(pipelines, part)))
const read = (name: string) => replyOf('GET /pipelines/:name', atlas.as('viewer')(`${API}/pipelines/${name}`))
const targets = async () => replyOf('GET /freshness', atlas.as('viewer')(`${API}/freshness`))
const rules = async (name: string) =>
  (await replyOf('GET /alert-rules', atlas.as('viewer')(`${API}/alert-rules`))).filter(({ file: held, pipelines }) =>
    [held ?? '', ...pipelines].some((one) => one.includes(name)),
  )
const inShort = ({ changes }: Pick<CodePlan, 'changes'>) => changes.map(({ kind, name, action }) => `${action} ${kind} ${name}`)

describe('freshness in the file of a pipeline', () => {
  it('is planned, applied once, read-only elsewhere with the name of the file, and goes with its key', async () => {
    const files = [file('fresh', { freshness: { 'navigate.fresh_rows': '2h' } })]
    const found = await plan(files)
    expect(inShort(found)).toEqual(['create pipeline fresh', 'create freshness navigate.fresh_rows'])
    expect(found.changes[1]?.changes).toEqual([{ path: 'within', to: '2h' }])
    expect(await targets()).toEqual([])
    expect((await apply(files)).applied).toBe(2)
    expect(await plan(files)).toMatchObject({ changes: [], unchanged: 2 })
    expect(await targets()).toMatchObject([{ dataset: 'navigate.fresh_rows', within: '2h', file: 'pipelines/fresh.yaml' }])
    expect((await read('fresh')).declared.freshness).toEqual([
      { dataset: 'navigate.fresh_rows', within: '2h', file: 'pipelines/fresh.yaml' },
    ])
    const refused = await expectProblem(put('freshness/navigate.fresh_rows', { within: '1d' }), 409, 'freshness.from_git')
    expect(refused.detail).toContain('pipelines/fresh.yaml')
    await expectProblem(remove('freshness/navigate.fresh_rows'), 409, 'freshness.from_git')
    const changed = [file('fresh', { freshness: { 'navigate.fresh_rows': '30min', 'chart.fresh_rows': '1h' } })]
    expect(inShort(await apply(changed))).toEqual(['change freshness navigate.fresh_rows', 'create freshness chart.fresh_rows'])
    expect((await targets()).map(({ dataset, within }) => [dataset, within])).toEqual([
      ['chart.fresh_rows', '1h'],
      ['navigate.fresh_rows', '30min'],
    ])
    expect(inShort(await apply([file('fresh')]))).toEqual(['remove freshness chart.fresh_rows', 'remove freshness navigate.fresh_rows'])
    expect(await targets()).toEqual([])
  })

  it('that was set by itself is taken over where it is the same, and refused where it is another until told to take over', async () => {
    await apply([file('aged')])
    await replyOf('PUT /freshness/:dataset', put('freshness/navigate.aged_rows', { within: '2h' }))
    expect(inShort(await plan([file('aged', { freshness: { 'navigate.aged_rows': '2h' } })]))).toEqual([
      'take_over freshness navigate.aged_rows',
    ])
    const other = [file('aged', { freshness: { 'navigate.aged_rows': '1d' } })]
    const found = await plan(other)
    expect(inShort(found)).toEqual(['conflict freshness navigate.aged_rows'])
    expect(found.changes[0]?.detail).toBe('pipelines/aged.yaml says 1d, and 2h was set by itself')
    await expectProblem(post('apply', body(other, {})), 409, 'pipeline.conflict')
    await apply(other, { takeOver: true })
    expect(await targets()).toMatchObject([{ dataset: 'navigate.aged_rows', within: '1d', file: 'pipelines/aged.yaml' }])
    await apply([file('aged')])
  })

  it('can move from one pipeline to another in one apply', async () => {
    const target = { freshness: { 'navigate.mart': '2h' } }
    const mart = { transforms: [{ name: 'mart', sql: 'select 1 as one' }] }
    const one = { file: 'pipelines/one.yaml', definition: definition('one', mart) }
    await apply([{ ...one, ...target }, file('two')])
    expect(inShort(await apply([one, file('two', target)]))).toEqual(['remove freshness navigate.mart', 'create freshness navigate.mart'])
    expect(await targets()).toMatchObject([{ dataset: 'navigate.mart', file: 'pipelines/two.yaml' }])
    await apply([one, file('two')])
  })
})

describe('alerts in the file of a pipeline', () => {
  const failed = { kind: 'run-failed', severity: 'critical', channels: ['on-call', 'browser'] }
  const late = { kind: 'run-late', name: 'Orders are late', options: { minutes: 30 } }

  it('are planned, applied once, read-only elsewhere with the name of the file, and go with their key', async () => {
    const files = [file('told', { alerts: [failed, late] })]
    const found = await plan(files)
    expect(inShort(found)).toEqual(['create pipeline told', 'create alert A run failed: told', 'create alert Orders are late'])
    expect(found.changes[1]?.changes).toContainEqual({ path: 'channels', to: ['on-call', 'browser'] })
    expect((await apply(files)).applied).toBe(3)
    expect(await plan(files)).toMatchObject({ changes: [], unchanged: 3 })
    const [first, second] = await rules('told')
    expect([first, second]).toMatchObject([
      { name: 'A run failed: told', kind: 'run-failed', severity: 'critical', pipelines: ['told'], file: 'pipelines/told.yaml' },
      { name: 'Orders are late', kind: 'run-late', options: { minutes: 30 }, pipelines: ['told'], channels: ['browser'] },
    ])
    expect((await read('told')).declared.alerts.map(({ name }) => name)).toEqual(['A run failed: told', 'Orders are late'])
    const { id, file: _, open: _open, evaluatedAt: _at, evaluationError: _error, updatedBy: _by, updatedAt: _when, ...input } = second!
    const refused = await expectProblem(put(`alert-rules/${id}`, { ...input, severity: 'info' }), 409, 'alert.from_git')
    expect(refused.detail).toContain('pipelines/told.yaml')
    await expectProblem(remove(`alert-rules/${id}`), 409, 'alert.from_git')
    await replyOf('POST /alert-rules/:ruleId/disable', atlas.as('editor')(`${API}/alert-rules/${id}/disable`, { method: 'POST' }))
    const changed = [file('told', { alerts: [failed, { ...late, options: { minutes: 45 } }] })]
    const next = await apply(changed)
    expect(next.changes).toMatchObject([{ kind: 'alert', action: 'change', changes: [{ path: 'options.minutes', from: 30, to: 45 }] }])
    expect((await rules('told'))[1]).toMatchObject({ id, enabled: false, options: { minutes: 45 } })
    expect(inShort(await apply([file('told')]))).toEqual(['remove alert A run failed: told', 'remove alert Orders are late'])
    expect(await rules('told')).toEqual([])
  })

  it('about datasets name them, or are about those with a freshness target', async () => {
    const alerts = [{ kind: 'row-count-anomaly', datasets: ['chart.rows'] }, { kind: 'freshness-missed' }]
    await apply([file('watched', { freshness: { 'chart.watched_rows': '1d' }, alerts })])
    expect((await rules('watched')).map(({ kind, datasets, pipelines }) => [kind, datasets, pipelines])).toEqual([
      ['freshness-missed', ['chart.watched_rows'], []],
      ['row-count-anomaly', ['chart.rows'], []],
    ])
  })

  it('go with their pipeline when that is pruned, and freshness too; rules of the browser stay', async () => {
    const declares = { freshness: { 'chart.short_rows': '1d' }, alerts: [failed] }
    await apply([{ ...file('short', declares), file: 'old/pipelines/short.yaml' }], { folder: 'old' })
    const own = { kind: 'run-failed', name: 'Mine', pipelines: ['short'] }
    await replyOf('POST /alert-rules', atlas.as('editor')(`${API}/alert-rules`, { method: 'POST', json: own }))
    await apply([], { folder: 'old', prune: true })
    expect((await rules('short')).map(({ name }) => name)).toEqual(['Mine'])
    expect((await targets()).filter(({ dataset }) => dataset.includes('short'))).toEqual([])
  })
})

it('what was declared and is changed once the file let go is shown as drift', async () => {
  const declares = {
    schedules: [{ timing: { every: '1h' } }],
    freshness: { 'navigate.loose_rows': '2h' },
    alerts: [{ kind: 'run-failed', severity: 'critical' }],
  }
  const files = [file('loose', declares)]
  await apply(files)
  await replyOf('POST /pipelines/:name/release', post('loose/release', {}))
  expect(await read('loose')).toMatchObject({ drifted: false, drift: [] })
  await replyOf('PUT /freshness/:dataset', put('freshness/navigate.loose_rows', { within: '1d' }))
  const [rule] = await rules('loose')
  const { id, file: held, open: _open, evaluatedAt: _at, evaluationError: _error, updatedBy: _by, updatedAt: _when, ...input } = rule!
  expect(held).toBeNull()
  await replyOf('PUT /alert-rules/:ruleId', put(`alert-rules/${id}`, { ...input, severity: 'info' }))
  const [schedule] = await replyOf('GET /schedules', atlas.as('viewer')(`${API}/schedules?pipeline=loose`))
  await remove(`schedules/${schedule!.id}`)
  const shown = await read('loose')
  expect(shown.drifted).toBe(true)
  expect(shown.drift).toEqual([
    { path: 'schedules', from: expect.objectContaining({ every: '1h' }) },
    { path: 'freshness.navigate.loose_rows', from: '2h', to: '1d' },
    { path: 'alerts.A run failed: loose.severity', from: 'critical', to: 'info' },
  ])
  const listed = await replyOf('GET /pipelines', atlas.as('viewer')(`${API}/pipelines`))
  expect(listed.find(({ name }) => name === 'loose')?.drifted).toBe(true)
  await apply(files, { takeOver: true })
  expect(await read('loose')).toMatchObject({ drifted: false, drift: [] })
  expect(await rules('loose')).toMatchObject([{ id, severity: 'critical', file: 'pipelines/loose.yaml' }])
})

it.each([
  [
    'a channel that is not there',
    { alerts: [{ kind: 'run-failed', channels: ['browser', 'nobody'] }] },
    'alert.rule_invalid',
    'alerts/0/channels/1',
  ],
  ['an option that its kind has not', { alerts: [{ kind: 'run-late', options: { hours: 1 } }] }, 'alert.rule_invalid', 'alerts/0/options'],
  ['a rule about the machine', { alerts: [{ kind: 'disk-low' }] }, 'alert.rule_invalid', 'alerts/0/kind'],
  ['a rule about datasets that names none', { alerts: [{ kind: 'score-below' }] }, 'alert.rule_invalid', 'alerts/0/datasets'],
  [
    'datasets for a rule about the pipeline',
    { alerts: [{ kind: 'run-failed', datasets: ['chart.a'] }] },
    'alert.rule_invalid',
    'alerts/0/datasets',
  ],
  ['a target for what nothing makes', { freshness: { 'navigate.nothing': '2h' } }, 'pipeline.invalid', 'freshness/navigate.nothing'],
  ['an age beyond a year', { freshness: { 'chart.odd_rows': '900d' } }, 'schedule.bad_interval', 'freshness/chart.odd_rows'],
] as const)('a file with %s stores nothing, and is told where', async (_, declares, code, place) => {
  const problem = await expectProblem(post('apply', body([file('odd', declares)], {})), 422, code)
  expect(problem.errors?.map(({ pointer }) => pointer)).toEqual([`/pipelines/0/${place}`])
  expect((await atlas.as('viewer')(`${API}/pipelines/odd`)).status).toBe(404)
})

describe('a file that has another name now', () => {
  const declares = {
    schedules: [{ timing: { every: '1h' } }],
    freshness: { 'navigate.moved_rows': '2h' },
    alerts: [{ kind: 'run-failed' }],
  }
  const was = { ...file('moved', declares), file: 'shop/pipelines/moved.yaml' }
  const sql = { name: 'moved_sum', sql: 'select 1 as one' }

  it('moves its pipeline and what it says, within the folder that is applied', async () => {
    await apply([was], { folder: 'shop', transforms: [{ ...sql, file: 'shop/transforms/moved_sum.sql' }] })
    const is = { ...was, file: 'shop/pipelines/deep/moved.yaml' }
    const transforms = [{ ...sql, file: 'shop/transforms/deep/moved_sum.sql' }]
    const found = await plan([is], { folder: 'shop', transforms })
    expect(found.changes).toMatchObject([
      { kind: 'pipeline', name: 'moved', action: 'move', file: is.file, detail: `it was in ${was.file}`, changes: [] },
      { kind: 'transform', name: 'moved_sum', action: 'move', detail: 'it was in shop/transforms/moved_sum.sql' },
    ])
    expect(found.changes).toHaveLength(2)
    expect(found.datasets).toEqual([])
    await apply([is], { folder: 'shop', transforms, expected: found.id })
    expect(await plan([is], { folder: 'shop', transforms })).toMatchObject({ changes: [], unchanged: 5 })
    expect((await read('moved')).git).toMatchObject({ file: is.file, project: 'acme/shop', version: 2 })
    const [version] = await replyOf('GET /pipelines/:name/versions', atlas.as('viewer')(`${API}/pipelines/moved/versions`))
    expect(version).toMatchObject({ version: 2, change: 'moved', file: is.file, changes: [] })
    const [schedule] = await replyOf('GET /schedules', atlas.as('viewer')(`${API}/schedules?pipeline=moved`))
    expect(schedule?.file).toBe(is.file)
    expect((await rules('moved')).map((rule) => rule.file)).toEqual([is.file])
  })

  it('from elsewhere in the repository moves it only where the old one is known to be gone', async () => {
    const is = { ...was, file: 'store/pipelines/moved.yaml' }
    const found = await plan([is], { folder: 'store' })
    expect(found.changes).toMatchObject([
      { kind: 'pipeline', action: 'conflict', heldBy: { project: 'acme/shop', file: 'shop/pipelines/deep/moved.yaml' } },
    ])
    const known = { folder: 'store', absent: ['shop/pipelines/deep/moved.yaml'] }
    expect(inShort(await plan([is], known))).toEqual(['move pipeline moved'])
    await apply([is], known)
    expect((await read('moved')).git?.file).toBe(is.file)
  })
})

describe('two projects on one Atlas', () => {
  const at = (name: string, project: string, part: object = {}) => [[file(name)], { folder: '', project, ...part }] as const

  it('prune their own pipelines alone, also where both are applied from their roots', async () => {
    await apply(...at('north', 'acme/north'))
    await apply(...at('south', 'acme/south'))
    expect(inShort(await plan([], { folder: '', project: 'acme/north', prune: true }))).toEqual(['remove pipeline north'])
    await apply([], { folder: '', project: 'acme/north', prune: true })
    expect((await atlas.as('viewer')(`${API}/pipelines/north`)).status).toBe(404)
    expect((await read('south')).git).toMatchObject({ project: 'acme/south', holds: true })
  })

  it('do not get the same name, even in files of one name, and are told of each other', async () => {
    await apply(...at('ours', 'acme/a'))
    const problem = await expectProblem(post('apply', body([file('ours')], { folder: '', project: 'acme/b' })), 409, 'pipeline.conflict')
    expect(problem.detail).toContain('pipelines/ours.yaml has it, and it stands in pipelines/ours.yaml of the project acme/a')
    expect(inShort(await apply(...at('ours', 'acme/b', { takeOver: true })))).toEqual(['take_over pipeline ours'])
    expect((await read('ours')).git?.project).toBe('acme/b')
  })

  it('what was applied before projects were known belongs to the first that applies it, and is never pruned before', async () => {
    const before = { file: 'pipelines/early.yaml', definition: definition('early'), schedules: [{ timing: { every: '1h' } }] }
    await apply([before], { folder: '' })
    await atlas.platform.db.updateTable('pipelines').set({ project: null }).where('name', '=', 'early').execute()
    const pruned = await apply([], { folder: '', project: 'acme/other', prune: true })
    expect(pruned.changes).toMatchObject([{ name: 'early', action: 'gone' }])
    expect(pruned.applied).toBe(0)
    const found = await plan([before], { folder: '', project: 'acme/first' })
    expect(found.changes).toMatchObject([{ name: 'early', action: 'change', changes: [{ path: 'project', to: 'acme/first' }] }])
    await apply([before], { folder: '', project: 'acme/first' })
    expect((await read('early')).git).toMatchObject({ project: 'acme/first', version: 1 })
    expect(await plan([before], { folder: '', project: 'acme/first' })).toMatchObject({ changes: [] })
  })
})
