import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CodePlan } from '../../src/contract/pipelines-as-code.ts'
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
const postgresql = (part: object = {}) => ({ host: 'db.example.com', database: 'd', user: 'u', password: SECRET, ...part })
const definition = (name: string, part: object = {}) => ({ name, source: { connector: 'postgresql', settings: postgresql() }, ...part })
const file = (name: string, part: object = {}, schedules?: unknown[]) => ({
  file: `pipelines/${name}.yaml`,
  definition: definition(name, part),
  ...(schedules === undefined ? {} : { schedules }),
})
const morning = { timing: { cron: '30 6 * * *', zone: 'Europe/Copenhagen' } }
const post = (at: string, json: unknown, role: 'editor' | 'admin' | 'viewer' = 'editor') =>
  atlas.as(role)(`${API}/pipelines/${at}`, { method: 'POST', json })
const plan = (pipelines: unknown[], part: object = {}) =>
  replyOf('POST /pipelines/plan', post('plan', { pipelines, folder: 'elsewhere', ...part }))
const apply = (pipelines: unknown[], part: object = {}) =>
  replyOf('POST /pipelines/apply', post('apply', { pipelines, folder: 'elsewhere', ...part }))
const read = (name: string) => replyOf('GET /pipelines/:name', atlas.as('viewer')(`${API}/pipelines/${name}`))
const versions = (name: string) => replyOf('GET /pipelines/:name/versions', atlas.as('viewer')(`${API}/pipelines/${name}/versions`))
const inShort = ({ changes }: Pick<CodePlan, 'changes'>) => changes.map(({ kind, name, action }) => `${action} ${kind} ${name}`)

/** Resolves with the state in which the run has ended. */
async function ended(runId: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>()
  const off = atlas.platform.events.subscribe((event) => {
    if (event.kind === 'run' && event.run.id === runId && event.run.finishedAt !== null) resolve(event.run.state)
  })
  const { state } = await replyOf('GET /runs/:runId', atlas.as('viewer')(`${API}/runs/${runId}`))
  if (state !== 'queued' && state !== 'running') resolve(state)
  return promise.finally(off)
}

describe('files of pipelines', () => {
  it('are planned without storing anything, applied once, and give nothing to do the second time', async () => {
    const files = [file('once', { owner: 'Sales' }, [morning])]
    const transforms = [{ file: 'transforms/twice.sql', name: 'twice', sql: 'select 1 as one' }]
    const first = await plan(files, { transforms })
    expect(inShort(first)).toEqual(['create pipeline once', 'create schedule once', 'create transform twice'])
    expect((await atlas.as('viewer')(`${API}/pipelines/once`)).status).toBe(404)
    const done = await apply(files, { transforms, commit: 'c0ffee', expected: first.id })
    expect(done).toMatchObject({ id: first.id, applied: 3 })
    const stored = await read('once')
    expect(stored).toMatchObject({
      version: 1,
      drifted: false,
      git: { file: 'pipelines/once.yaml', commit: 'c0ffee', version: 1, holds: true },
    })
    const audit = await atlas.platform.db.selectFrom('audit').select('detail').where('action', '=', 'pipelines.applied').execute()
    expect(audit.map(({ detail }) => detail)).toMatchObject([{ commit: 'c0ffee', versions: { once: 1 } }])
    expect(await plan(files, { transforms })).toMatchObject({ changes: [], unchanged: 3 })
    expect(await apply(files, { transforms })).toMatchObject({ changes: [], applied: 0 })
    expect((await versions('once')).map(({ version, change, by }) => [version, change, by])).toEqual([[1, 'applied', 'token:editor']])
  })

  it('tell each field that changes, and of a secret only that it is another one', async () => {
    const orders = { name: 'orders', mode: 'merge', keys: ['id'], cursor: { column: 'changed' } }
    await apply([file('told', { streams: [orders] })])
    const changed = file('told', { description: 'Orders', streams: [{ ...orders, keys: ['id', 'line'] }] })
    const found = await plan([
      {
        ...changed,
        definition: { ...changed.definition, source: { connector: 'postgresql', settings: postgresql({ password: 'other-one' }) } },
      },
    ])
    expect(found.changes).toEqual([
      expect.objectContaining({
        action: 'change',
        version: 1,
        changes: [
          { path: 'description', from: '', to: 'Orders' },
          { path: 'streams.orders.keys', from: ['id'], to: ['id', 'line'] },
          { path: 'source.settings.password', from: 'a secret', to: 'another secret' },
        ],
      }),
    ])
    for (const shown of [found, await read('told'), await versions('told')]) {
      expect(JSON.stringify(shown)).not.toContain(SECRET)
      expect(JSON.stringify(shown)).not.toMatch(/other-one|sealed/)
    }
  })

  it('hold what they say: in the browser it is read-only, with the name of the file', async () => {
    await apply([file('held', {}, [morning])])
    const put = atlas.as('editor')(`${API}/pipelines/held`, { method: 'PUT', json: definition('held', { description: 'by hand' }) })
    expect((await expectProblem(put, 409, 'pipeline.from_git')).detail).toContain('pipelines/held.yaml')
    await expectProblem(atlas.as('editor')(`${API}/pipelines/held`, { method: 'DELETE' }), 409, 'pipeline.from_git')
    await expectProblem(post('held/versions/1/restore', {}), 409, 'pipeline.from_git')
    const [schedule] = await replyOf('GET /schedules', atlas.as('viewer')(`${API}/schedules?pipeline=held`))
    expect(schedule?.file).toBe('pipelines/held.yaml')
    const one = `${API}/schedules/${schedule?.id}`
    await expectProblem(atlas.as('editor')(one, { method: 'PUT', json: { pipeline: 'held', ...morning } }), 409, 'schedule.from_git')
    await expectProblem(atlas.as('editor')(one, { method: 'DELETE' }), 409, 'schedule.from_git')
    expect((await read('held')).version).toBe(1)
  })

  it('refuse what was made in the browser, naming both, until told to take over', async () => {
    await atlas.as('editor')(`${API}/pipelines/handmade`, { method: 'PUT', json: definition('handmade') })
    const files = [file('handmade', { description: 'from Git' }), file('beside')]
    const [first] = (await plan(files)).changes
    expect(first).toMatchObject({ action: 'conflict', version: 1 })
    expect(first?.detail).toMatch(/pipelines\/handmade\.yaml has it, and it was made in the browser \(version 1, token:editor/)
    const refused = await expectProblem(post('apply', { pipelines: files }), 409, 'pipeline.conflict')
    expect(refused.detail).toMatch(/handmade\.yaml.*browser/)
    expect((await atlas.as('viewer')(`${API}/pipelines/beside`)).status).toBe(404)
    expect(inShort(await apply(files, { takeOver: true }))).toEqual(['take_over pipeline handmade', 'create pipeline beside'])
    expect((await versions('handmade')).map(({ change }) => change)).toEqual(['taken_over', 'created'])
  })

  it('show drift once they let a pipeline go and somebody changes it, and do not write over that unasked', async () => {
    const files = [file('drifting', { description: 'as in Git' })]
    await apply(files)
    await replyOf('POST /pipelines/:name/release', post('drifting/release', {}))
    const edited = definition('drifting', { description: 'mended at night' })
    await replyOf('PUT /pipelines/:name', atlas.as('editor')(`${API}/pipelines/drifting`, { method: 'PUT', json: edited }))
    const shown = await read('drifting')
    expect(shown).toMatchObject({ version: 2, drifted: true, git: { version: 1, holds: false } })
    expect(shown.drift).toEqual([{ path: 'description', from: 'as in Git', to: 'mended at night' }])
    await expectProblem(post('apply', { pipelines: files }), 409, 'pipeline.conflict')
    await apply(files, { takeOver: true })
    expect(await read('drifting')).toMatchObject({ version: 3, drifted: false, drift: [], git: { version: 3, holds: true } })
  })

  it('that are gone remove nothing unless told to prune; versions stay', async () => {
    const two = [file('stays'), file('goes', {}, [morning])].map((one) => ({ ...one, file: `shop/${one.file}` }))
    await apply(two, { folder: 'shop' })
    const left = two.slice(0, 1)
    expect(inShort(await apply(left, { folder: 'shop' }))).toEqual(['gone pipeline goes'])
    expect((await read('goes')).version).toBe(1)
    expect(inShort(await apply(left, { folder: 'shop', prune: true }))).toEqual(['remove pipeline goes'])
    expect((await atlas.as('viewer')(`${API}/pipelines/goes`)).status).toBe(404)
    expect(await replyOf('GET /schedules', atlas.as('viewer')(`${API}/schedules?pipeline=goes`))).toEqual([])
    expect((await versions('goes')).map(({ change }) => change)).toEqual(['removed', 'applied'])
    await apply(two, { folder: 'shop' })
    expect((await read('goes')).version).toBe(3)
  })

  it('change a schedule in its place, take over the same one of the browser, and leave others of the browser alone', async () => {
    await apply([file('timed', {}, [morning])])
    const list = () => replyOf('GET /schedules', atlas.as('viewer')(`${API}/schedules?pipeline=timed`))
    const [before] = await list()
    const hourly = { timing: { every: '1h' } }
    for (const timing of [hourly.timing, { every: '2h' }])
      await atlas.as('editor')(`${API}/schedules`, { method: 'POST', json: { pipeline: 'timed', timing } })
    const evening = { timing: { cron: '30 18 * * *', zone: 'Europe/Copenhagen' } }
    const done = await apply([file('timed', {}, [evening, hourly])])
    expect(inShort(done)).toEqual(['take_over schedule timed', 'change schedule timed'])
    expect(done.notes).toEqual(['timed has a schedule made in the browser beside those of pipelines/timed.yaml.'])
    const after = await list()
    expect(after.map(({ words, file: held }) => [words, held])).toEqual([
      ['every day at 18:30', 'pipelines/timed.yaml'],
      ['every hour', 'pipelines/timed.yaml'],
      ['every 2 hours', null],
    ])
    expect(after[0]?.id).toBe(before?.id)
    expect(inShort(await apply([file('timed', {}, [evening])]))).toEqual(['remove schedule timed'])
  })

  it('are refused when what the plan was made of has changed since', async () => {
    const { id } = await plan([file('late')])
    await apply([file('late', { description: 'somebody was first' })])
    await expectProblem(post('apply', { pipelines: [file('late')], expected: id }), 409, 'pipeline.plan_stale')
  })

  it('of two who apply at once end as one version each', async () => {
    const ends = await Promise.all(Array.from({ length: 6 }, () => post('apply', { pipelines: [file('raced', {}, [morning])] })))
    expect(ends.map(({ status }) => status)).toEqual(Array.from({ length: 6 }, () => 200))
    expect(await versions('raced')).toHaveLength(1)
    expect(await replyOf('GET /schedules', atlas.as('viewer')(`${API}/schedules?pipeline=raced`))).toHaveLength(1)
  })

  it('are applied while their schedules fire, and neither waits for the other for ever', { timeout: 60_000 }, async () => {
    const { db, now, random, secrets } = atlas.platform
    const timed = (every: string) => file('firing', {}, [{ timing: { every } }])
    await apply([timed('1min')])
    const faults: unknown[] = []
    const fire = () =>
      fireSchedules({
        db,
        now,
        random,
        steps: [{ ordinal: 0, stream: '', name: 'plan' }],
        workingFolder: '/tmp',
        whileSealing: secrets.whileSealing,
        onQueued: () => undefined,
        cancel: () => Promise.resolve(),
        onError: (error) => faults.push(error),
      })
    for (let round = 0; round < 6; round++) {
      atlas.advance(120_000)
      const [done] = await Promise.all([apply([timed(round % 2 === 0 ? '2min' : '1min')]), fire(), fire(), fire()])
      expect(done.applied).toBe(1)
    }
    expect(faults).toEqual([])
  })

  it(
    'of hundreds of pipelines, more than a MiB of them, are applied together and have nothing to do after that',
    { timeout: 120_000 },
    async () => {
      const many = Array.from({ length: 300 }, (_, index) => file(`many_${index}`, { description: 'x'.repeat(4000) }, [morning]))
      expect((await apply(many)).applied).toBe(600)
      expect(await plan(many)).toMatchObject({ changes: [], unchanged: 600 })
    },
  )

  it.each([
    [
      'two of one name',
      { pipelines: [file('same'), { ...file('same'), file: 'pipelines/copy.yaml' }] },
      422,
      'pipeline.invalid',
      ['/pipelines/0/definition/name', '/pipelines/1/definition/name'],
    ],
    [
      'a bad cron',
      { pipelines: [file('bad', {}, [{ timing: { cron: 'at noon' } }])] },
      422,
      'schedule.bad_cron',
      ['/pipelines/0/schedules/0/timing'],
    ],
    [
      'a cron that never fires',
      { pipelines: [file('bad', {}, [{ timing: { cron: '0 0 30 2 *' } }])] },
      422,
      'schedule.never_fires',
      ['/pipelines/0/schedules/0/timing'],
    ],
    [
      'a circle of transforms',
      {
        pipelines: [file('round', { transforms: [{ name: 'a_round', sql: 'select * from navigate.b_round' }] })],
        transforms: [{ file: 'transforms/b_round.sql', name: 'b_round', sql: 'select * from navigate.a_round' }],
      },
      422,
      'transform.cycle',
      ['/pipelines/0/definition/transforms/0/sql', '/transforms/0/sql'],
    ],
    [
      'SQL that is none',
      { pipelines: [], transforms: [{ file: 'transforms/x.sql', name: 'x', sql: 'drop table y' }] },
      400,
      'sql.not_select',
      ['/transforms/0/sql'],
    ],
    [
      'a setting that the connector has not',
      { pipelines: [file('odd', { source: { connector: 'postgresql', settings: postgresql({ colour: 'red' }) } })] },
      422,
      'source.bad_settings',
      ['/pipelines/0/definition/source/settings/colour'],
    ],
    [
      'a reference that nobody followed',
      { pipelines: [file('odd', { source: { connector: 'postgresql', settings: postgresql({ password: '${env:HOME}' }) } })] },
      422,
      'source.bad_settings',
      ['/pipelines/0/definition/source/settings/password'],
    ],
  ] as const)('with %s store nothing, and are told where', async (_, body, status, code, places) => {
    const count = async () => (await atlas.platform.db.selectFrom('pipeline_versions').select('pipeline').execute()).length
    const before = await count()
    for (const at of ['plan', 'apply']) {
      const problem = await expectProblem(post(at, body), status, code)
      expect(problem.errors?.map(({ pointer }) => pointer)).toEqual(places)
    }
    expect(await count()).toBe(before)
  })

  it('are for who may edit pipelines', async () => {
    await expectProblem(post('plan', { pipelines: [] }, 'viewer'), 403, 'access.denied')
    await expectProblem(post('apply', { pipelines: [] }, 'viewer'), 403, 'access.denied')
    const local = { ...file('local'), definition: { name: 'local', source: { connector: 'files', settings: { path: '/etc/hosts' } } } }
    await expectProblem(post('apply', { pipelines: [local] }), 403, 'access.denied')
  })
})

describe('a plan', () => {
  it('tells which datasets appear, are written anew or are left, with rows and columns', async () => {
    const source = path.join(atlas.platform.folders.root, 'sales.csv')
    await writeFile(source, 'id,country,amount\n1,DK,10\n2,SE,20\n3,DK,30\n')
    const sales = (part: object = {}) => ({
      file: 'pipelines/sales.yaml',
      definition: { name: 'sales', source: { connector: 'files', settings: { path: source } }, streams: [{ name: 'sales', ...part }] },
    })
    const transform = (sql: string) => [{ file: 'transforms/by_country.sql', name: 'by_country', sql }]
    const sql = 'select country, sum(amount) as total from chart.sales group by all'
    const ask = (part: object, text: string, more: object = {}) =>
      replyOf('POST /pipelines/plan', post('plan', { pipelines: [sales(part)], transforms: transform(text), ...more }, 'admin'))
    const first = await ask({}, sql)
    expect(first.datasets.map(({ dataset, effect, rows, columnsKnown }) => [dataset, effect, rows, columnsKnown])).toEqual([
      ['explore.sales', 'appears', null, false],
      ['chart.sales', 'appears', null, false],
      ['navigate.sales', 'appears', null, false],
      ['navigate.by_country', 'appears', null, false],
    ])
    await replyOf('POST /pipelines/apply', post('apply', { pipelines: [sales()], transforms: transform(sql) }, 'admin'))
    const run = await replyOf('POST /runs', atlas.as('admin')(`${API}/runs`, { method: 'POST', json: { pipelineName: 'sales' } }))
    expect(await ended(run.id)).toBe('succeeded')
    const second = await ask({ keys: ['id'] }, 'select country, count(*) as orders from chart.sales group by all')
    expect(second.datasets).toMatchObject([
      { dataset: 'chart.sales', effect: 'rewritten', rows: 3 },
      { dataset: 'navigate.sales', effect: 'rewritten', rows: 3 },
      {
        dataset: 'navigate.by_country',
        effect: 'rewritten',
        rows: 2,
        columnsKnown: true,
        columns: [
          { name: 'orders', effect: 'appears', from: null, to: 'BIGINT' },
          { name: 'total', effect: 'vanishes', to: null },
        ],
      },
    ])
    const without = { pipelines: [], transforms: [], prune: true }
    const gone = await replyOf('POST /pipelines/plan', post('plan', without, 'admin'))
    expect(
      gone.datasets
        .filter(({ maker }) => ['sales', 'transforms/by_country.sql'].includes(maker))
        .map(({ dataset, effect, rows }) => [dataset, effect, rows]),
    ).toEqual([
      ['explore.sales', 'left', 3],
      ['chart.sales', 'left', 3],
      ['navigate.sales', 'left', 3],
      ['navigate.by_country', 'left', 2],
    ])
  })
})
