import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { DatasetRule } from '../../src/contract/quality-rules.ts'
import { activeRules } from '../../src/store/quality-rules.ts'
import { startTestServer, type TestServer } from '../support/platform.ts'
import { publish } from '../support/publish.ts'
import { expectProblem, replyOf } from '../support/replies.ts'

let atlas: TestServer

beforeAll(async () => {
  atlas = await startTestServer()
  await publish(atlas.platform, 'chart.orders', {
    columns: { 'id': 'BIGINT', 'amount': 'DOUBLE', 'mail': 'VARCHAR', 'order"; drop table t;--': 'VARCHAR', 'customer_id': 'BIGINT' },
    select: `select * from (values (1, 10.0, 'anna@example.org', 'x', 1), (2, -5.0, 'bo@example.org', null, 2), (3, 7.5, null, 'y', 9)) t(id, amount, mail, "order""; drop table t;--", customer_id)`,
    pii: { mail: { entity: 'EMAIL_ADDRESS', action: 'keep' } },
  })
  await publish(atlas.platform, 'chart.customers', { columns: { id: 'BIGINT' }, select: 'select unnest([1, 2])::bigint as id' })
  await publish(atlas.platform, 'explore.orders', { columns: { mail: 'VARCHAR' }, select: `select 'anna@example.org' as mail` })
})
afterAll(() => atlas.close())
beforeEach(async () => {
  const { db } = atlas.platform
  for (const table of ['quality_rule_versions', 'quality_rules', 'quality_contracts'] as const) await db.deleteFrom(table).execute()
})

type Role = 'admin' | 'editor' | 'viewer'
const send = (method: string, path: string, json?: unknown, role: Role = 'editor') => atlas.as(role)(`/api/v1${path}`, { method, json })
const rules = '/datasets/chart.orders/rules'
const positive = { id: 'amount-positive', check: 'range', options: { column: 'amount', min: 0 } }
const make = (rule: object, more: object = {}) => replyOf('POST /datasets/:name/rules', send('POST', rules, { rule, ...more }))
const listed = async (): Promise<DatasetRule[]> => (await replyOf('GET /datasets/:name/rules', send('GET', rules))).rules
const history = async (id: string) =>
  (await replyOf('GET /datasets/:name/rules/:rule/history', send('GET', `${rules}/${id}/history`))).versions

describe('a rule', () => {
  it('made in the browser is listed, active and in the audit, with its maker and version', async () => {
    const { rule, warnings } = await make(positive, { reason: 'refunds are rows of their own' })
    expect(rule).toMatchObject({ id: 'amount-positive', origin: 'browser', editable: true, version: 1, source: null })
    expect(warnings).toEqual([])
    expect((await listed()).map(({ id }) => id)).toEqual(['amount-positive'])
    expect(await activeRules(atlas.platform.db, 'chart.orders')).toMatchObject([
      { id: 'amount-positive', origin: 'browser', check: 'range' },
    ])
    const entries = await replyOf('GET /audit', send('GET', '/audit?action=quality.rule_changed', undefined, 'admin'))
    expect(entries[0]).toMatchObject({ target: 'chart.orders', detail: { rule: 'amount-positive', version: 1 } })
  })

  it('without an id gets one that tells its check and column, and numbers tell two of them apart', async () => {
    const first = await make({ check: 'not-null', options: { column: 'mail' } })
    const second = await make({ check: 'not-null', options: { column: 'mail' }, where: 'amount > 5' })
    expect([first.rule.id, second.rule.id]).toEqual(['not-null.mail', 'not-null.mail.2'])
  })

  it('keeps every version with who, when, why and what changed', async () => {
    await make(positive)
    const changed = { ...positive, options: { column: 'amount', min: 1 }, severity: 'warning' }
    await replyOf(
      'PUT /datasets/:name/rules/:rule',
      send('PUT', `${rules}/amount-positive`, { rule: changed, expectedVersion: 1, reason: 'no gifts' }),
    )
    await replyOf('PATCH /datasets/:name/rules/:rule', send('PATCH', `${rules}/amount-positive`, { enabled: false, expectedVersion: 2 }))
    expect(await activeRules(atlas.platform.db, 'chart.orders')).toEqual([])
    expect((await send('DELETE', `${rules}/amount-positive?expectedVersion=3&reason=gone`)).status).toBe(204)
    expect(await listed()).toEqual([])
    await make(positive)
    expect((await history('amount-positive')).map(({ version, change, reason }) => [version, change, reason])).toEqual([
      [5, 'restored', ''],
      [4, 'deleted', 'gone'],
      [3, 'disabled', ''],
      [2, 'changed', 'no gifts'],
      [1, 'created', ''],
    ])
    expect((await history('amount-positive'))[3]!.changes).toEqual([
      { path: 'options.min', from: 0, to: 1 },
      { path: 'severity', from: 'error', to: 'warning' },
    ])
  })

  it('changed by somebody else meanwhile is a 409 that names both', async () => {
    await make(positive)
    const change = (min: number) =>
      send('PUT', `${rules}/amount-positive`, { rule: { ...positive, options: { column: 'amount', min } }, expectedVersion: 1 })
    expect((await change(1)).status).toBe(200)
    const problem = await expectProblem(change(2), 409, 'quality.rule_changed')
    expect(problem.detail).toMatch(/at version 2, changed by \S+ at .*made on version 1/)
    expect(problem.errors).toEqual([{ pointer: '/rule/options/min', detail: 'stored: 1; yours: 2' }])
  })

  it('of two edits on one version at the same moment, one is kept', async () => {
    await make(positive)
    const change = (min: number) =>
      send('PUT', `${rules}/amount-positive`, { rule: { ...positive, options: { column: 'amount', min } }, expectedVersion: 1 })
    const statuses = (await Promise.all([change(1), change(2), change(3)])).map(({ status }) => status)
    expect(statuses.toSorted((one, other) => one - other)).toEqual([200, 409, 409])
    expect(await history('amount-positive')).toHaveLength(2)
  })

  it('that stands in a pipeline is listed with its name and is not changed here', async () => {
    const definition = {
      name: 'shop',
      source: {
        connector: 'postgresql',
        settings: {
          host: '127.0.0.1',
          database: 'shop',
          user: 'shop',
          password: 'none',
        },
      },
      streams: [
        {
          name: 'orders',
          checks: [
            {
              check: 'not-null',
              options: { column: 'id' },
            },
            {
              ...positive,
              id: 'of-pipeline',
            },
          ],
        },
      ],
    }
    await replyOf('PUT /pipelines/:name', send('PUT', '/pipelines/shop', definition))
    expect((await listed()).map(({ id, origin, source, editable }) => [id, origin, source, editable])).toEqual([
      ['not-null.id', 'pipeline', 'shop', false],
      ['of-pipeline', 'pipeline', 'shop', false],
    ])
    const problem = await expectProblem(
      send('PATCH', `${rules}/of-pipeline`, { enabled: false, expectedVersion: 1 }),
      409,
      'quality.rule_read_only',
    )
    expect(problem.detail).toContain('in the pipeline shop')
    const taken = await expectProblem(send('POST', rules, { rule: { ...positive, id: 'of-pipeline' } }), 409, 'quality.rule_exists')
    expect(taken.detail).toContain('in the pipeline shop')
    await atlas.platform.db.deleteFrom('pipelines').execute()
  })

  it('that is not there cannot be changed', async () => {
    await expectProblem(send('DELETE', `${rules}/nothing?expectedVersion=1`), 404, 'quality.rule_not_found')
    await expectProblem(send('GET', `${rules}/nothing/history`), 404, 'quality.rule_not_found')
  })
})

describe('a rule that cannot run is refused when it is saved', () => {
  it.each([
    ['an unknown check', { check: 'no-such' }, 'pipeline.unknown_check', /There is no check "no-such"/],
    ['a missing column', { check: 'not-null', options: { column: 'nope' } }, 'pipeline.unknown_column', /"nope".*not there/],
    ['options of another check', { check: 'range', options: { column: 'amount', bogus: 1 } }, 'pipeline.invalid', /bogus/],
    [
      'a pattern that cannot compile',
      { check: 'pattern', options: { column: 'mail', pattern: '([a-z' } },
      'quality.rule_invalid',
      /\(\[a-z/,
    ],
    [
      'SQL that reads a file',
      { check: 'expression', options: { expression: `amount > (select count(*) from read_csv('/etc/passwd'))` } },
      'quality.rule_invalid',
      /./,
    ],
    ['SQL that writes a file', { check: 'custom-sql', options: { query: `copy (select 1) to '/tmp/x.csv'` } }, 'quality.rule_invalid', /./],
    [
      'SQL that reads a file as a query',
      { check: 'custom-sql', options: { query: `select * from read_text('/etc/passwd')` } },
      'quality.rule_invalid',
      /read_text/,
    ],
    ['an expression over a missing column', { check: 'expression', options: { expression: 'amoun > 0' } }, 'quality.rule_invalid', /amoun/],
    [
      'a filter over a missing column',
      { check: 'not-null', options: { column: 'id' }, where: 'amoun > 0' },
      'quality.rule_invalid',
      /amoun/,
    ],
    [
      'an expression that is a number, which would be true wherever it is not 0',
      { check: 'expression', options: { expression: 'amount + 1' } },
      'quality.rule_invalid',
      /"amount \+ 1" is no condition: it gives \w+, where true or false is asked for/,
    ],
    [
      'a filter that is a text',
      { check: 'not-null', options: { column: 'id' }, where: 'mail' },
      'quality.rule_invalid',
      /"mail" is no condition: it gives VARCHAR/,
    ],
    [
      'a condition that is a number, of a value that is required where it holds',
      { check: 'required-if', options: { column: 'mail', condition: 'id' } },
      'quality.rule_invalid',
      /"id" is no condition/,
    ],
    [
      'a query with a mistake, whose place is that in the text of its author',
      { check: 'custom-sql', options: { query: 'select *\nfrom rows\nwhere amount >>> 1 1' } },
      'quality.rule_invalid',
      /line 3, column/,
    ],
    [
      'a query that names what it may not, by its place in the text of its author',
      { check: 'custom-sql', options: { query: "select *\n  from read_csv('/etc/passwd')" }, where: 'amount >\n 0' },
      'quality.rule_invalid',
      /line 2, column 8/,
    ],
    [
      'an expression with a mistake, by its place in the text of its author',
      { check: 'expression', options: { expression: 'amount >\n 0 0' } },
      'quality.rule_invalid',
      /line 2, column/,
    ],
    [
      'more options than a rule takes',
      { check: 'set', options: { column: 'mail', values: Array.from({ length: 30_000 }, (_, n) => `person-${n}`) } },
      'pipeline.invalid',
      /have \d+ characters; a rule takes 250000/,
    ],
    ['a text compared with a number', { check: 'range', options: { column: 'amount', min: 'much' } }, 'pipeline.invalid', /./],
  ] as const)('%s', async (_, rule, code, words) => {
    const response = await send('POST', rules, { rule })
    const problem = await expectProblem(response, response.status, code)
    expect(response.status).toBe(422)
    expect(problem.detail).toMatch(words)
    expect(await listed()).toEqual([])
  })

  it('a threshold of 120 % names the field and its limit', async () => {
    const problem = await expectProblem(send('POST', rules, { rule: { ...positive, fail: { percent: 120 } } }), 400, 'request.invalid')
    expect(problem.errors).toEqual([{ pointer: '/body/rule/fail/percent', detail: expect.stringContaining('100') as string }])
  })

  it('a reference dataset that is absent is a warning: it may come', async () => {
    const { warnings } = await make({
      check: 'referential',
      options: { columns: ['customer_id'], dataset: 'chart.absent', references: ['id'] },
    })
    expect(warnings).toEqual([expect.stringContaining('chart.absent') as string])
  })

  it('rules of a dataset that is not published are kept with a warning', async () => {
    const { warnings } = await replyOf('POST /datasets/:name/rules', send('POST', '/datasets/chart.later/rules', { rule: positive }))
    expect(warnings).toEqual([expect.stringContaining('chart.later has no published snapshot') as string])
  })

  it('a column named like SQL is a column', async () => {
    const { rule } = await make({ check: 'not-null', options: { column: 'order"; drop table t;--' } })
    const { results } = await replyOf('POST /datasets/:name/rules/run', send('POST', `${rules}/run`, {}))
    expect(results.find((result) => result.rule === rule.id)).toMatchObject({ status: 'failed', failing: 1, eligible: 3 })
  })

  it('a viewer makes none', async () => {
    await expectProblem(send('POST', rules, { rule: positive }, 'viewer'), 403, 'access.denied')
  })
})

describe('a live test', () => {
  const test = (rule: object, role: Role = 'editor', path = rules) =>
    replyOf('POST /datasets/:name/rules/test', send('POST', `${path}/test`, { rule }, role))

  it('measures the rule on the published snapshot and keeps nothing', async () => {
    const { result, snapshotId } = await test(positive)
    expect(result).toMatchObject({ rule: 'amount-positive', status: 'failed', failing: 1, eligible: 3 })
    expect(snapshotId).toMatch(/^s_\d+$/)
    expect(await listed()).toEqual([])
  })

  it('shows the first failing rows, without values that the caller may not see', async () => {
    const { failing } = await test(positive)
    expect(failing?.columns.map(({ name, withheld }) => [name, withheld])).toContainEqual(['mail', true])
    expect(failing?.rows).toEqual([['2', '-5.0', null, null, '2']])
    expect((await test(positive, 'admin')).failing?.rows).toEqual([['2', '-5.0', 'bo@example.org', null, '2']])
  })

  it.each([
    ['a key', { check: 'unique', options: { columns: ['customer_id'] } }, []],
    [
      'another dataset',
      { check: 'referential', options: { columns: ['customer_id'], dataset: 'chart.customers', references: ['id'] } },
      ['3'],
    ],
    ['a query', { check: 'custom-sql', options: { query: 'select id from rows where amount < 8' } }, ['2', '3']],
    ['a filter', { check: 'not-null', options: { column: 'mail' }, where: 'amount > 7' }, ['3']],
    ['neighbouring rows', { check: 'monotonic', options: { column: 'amount', orderBy: ['id'] } }, ['2']],
    ['a figure of all rows', { check: 'outliers', options: { column: 'amount', minRows: 3, threshold: 3 } }, ['2']],
  ])('shows those of %s', async (_, rule, ids) => {
    // What a query gives is shown to those from whom no column is withheld.
    const { failing } = await test(rule, 'admin')
    expect(failing?.rows.map(([id]) => id)).toEqual(ids)
  })

  it('says that a figure has no failing rows', async () => {
    const { result, failing } = await test({ check: 'row-count', options: { min: 10 } })
    expect(result).toMatchObject({ status: 'failed', value: 3 })
    expect(failing).toBeNull()
  })

  it('of data as it came needs the right to read it', async () => {
    const rule = { check: 'not-null', options: { column: 'mail' } }
    await expectProblem(send('POST', '/datasets/explore.orders/rules/test', { rule }), 403, 'access.denied')
    expect((await test(rule, 'admin', '/datasets/explore.orders/rules')).result.status).toBe('passed')
  })
})

describe('all rules of a dataset measured now', () => {
  it('give a result each, by origin, and the score', async () => {
    await make(positive)
    await make({ check: 'not-null', options: { column: 'id' } })
    const { results, summary, rows } = await replyOf('POST /datasets/:name/rules/run', send('POST', `${rules}/run`, {}))
    const declared = results.filter(({ origin }) => origin === 'browser').map(({ rule, status }) => [rule, status])
    expect(declared).toEqual([
      ['amount-positive', 'failed'],
      ['not-null.id', 'passed'],
    ])
    expect(rows).toBe(3)
    expect(summary.cap).toEqual({ at: 0.59, rule: 'amount-positive' })
  })
})

describe('kinds of checks', () => {
  it('come with the schema of their options and of a rule', async () => {
    const { checks, rule } = await replyOf('GET /quality/checks', send('GET', '/quality/checks', undefined, 'viewer'))
    const range = checks.find(({ id }) => id === 'range')
    expect(range?.options['properties']).toHaveProperty('column')
    expect(range?.options['required']).toEqual(['column'])
    expect(rule['properties']).toHaveProperty('severity')
    expect(checks.length).toBeGreaterThan(30)
  })
})
