import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { PipelineDefinition } from '../../src/contract/pipelines.ts'
import type { CheckRuleInput } from '../../src/contract/quality.ts'
import { startTestServer, type TestServer } from '../support/platform.ts'
import { publish } from '../support/publish.ts'
import { expectProblem, replyOf } from '../support/replies.ts'

let atlas: TestServer

beforeAll(async () => {
  atlas = await startTestServer()
  await publish(atlas.platform, 'chart.orders', {
    columns: { id: 'BIGINT', amount: 'DOUBLE' },
    select: 'select n as id, n * 1.5 as amount from range(1, 101) t(n)',
  })
})
afterAll(() => atlas.close())
beforeEach(async () => {
  const { db } = atlas.platform
  for (const table of ['quality_rule_versions', 'quality_rules', 'quality_contracts', 'pipelines'] as const)
    await db.deleteFrom(table).execute()
})

const send = (method: string, path: string, json?: unknown) => atlas.as('editor')(`/api/v1${path}`, { method, json })
const file = 'contracts/orders.yaml'
const range = (max: number): CheckRuleInput => ({ check: 'range', options: { column: 'amount', max } })

/** A stored pipeline that declares rules for chart.orders; none of them has an id of its own. */
async function declare(...checks: CheckRuleInput[]): Promise<void> {
  const definition = PipelineDefinition.parse({
    name: 'shop',
    source: { connector: 'files', settings: { path: 'orders.csv' } },
    streams: [{ name: 'orders', checks }],
  })
  const values = { id: randomUUID(), name: 'shop', definition: JSON.stringify(definition), version: 1, updated_at: new Date() }
  await atlas.platform.db.insertInto('pipelines').values(values).execute()
}

const contract = (...rules: CheckRuleInput[]) => ({ dataset: 'chart.orders', rules })
const apply = (given: object, more: object = {}) => send('POST', '/quality/contracts', { contracts: [{ file, contract: given }], ...more })
const applied = async (given: object) => (await replyOf('POST /quality/contracts', apply(given))).applied[0]!
const rules = async () => (await replyOf('GET /datasets/:name/rules', send('GET', '/datasets/chart.orders/rules'))).rules
const measured = async () => {
  const { results } = await replyOf('POST /datasets/:name/rules/run', send('POST', '/datasets/chart.orders/rules/run', {}))
  return results.filter(({ origin }) => origin !== 'automatic').map(({ rule, origin, alsoIn, status }) => [rule, origin, alsoIn, status])
}

describe('a rule that a pipeline declares without an id', () => {
  it.each([
    ['applied', () => apply(contract(range(20)))],
    ['tried', () => apply(contract(range(20)), { dryRun: true })],
    ['measured', () => send('POST', '/quality/contracts/check', { file, contract: contract(range(20)) })],
  ])('refuses a contract with another of the name that it is given, when the contract is %s', async (_, act) => {
    await declare(range(10))
    const problem = await expectProblem(act(), 409, 'quality.contract_conflict')
    expect(problem.detail).toContain(
      '"range.amount" of chart.orders stands in contracts/orders.yaml and was there before, in the pipeline shop',
    )
    expect(problem.detail).toContain('options.max is 10 there and 20 in the file')
    expect(problem.errors?.map(({ pointer }) => pointer.replace(/^\/contracts\/0/, ''))).toEqual(['/contract/rules/0'])
    expect((await rules()).map(({ origin }) => origin)).toEqual(['pipeline'])
  })

  it('is one with the same rule of a contract: measured once, and both homes are named', async () => {
    await declare({ ...range(200), description: 'As the till has it' })
    const { differences } = await applied(contract({ ...range(200), owner: 'sales' }))
    expect(differences).toEqual([{ rule: 'range.amount', difference: 'same', origin: 'pipeline', source: 'shop', changes: [] }])
    expect(await rules()).toMatchObject([
      { id: 'range.amount', origin: 'file', source: file, alsoIn: [{ origin: 'pipeline', source: 'shop' }] },
    ])
    expect(await measured()).toEqual([['range.amount', 'file', ['pipeline'], 'passed']])
    expect((await applied(contract({ ...range(200), owner: 'sales' }))).differences).toEqual([])
  })

  it('that comes to differ from one in a contract is an error that names both, and neither is measured', async () => {
    await applied(contract(range(20)))
    await declare(range(10))
    const { results } = await replyOf('POST /datasets/:name/rules/run', send('POST', '/datasets/chart.orders/rules/run', {}))
    expect(results.find(({ rule }) => rule === 'range.amount')).toMatchObject({
      status: 'error',
      message: expect.stringMatching(
        /declared twice, by the pipeline and by the contract file contracts\/orders\.yaml\. They differ: options\.max is 10 in/,
      ) as string,
    })
  })

  it('keeps its name from a rule of the browser', async () => {
    await declare(range(10))
    const asked = { rule: { ...range(20), id: 'range.amount' } }
    expect((await expectProblem(send('POST', '/datasets/chart.orders/rules', asked), 409, 'quality.rule_exists')).detail).toContain('shop')
    const { rule } = await replyOf('POST /datasets/:name/rules', send('POST', '/datasets/chart.orders/rules', { rule: range(20) }))
    expect(rule.id).toBe('range.amount.2')
  })

  it('is not suggested anew, and the file says where it stands', async () => {
    await declare({ check: 'not-null', options: { column: 'id' } })
    await applied(contract(range(200)))
    const suggested = await replyOf('GET /datasets/:name/rules/suggestions', send('GET', '/datasets/chart.orders/rules/suggestions'))
    expect(suggested.known).toEqual([
      { rule: 'not-null.id', origin: 'pipeline', source: 'shop' },
      { rule: 'range.amount', origin: 'file', source: file },
    ])
    const ids = suggested.rules.map(({ rule }) => rule.id)
    expect([ids.includes('unique.id'), ids.includes('not-null.id'), ids.includes('range.amount')]).toEqual([true, false, false])
    expect(suggested.yaml).toMatch(/^# {3}in the pipeline shop: not-null\.id$/m)
    expect(suggested.yaml).toMatch(/^# {3}in the contract file contracts\/orders\.yaml: range\.amount$/m)
  })
})

describe('a rule that somebody made in the browser', () => {
  it('becomes the file’s where the file has the very same, and its history says so', async () => {
    await replyOf('POST /datasets/:name/rules', send('POST', '/datasets/chart.orders/rules', { rule: { ...range(200), id: 'limit' } }))
    const { differences } = await applied(contract({ ...range(200), id: 'limit' }))
    expect(differences).toMatchObject([{ rule: 'limit', difference: 'same', origin: 'browser' }])
    const { versions } = await replyOf('GET /datasets/:name/rules/:rule/history', send('GET', '/datasets/chart.orders/rules/limit/history'))
    expect(versions.map(({ change, origin }) => [change, origin])).toEqual([
      ['taken_over', 'file'],
      ['created', 'browser'],
    ])
  })
})

describe('a contract that is applied again as it is', () => {
  it('writes no version of anything and nothing into the audit', async () => {
    const given = { ...contract({ ...range(200), id: 'limit' }), owner: 'sales', columns: { id: { type: 'bigint', required: true } } }
    await applied(given)
    const counts = async () => {
      const { db } = atlas.platform
      const count = (table: 'quality_rule_versions' | 'audit') =>
        db
          .selectFrom(table)
          .select(({ fn }) => fn.countAll().as('n'))
          .executeTakeFirstOrThrow()
      return [await count('quality_rule_versions'), await count('audit')]
    }
    const before = await counts()
    expect(await applied(given)).toMatchObject({ version: 1, differences: [] })
    expect(await counts()).toEqual(before)
  })
})
