import { readFile } from 'node:fs/promises'
import fastify from 'fastify'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { activeRules } from '../../src/store/quality-rules.ts'
import { startTestServer, type TestServer } from '../support/platform.ts'
import { publish } from '../support/publish.ts'
import { expectProblem, replyOf } from '../support/replies.ts'

let atlas: TestServer

beforeAll(async () => {
  atlas = await startTestServer()
  await publish(atlas.platform, 'chart.orders', {
    columns: { id: 'BIGINT', amount: 'DOUBLE', status: 'VARCHAR', code: 'VARCHAR', mail: 'VARCHAR', placed_at: 'TIMESTAMP' },
    select: `select n as id, n * 1.5 as amount, ['new', 'paid', 'sent'][n % 3 + 1] as status, 'ORD-' || lpad(n::varchar, 5, '0') as code,
      'p' || n || '@example.org' as mail, now()::timestamp - interval (100 - n) hour as placed_at from range(1, 101) t(n)`,
    pii: { mail: { entity: 'EMAIL_ADDRESS', action: 'keep' } },
  })
})
afterAll(() => atlas.close())
beforeEach(async () => {
  const { db } = atlas.platform
  for (const table of ['quality_rule_versions', 'quality_rules', 'quality_contracts'] as const) await db.deleteFrom(table).execute()
})

type Role = 'admin' | 'editor' | 'viewer'
const send = (method: string, path: string, json?: unknown, role: Role = 'editor') => atlas.as(role)(`/api/v1${path}`, { method, json })
const contract = {
  dataset: 'chart.orders',
  owner: 'sales',
  columns: {
    id: { type: 'bigint', required: true, unique: true },
    status: { rules: [{ id: 'status-known', check: 'set', options: { values: ['new', 'paid', 'sent'] } }] },
  },
  rules: [{ id: 'amount-positive', check: 'range', options: { column: 'amount', min: 0 } }],
}
const file = 'contracts/orders.yaml'
const body = (given: object = contract, more: object = {}) => ({ contracts: [{ file, contract: given }], ...more })
const apply = async (given: object = contract, more: object = {}) =>
  (await replyOf('POST /quality/contracts', send('POST', '/quality/contracts', body(given, more)))).applied[0]!
const makeInBrowser = (rule: object) => replyOf('POST /datasets/:name/rules', send('POST', '/datasets/chart.orders/rules', { rule }))
const active = async () => (await activeRules(atlas.platform.db, 'chart.orders')).map(({ id, origin }) => [id, origin])
const ofFile = [
  ['amount-positive', 'file'],
  ['not-null.id', 'file'],
  ['schema', 'file'],
  ['status-known', 'file'],
  ['unique.id', 'file'],
]

describe('a contract', () => {
  it('becomes the rules of its dataset: each line of its columns, with the column filled in, and its owner', async () => {
    const applied = await apply()
    expect(applied).toMatchObject({ dataset: 'chart.orders', version: 1, warnings: [] })
    expect(await active()).toEqual(ofFile)
    const rules = await activeRules(atlas.platform.db, 'chart.orders')
    expect(rules.find(({ id }) => id === 'status-known')).toMatchObject({ owner: 'sales', options: { column: 'status' } })
  })

  it('applied again as it is changes nothing', async () => {
    await apply()
    expect(await apply()).toMatchObject({ version: 1, differences: [] })
    const { versions } = await replyOf(
      'GET /datasets/:name/rules/:rule/history',
      send('GET', '/datasets/chart.orders/rules/not-null.id/history'),
    )
    expect(versions).toHaveLength(1)
  })

  it('that changed changes, adds and takes out, and says so', async () => {
    await apply()
    const changed = {
      dataset: 'chart.orders',
      columns: { id: { required: true } },
      rules: [
        { id: 'amount-positive', check: 'range', options: { column: 'amount', min: 1 } },
        { check: 'row-count', options: { min: 1 } },
      ],
    }
    const { differences, version } = await apply(changed)
    expect(version).toBe(2)
    expect(differences.map(({ rule, difference }) => [rule, difference])).toEqual([
      ['not-null.id', 'changed'],
      ['amount-positive', 'changed'],
      ['row-count', 'added'],
      ['schema', 'removed'],
      ['status-known', 'removed'],
      ['unique.id', 'removed'],
    ])
    expect((await active()).map(([id]) => id)).toEqual(['amount-positive', 'not-null.id', 'row-count'])
  })

  it('tried without being applied says what would change and changes nothing', async () => {
    const { differences } = await apply(contract, { dryRun: true })
    expect(differences).toHaveLength(5)
    expect(await active()).toEqual([])
  })

  it('is shown as it was applied, also as the text of a file that is the same contract', async () => {
    await apply()
    const stored = await replyOf('GET /quality/contracts/:dataset', send('GET', '/quality/contracts/chart.orders', undefined, 'viewer'))
    expect(stored).toMatchObject({ file, version: 1, rules: 5 })
    expect(await apply(parse(stored.yaml) as object)).toMatchObject({ version: 1, differences: [] })
    const { contracts } = await replyOf('GET /quality/contracts', send('GET', '/quality/contracts'))
    expect(contracts.map(({ dataset }) => dataset)).toEqual(['chart.orders'])
  })

  it('that is taken out takes its rules with it, and their history stays', async () => {
    await apply()
    expect((await send('DELETE', '/quality/contracts/chart.orders?reason=moved')).status).toBe(204)
    expect(await active()).toEqual([])
    await expectProblem(send('GET', '/quality/contracts/chart.orders'), 404, 'quality.contract_not_found')
    const { versions } = await replyOf(
      'GET /datasets/:name/rules/:rule/history',
      send('GET', '/datasets/chart.orders/rules/unique.id/history'),
    )
    expect(versions.map(({ change, reason }) => [change, reason])).toEqual([
      ['deleted', 'moved'],
      ['created', ''],
    ])
  })

  it('measured without being applied gives its results and how it differs from what is applied', async () => {
    await apply()
    const stricter = { ...contract, rules: [{ id: 'amount-positive', check: 'range', options: { column: 'amount', min: 10 } }] }
    const checked = await replyOf('POST /quality/contracts/check', send('POST', '/quality/contracts/check', { file, contract: stricter }))
    expect(checked.results.find(({ rule }) => rule === 'amount-positive')).toMatchObject({ status: 'failed', failing: 6, eligible: 100 })
    expect(checked.differences).toEqual([
      { rule: 'amount-positive', difference: 'changed', origin: 'file', source: file, changes: [{ path: 'options.min', from: 0, to: 10 }] },
    ])
  })
})

describe('what is in Git and what was made in the browser never fight silently', () => {
  it('a rule of a file is not changed in the browser', async () => {
    await apply()
    const problem = await expectProblem(
      send('PATCH', '/datasets/chart.orders/rules/unique.id', { enabled: false, expectedVersion: 1 }),
      409,
      'quality.rule_read_only',
    )
    expect(problem.detail).toContain(file)
  })

  it('a file with the rule of somebody in the browser is refused, naming both, and nothing of it is kept', async () => {
    await makeInBrowser({ id: 'amount-positive', check: 'range', options: { column: 'amount', min: -1 } })
    const problem = await expectProblem(send('POST', '/quality/contracts', body()), 409, 'quality.contract_conflict')
    expect(problem.detail).toMatch(/"amount-positive".*contracts\/orders\.yaml.*made in the browser \(version 1, by /)
    expect(await active()).toEqual([['amount-positive', 'browser']])
  })

  it('unless it takes the rule over, which the history tells', async () => {
    await makeInBrowser({ id: 'amount-positive', check: 'range', options: { column: 'amount', min: -1 } })
    await apply(contract, { takeOver: true })
    expect(await active()).toEqual(ofFile)
    const { versions } = await replyOf(
      'GET /datasets/:name/rules/:rule/history',
      send('GET', '/datasets/chart.orders/rules/amount-positive/history'),
    )
    expect(versions.map(({ change, origin }) => [change, origin])).toEqual([
      ['taken_over', 'file'],
      ['created', 'browser'],
    ])
  })

  it('a rule of the browser with the name of one in the file is refused', async () => {
    await apply()
    const problem = await expectProblem(
      send('POST', '/datasets/chart.orders/rules', { rule: { id: 'unique.id', check: 'unique', options: { columns: ['id'] } } }),
      409,
      'quality.rule_exists',
    )
    expect(problem.detail).toContain(file)
  })

  it('rules of the browser beside the file stay, and are told', async () => {
    await makeInBrowser({ id: 'mine', check: 'row-count', options: { min: 1 } })
    const { differences } = await apply()
    expect(differences).toContainEqual({ rule: 'mine', difference: 'elsewhere', origin: 'browser', source: null, changes: [] })
    expect(await active()).toContainEqual(['mine', 'browser'])
  })

  it('two contracts of one dataset at once are refused, naming both files', async () => {
    const two = {
      contracts: [
        { file: 'a.yaml', contract },
        { file: 'b.yaml', contract },
      ],
    }
    const problem = await expectProblem(send('POST', '/quality/contracts', two), 409, 'quality.contract_conflict')
    expect(problem.detail).toMatch(/a\.yaml and b\.yaml/)
  })

  it('a second file for a dataset is refused, naming both, unless the contract moved', async () => {
    await apply()
    const other = (more: object = {}) => send('POST', '/quality/contracts', { contracts: [{ file: 'other.yaml', contract }], ...more })
    const problem = await expectProblem(other(), 409, 'quality.contract_conflict')
    expect(problem.detail).toMatch(/contracts\/orders\.yaml.*other\.yaml/)
    expect((await other({ moved: true })).status).toBe(200)
    const { rules } = await replyOf('GET /datasets/:name/rules', send('GET', '/datasets/chart.orders/rules'))
    expect(new Set(rules.map(({ source }) => source))).toEqual(new Set(['other.yaml']))
  })
})

describe('a contract that cannot run', () => {
  it('names every rule that is wrong by its place, and nothing of it is kept', async () => {
    const wrong = {
      ...contract,
      columns: { nope: { required: true } },
      rules: [contract.rules[0], { check: 'pattern', options: { column: 'code', pattern: '[' } }],
    }
    const problem = await expectProblem(send('POST', '/quality/contracts', body(wrong)), 422, 'quality.contract_invalid')
    expect(problem.detail).toMatch(/^contracts\/orders\.yaml: .*"nope".*And 1 more\.$/)
    expect(problem.errors?.map(({ pointer }) => pointer)).toEqual([
      '/contracts/0/contract/columns/nope/required',
      '/contracts/0/contract/rules/1',
    ])
    expect(await active()).toEqual([])
  })

  it('of several, one that is wrong keeps the others out', async () => {
    const contracts = [
      { file: 'good.yaml', contract },
      { file: 'bad.yaml', contract: { dataset: 'chart.other', rules: [{ check: 'no-such' }] } },
    ]
    await expectProblem(send('POST', '/quality/contracts', { contracts }), 422, 'quality.contract_invalid')
    expect(await active()).toEqual([])
  })

  it('has no id twice', async () => {
    const twice = { ...contract, rules: [contract.rules[0], { ...contract.rules[0], id: 'status-known' }] }
    const problem = await expectProblem(send('POST', '/quality/contracts', body(twice)), 422, 'quality.contract_invalid')
    expect(problem.detail).toMatch(/"status-known": at \/columns\/status\/rules\/0 and at \/rules\/1/)
  })
})

describe('the JSON Schema of a contract', () => {
  /** Holds a body to the schema with the validator of a web server. */
  const validate = async (wanted: object): Promise<{ isValid: boolean; why: string }> => {
    const { $schema: _, ...schema } = await replyOf(
      'GET /quality/contract-schema',
      send('GET', '/quality/contract-schema', undefined, 'viewer'),
    )
    const app = fastify({ ajv: { customOptions: { strict: false, coerceTypes: false, removeAdditional: false, useDefaults: false } } })
    app.post('/', { schema: { body: schema } }, () => 'valid')
    const { statusCode, body: why } = await app.inject({ method: 'POST', url: '/', payload: wanted })
    return { isValid: statusCode === 200, why }
  }

  it('is the one in the docs', async () => {
    const schema = await replyOf('GET /quality/contract-schema', send('GET', '/quality/contract-schema', undefined, 'viewer'))
    expect(JSON.parse(await readFile('docs/reference/contract.schema.json', 'utf8'))).toEqual(schema)
  })

  it('accepts a contract', async () => {
    expect(await validate(contract)).toMatchObject({ isValid: true })
  })

  it.each([
    ['an unknown key', { ...contract, colums: {} }],
    ['an unknown check', { ...contract, rules: [{ check: 'no-such' }] }],
    ['an option of another check', { ...contract, rules: [{ check: 'range', options: { column: 'amount', values: [1] } }] }],
    ['a missing column', { ...contract, rules: [{ check: 'range', options: { min: 1 } }] }],
    ['a threshold of 120 %', { ...contract, rules: [{ ...contract.rules[0], fail: { percent: 120 } }] }],
  ])('refuses %s', async (_, wrong) => {
    expect(await validate(wrong)).toMatchObject({ isValid: false, why: expect.stringContaining('body') as string })
  })
})

describe('a suggested contract', () => {
  const suggest = (role: Role = 'admin') =>
    replyOf('GET /datasets/:name/rules/suggestions', send('GET', '/datasets/chart.orders/rules/suggestions', undefined, role))

  it('has what the data shows, each with what was seen and how it fares', async () => {
    const { rules } = await suggest()
    const byId = new Map(rules.map((suggested) => [suggested.rule.id, suggested]))
    expect(byId.get('not-null.id')?.why).toBe('No NULL in 100 rows. Now 0 of 100 rows break it.')
    expect(byId.get('unique.id')?.rule.options).toEqual({ columns: ['id'] })
    expect(byId.get('set.status')?.rule.options).toEqual({ column: 'status', values: ['new', 'paid', 'sent'] })
    expect(byId.get('range.amount')?.rule.options).toEqual({ column: 'amount', min: 0, max: 164.85 })
    expect(byId.get('pattern.code')?.rule.options).toEqual({ column: 'code', pattern: 'ORD-[0-9]{5}' })
    expect(byId.get('semantic-type.mail')?.rule.options).toEqual({ column: 'mail', type: 'email' })
    expect(byId.get('freshness.placed_at')?.rule.options).toMatchObject({ maxAgeHours: 24, zone: 'UTC' })
  })

  it('is a contract file that can be applied, with a comment above each rule', async () => {
    const { yaml, rules } = await suggest()
    expect(yaml).toMatch(/^# Suggested from s_\d+ of chart\.orders, 100 rows\./)
    expect(yaml.match(/^ {2}# /gm)?.length).toBe(rules.length)
    expect((await apply(parse(yaml) as object)).differences).toHaveLength(rules.length)
  })

  it.each(['viewer', 'admin'] as const)('has no values that not everybody may see, asked for by a %s', async (role) => {
    const { rules, yaml } = await suggest(role)
    expect(yaml).not.toContain('@')
    expect(rules.filter(({ rule }) => rule.options['column'] === 'mail').map(({ rule }) => rule.check)).toEqual([
      'not-null',
      'semantic-type',
    ])
  })
})

describe('an import', () => {
  it('finds out where the file is from, and gives contracts with their text and what is lost', async () => {
    const text = 'models:\n  - name: Orders\n    columns:\n      - name: id\n        tests: [not_null, my_own]\n'
    const read = await replyOf('POST /quality/import', send('POST', '/quality/import', { file: 'schema.yml', text }))
    expect(read.from).toBe('dbt')
    expect(parse(read.contracts[0]!.yaml)).toEqual({ dataset: 'chart.orders', rules: [{ check: 'not-null', options: { column: 'id' } }] })
    expect(read.couldNotCarryOver).toEqual([
      { where: 'models[0].columns[0].tests[1]', what: 'my_own', why: 'Atlas has no check for this test' },
    ])
  })

  it('of what is none of the three says so', async () => {
    await expectProblem(send('POST', '/quality/import', { file: 'x.yml', text: 'a: 1' }), 422, 'quality.import_unreadable')
    const problem = await expectProblem(
      send('POST', '/quality/import', { file: 'x.yml', text: 'a: [1\nb: 2' }),
      422,
      'quality.import_unreadable',
    )
    expect(problem.detail).toMatch(/^x\.yml:\d/)
  })
})
