import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startTestServer, type TestServer } from '../support/platform.ts'
import { publish } from '../support/publish.ts'
import { expectProblem, replyOf } from '../support/replies.ts'

type Role = 'admin' | 'editor' | 'viewer'
const ODD = 'order"; drop table t;--'
const FORMULA = '=cmd()<img src=x onerror=alert(1)>'
const SECOND = 1000
let atlas: TestServer

/** Mail is kept by policy, phone is masked, and the note had a name in it. */
beforeAll(async () => {
  atlas = await startTestServer({}, { sqlTimeoutMs: SECOND })
  const columns = {
    id: 'BIGINT',
    mail: 'VARCHAR',
    cpr: 'BIGINT',
    phone: 'VARCHAR',
    note: 'VARCHAR',
    [ODD]: 'VARCHAR',
    [FORMULA]: 'VARCHAR',
  }
  const select = `select i::bigint as id, 'anna' || i || '@example.org' as mail, 101700000 + i as cpr, '#tok' as phone, 'call <PERSON>' as note,
    'x' as "order""; drop table t;--", case when i > 1 then 'y' end as "${FORMULA}" from range(1, 31) t(i)`
  await publish(atlas.platform, 'explore.people', { columns, select })
  const kept = { entity: 'EMAIL_ADDRESS', action: 'keep' } as const
  await publish(atlas.platform, 'chart.people', { columns, select, pii: { mail: kept, cpr: kept, phone: { ...kept, action: 'mask' } } })
})
afterAll(() => atlas.close())
beforeEach(async () => {
  const { db } = atlas.platform
  for (const table of ['quality_rule_versions', 'quality_rules', 'quality_contracts', 'audit'] as const)
    await db.deleteFrom(table).execute()
})

const send = (method: string, path: string, json?: unknown, role: Role = 'editor') => atlas.as(role)(`/api/v1${path}`, { method, json })
const tried = (rule: object, role: Role = 'editor', dataset = 'chart.people') =>
  send('POST', `/datasets/${dataset}/rules/test`, { rule, failingRows: 5 }, role)
const rawReads = async () =>
  (await replyOf('GET /audit', send('GET', '/audit?action=dataset.raw_read', undefined, 'admin'))).map(({ actor, target }) => [
    actor,
    target,
  ])

const above = { check: 'range', options: { column: 'cpr', max: 101700010 } }
/** Each is a question about what stands in explore. */
const questions: [string, string, object][] = [
  ['a limit on explore', 'explore.people', above],
  ['a figure of explore', 'explore.people', { check: 'aggregate', options: { column: 'cpr', metric: 'max', max: 5 } }],
  ['a filter on explore', 'explore.people', { check: 'not-null', options: { column: 'id' }, where: `mail like 'anna%'` }],
  ['a query over explore', 'explore.people', { check: 'custom_sql', options: { query: 'select * from rows' } }],
  [
    'a figure compared with explore',
    'chart.people',
    { check: 'aggregate-comparison', options: { column: 'id', metric: 'max', dataset: 'explore.people', otherColumn: 'cpr' } },
  ],
  [
    'values compared with explore',
    'chart.people',
    { check: 'reference', options: { column: 'mail', dataset: 'explore.people', keys: ['id'] } },
  ],
  ['values looked up in explore', 'chart.people', { check: 'relationships', options: { columns: ['id'], dataset: 'explore.people' } }],
  [
    'a distribution compared with explore',
    'chart.people',
    { check: 'drift', options: { column: 'cpr', dataset: 'explore.people', minRows: 1 } },
  ],
]

describe.each(questions)('%s is for those who may read raw data', (_, dataset, rule) => {
  const contract = { dataset, rules: [{ id: 'asked', ...rule }] }
  it.each<[string, string, string, object]>([
    ['tried', 'POST', `/datasets/${dataset}/rules/test`, { rule }],
    ['made', 'POST', `/datasets/${dataset}/rules`, { rule }],
    ['changed', 'PUT', `/datasets/${dataset}/rules/asked`, { rule, expectedVersion: 1 }],
    ['checked in a contract', 'POST', '/quality/contracts/check', { file: 'a.yaml', contract }],
    ['applied in a contract', 'POST', '/quality/contracts', { contracts: [{ file: 'a.yaml', contract }] }],
  ])('%s', async (_, method, path, json) => {
    const problem = await expectProblem(send(method, path, json), 403, 'access.denied')
    expect(problem.detail).toContain('explore.people')
    expect(problem.detail).not.toContain('anna')
    expect(await rawReads()).toEqual([])
  })
})

describe('rules on data as it came', () => {
  it('that ask for no value are an editor’s to make, under any name of the check', async () => {
    for (const rule of [
      { check: 'not-null', options: { column: 'id' } },
      { check: 'unique', options: { columns: ['id'] } },
      { check: 'row_count', options: { min: 1 } },
    ])
      expect((await send('POST', '/datasets/explore.people/rules', { rule })).status).toBe(201)
    const match = { check: 'row-count-match', options: { dataset: 'explore.people' } }
    expect((await replyOf('POST /datasets/:name/rules/test', tried(match))).result.status).toBe('passed')
  })

  it('that an admin applied stay when an editor applies the same file', async () => {
    const contracts = [{ file: 'a.yaml', contract: { dataset: 'explore.people', rules: [{ id: 'asked', ...above }] } }]
    expect((await send('POST', '/quality/contracts', { contracts }, 'admin')).status).toBe(200)
    expect((await send('POST', '/quality/contracts', { contracts })).status).toBe(200)
  })

  it('are measured by an admin with an entry in the audit', async () => {
    const contract = { dataset: 'explore.people', rules: [above] }
    expect((await tried(above, 'admin', 'explore.people')).status).toBe(200)
    expect((await send('POST', '/datasets/explore.people/rules/run', {}, 'admin')).status).toBe(200)
    expect((await send('POST', '/quality/contracts/check', { file: 'a.yaml', contract }, 'admin')).status).toBe(200)
    expect(await rawReads()).toEqual(Array.from({ length: 3 }, () => ['token:admin', 'explore.people']))
  })

  it('of a dataset that is not there are refused like those of one that is', async () => {
    const [there, absent] = await Promise.all(
      ['explore.people', 'explore.absent'].map((name) => expectProblem(tried(above, 'editor', name), 403, 'access.denied')),
    )
    expect(absent!.detail).toBe(there!.detail.replace('people', 'absent'))
  })
})

describe('withheld values', () => {
  it('do not come back under another name from a query', async () => {
    const { failing } = await replyOf(
      'POST /datasets/:name/rules/test',
      tried({ check: 'custom-sql', options: { query: 'select mail as id from rows' } }),
    )
    expect(failing?.columns).toEqual([{ name: 'id', type: 'VARCHAR', withheld: true }])
    expect(failing?.rows.flat()).toEqual([null, null, null, null, null])
  })

  it.each<[string, Role]>([
    ['chart.people', 'viewer'],
    ['chart.people', 'admin'],
    ['explore.people', 'viewer'],
    ['explore.people', 'admin'],
  ])('of %s are in no rule suggested to a %s', async (name, role) => {
    const text = await (await send('GET', `/datasets/${name}/rules/suggestions`, undefined, role)).text()
    expect(text).not.toMatch(/anna|@|1017000/)
    expect(text).toContain('not-null.id')
  })
})

describe('a report', () => {
  const made = async (format: string) => {
    const rule = { check: 'not-null', options: { column: FORMULA }, description: FORMULA, owner: FORMULA }
    await send('POST', '/datasets/chart.people/rules', { rule })
    const run = await replyOf('POST /datasets/:name/rules/run', send('POST', '/datasets/chart.people/rules/run', {}))
    const { db } = atlas.platform
    const of = await db
      .selectFrom('snapshots')
      .select(['id', 'dataset_id'])
      .where('id', '=', Number(run.snapshotId.slice(2)))
      .executeTakeFirstOrThrow()
    await db.deleteFrom('check_results').where('snapshot_id', '=', of.id).execute()
    const results = run.results.map((result, ordinal) => ({
      snapshot_id: of.id,
      dataset_id: of.dataset_id,
      ordinal,
      result: JSON.stringify(result),
    }))
    await db.insertInto('check_results').values(results).execute()
    return send('GET', `/quality/datasets/chart.people/report?format=${format}`, undefined, 'viewer')
  }

  it('as a page runs nothing that a column is named', async () => {
    const response = await made('html')
    expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/)
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    const page = await response.text()
    expect(page).not.toContain('<img')
    expect(page).toContain('=cmd()&lt;img src=x onerror=alert(1)&gt;')
  })

  it('as CSV gives a spreadsheet no formula', async () => {
    const response = await made('csv')
    expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename="[\w.-]+\.csv"$/)
    const text = await response.text()
    expect(text).toContain(`,'=cmd()<img`)
    expect(text).not.toMatch(/(^|[,"])[=+@]/m)
  })
})

describe('what takes too long or is too large', () => {
  const bomb = (metric: boolean) => ({
    check: 'custom-sql',
    options: { query: 'select count(*) as n from range(100000000000) a, range(1000000) b', ...(metric ? { metric, max: 1 } : {}) },
  })

  it.each([true, false])('is the rule’s error within the limit, and the server answers meanwhile (metric: %s)', async (metric) => {
    const started = performance.now()
    const running = tried(bomb(metric))
    const overview = await send('GET', '/quality/overview', undefined, 'viewer')
    expect(overview.status).toBe(200)
    const text = await (await running).text()
    expect(text).toMatch(/took longer than 1000 ms/)
    expect(performance.now() - started).toBeLessThan(20 * SECOND)
  })

  it('ends all together: a contract of a hundred of them holds the server no longer than five queries', async () => {
    const rules = Array.from({ length: 100 }, (_, n) => ({ id: `bomb-${n}`, ...bomb(true) }))
    const started = performance.now()
    const applied = send('POST', '/quality/contracts', { contracts: [{ file: 'a.yaml', contract: { dataset: 'chart.people', rules } }] })
    await expectProblem(applied, 408, 'sql.time_limit')
    expect(performance.now() - started).toBeLessThan(15 * SECOND)
  })

  it('of aliases of aliases is refused', async () => {
    const nine = (of: string) => `[${Array.from({ length: 9 }, () => of).join(',')}]`
    const text = `a: &a ${nine('x')}\nb: &b ${nine('*a')}\nc: &c ${nine('*b')}\nd: &d ${nine('*c')}\nmodels: ${nine('*d')}\n`
    await expectProblem(send('POST', '/quality/import', { file: 'x.yml', text }, 'viewer'), 422, 'quality.import_unreadable')
  })
})

it.each(['constructor', 'toString', 'valueOf'])('a rule, a check and a column may be named %s', async (name) => {
  const rule = { id: name.toLowerCase(), check: 'not-null', options: { column: 'id' } }
  expect((await send('POST', '/datasets/chart.people/rules', { rule })).status).toBe(201)
  await expectProblem(send('POST', '/datasets/chart.people/rules', { rule: { check: name } }), 422, 'pipeline.unknown_check')
  const contract = { dataset: 'chart.people', columns: { [name]: { required: true } } }
  await expectProblem(send('POST', '/quality/contracts', { contracts: [{ file: 'a.yaml', contract }] }), 422, 'quality.contract_invalid')
})
