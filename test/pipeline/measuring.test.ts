import { describe, expect, it } from 'vitest'
import { CheckRule, type CheckRuleInput } from '../../src/contract/quality.ts'
import { measureSnapshot, type MeasuredDataset } from '../../src/pipeline/measure-snapshot.ts'
import { createRule } from '../../src/store/quality-rules.ts'
import { pinSnapshot } from '../../src/store/snapshots.ts'
import { tablesOf } from '../support/table-connector.ts'
import { csvRuns } from '../support/csv-runs.ts'

const source = tablesOf({})
const runs = csvRuns([source.connector])
const signal = new AbortController().signal

async function statusOf(
  name: string,
  rule: CheckRuleInput,
): Promise<{ status: string; message: string | null; failing: number; eligible: number }> {
  const report = await runs.run(name, 'id,amount\n1,5\n2,-6\n3,7\n', { checks: [rule] })
  expect(report.status).toBe('succeeded')
  const [{ status, message, failing, eligible }] = report.checks as [(typeof report.checks)[number]]
  return { status, message, failing, eligible }
}

describe('a custom query', () => {
  it.each<[string, string, string | undefined, object]>([
    ['failing rows of the relation rows', 'select * from rows where amount < 0', undefined, { status: 'failed', failing: 1, eligible: 3 }],
    ['failing rows of the dataset by name', 'select * from chart.own where amount < 0;', undefined, { status: 'failed', failing: 1 }],
    [
      'a CTE and a comment at its end',
      'with bad as (select * from rows where amount < 0) from bad -- done',
      undefined,
      { status: 'failed', failing: 1 },
    ],
    ['nothing where nothing fails', 'select * from rows where amount > 100', undefined, { status: 'passed', failing: 0, eligible: 3 }],
    ['only the rows of the filter', 'select * from rows where amount > 5', 'amount < 6', { status: 'passed', failing: 0, eligible: 2 }],
    ['an error for SQL that reads a file', "select * from read_csv('/etc/passwd')", undefined, { status: 'error' }],
    ['an error for SQL that writes one', "copy (select 1) to '/tmp/stolen.csv'", undefined, { status: 'error' }],
    ['an error for a second statement', 'select 1; drop table rows', undefined, { status: 'error' }],
    ['an error for a dataset that is not there', 'select * from chart.nowhere', undefined, { status: 'error' }],
    ['an error for explore', 'select * from explore.own', undefined, { status: 'error' }],
    ['an error for a column that is not there', 'select nowhere from rows', undefined, { status: 'error' }],
  ])('answers %s', async (_, query, where, expected) => {
    const rule = { check: 'custom-sql', options: { query }, ...(where === undefined ? {} : { where }) }
    expect(await statusOf('own', rule)).toMatchObject(expected)
  })

  it('answers one number for a metric', async () => {
    const rule = (max: number) => ({ check: 'custom-sql', options: { query: 'select sum(amount) from rows', metric: true, max } })
    expect(await statusOf('metric', rule(6))).toMatchObject({ status: 'passed' })
    expect(await statusOf('metric', rule(5))).toMatchObject({ status: 'failed' })
    const many = { check: 'custom-sql', options: { query: 'select amount from rows', metric: true, max: 1 } }
    expect(await statusOf('metric', many)).toMatchObject({ status: 'error', message: expect.stringContaining('exactly one row') as string })
  })
})

describe('rules that look into other datasets', () => {
  const refers: CheckRuleInput = {
    id: 'customer-exists',
    check: 'referential',
    options: { columns: ['v'], dataset: 'chart.customers', references: ['v'] },
    quarantine: true,
  }

  it('see the snapshot of the same run, whatever the order of the streams', async () => {
    const two = (customers: string[], orders: string[]) => {
      const rows = (values: string[]) => values.map((v, index) => ({ id: index + 1, at: index, v }))
      source.tables = { orders: rows(orders), customers: rows(customers) }
      return runs.platform.run({
        name: 'shop',
        source: { connector: 'kafka', settings: {} },
        streams: [{ name: 'orders', checks: [refers] }, { name: 'customers' }],
      })
    }
    const first = await two(['ann', 'bo'], ['ann', 'bo', 'bo'])
    expect(first).toMatchObject({ status: 'succeeded', quarantinedRows: 0 })
    const second = await two(['ann', 'cy'], ['ann', 'bo', 'cy'])
    expect(second).toMatchObject({ status: 'succeeded', quarantinedRows: 1 })
  })

  it('are errors of their own where the dataset is not there, and block if they shall', async () => {
    const rule = { ...refers, quarantine: false, options: { columns: ['customer'], dataset: 'chart.never', references: ['id'] } }
    const report = await runs.run('lonely', 'id,customer\n1,1\n', { checks: [rule] })
    expect(report.checks[0]).toMatchObject({ status: 'error', message: expect.stringContaining('chart.never') as string })
    const blocked = await runs.run('lonely', 'id,customer\n1,1\n', { checks: [{ ...rule, blocking: true }] })
    expect(blocked).toMatchObject({ status: 'blocked', publishedRows: 0 })
  })
})

describe('a query and an expression that say the same', () => {
  it.each([
    ['amount < 0', undefined],
    ['amount < 0 or id = 1', 'id < 3'],
    ['amount is null', undefined],
    ['amount * 2 > 12 and id <> 3', 'amount <> 5'],
    ['false', 'amount > 0'],
  ])('count the same rows: %s where %s', async (breaks, where) => {
    const filter = where === undefined ? {} : { where }
    const report = await runs.run('twins', 'id,amount\n1,5\n2,-6\n3,7\n4,\n', {
      checks: [
        { id: 'query', check: 'custom-sql', options: { query: `select * from rows where ${breaks}` }, ...filter },
        { id: 'expression', check: 'expression', options: { expression: `not coalesce(${breaks}, false)` }, ...filter },
      ],
    })
    const counts = new Map(report.checks.map(({ rule, eligible, failing }) => [rule, [eligible, failing]]))
    expect(counts.get('query')).toEqual(counts.get('expression'))
  })
})

describe('the rules of a dataset', () => {
  const edit = { by: 'test', at: new Date(), reason: 'a test' }
  const stored = (dataset: string, rule: CheckRuleInput & { id: string }) =>
    createRule(runs.database.db, dataset, { ...CheckRule.parse(rule), id: rule.id }, { origin: 'browser', source: null }, edit)

  it('come from the pipeline and the browser, and may quarantine from either', async () => {
    await stored('chart.both', { id: 'small', check: 'range', options: { column: 'amount', max: 6 }, quarantine: true })
    const report = await runs.run('both', 'id,amount\n1,5\n2,7\n', { checks: [{ check: 'not-null', options: { column: 'id' } }] })
    expect(report).toMatchObject({ status: 'succeeded', publishedRows: 1, quarantinedRows: 1 })
    expect(report.checks.slice(0, 2).map(({ rule, origin, status }) => [rule, origin, status])).toEqual([
      ['not-null.id', 'pipeline', 'passed'],
      ['small', 'browser', 'passed'],
    ])
  })

  it('never fight silently: two of one id are an error that names both, and the run says so', async () => {
    await stored('chart.twice', { id: 'small', check: 'range', options: { column: 'amount', max: 6 } })
    const report = await runs.run('twice', 'id,amount\n1,5\n2,7\n', {
      checks: [{ id: 'small', check: 'range', options: { column: 'amount', max: 100 } }],
    })
    const mine = report.checks.filter(({ rule }) => rule === 'small')
    expect(mine).toMatchObject([{ status: 'error', message: expect.stringMatching(/by the pipeline and by the browser/) as string }])
    expect(report.warnings.join()).toMatch(/rule small of chart\.twice is declared twice/)
  })
})

describe('a measurement', () => {
  it('ends when it takes too long, with an error for every rule and no score', async () => {
    await runs.run('slow', 'id,amount\n1,5\n')
    const pinned = await pinSnapshot(runs.database.db, 'chart.slow')
    const dataset: MeasuredDataset = {
      name: 'chart.slow',
      relation: pinned,
      columns: pinned.columns,
      rows: 1,
      keys: [],
      sourceRows: 1,
      quarantinedRows: 0,
      countedRows: null,
      ambiguousDates: 0,
      loadedAt: null,
      previous: null,
    }
    const endless = 'select rows.id from rows, range(1000000) a, range(1000000) b where a.range + b.range < 0'
    const rules = [
      CheckRule.parse({ check: 'not-null', options: { column: 'id' } }),
      CheckRule.parse({ id: 'endless', check: 'custom-sql', options: { query: endless } }),
    ]
    const { summary, results } = await measureSnapshot(runs.platform.environment, dataset, rules, signal, { timeoutMs: 300 })
    expect(summary.score).toBe(null)
    const late = { status: 'error', message: 'Measuring chart.slow took longer than 0.3 s.' }
    expect(results).toMatchObject([
      { rule: 'not-null.id', ...late },
      { rule: 'endless', ...late },
    ])
  })
})
