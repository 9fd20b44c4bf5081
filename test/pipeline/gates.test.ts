import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { CheckRuleInput } from '../../src/contract/quality.ts'
import type { RunReport } from '../../src/contract/runs.ts'
import { sql } from '../../src/core/sql.ts'
import { pinSnapshot } from '../../src/store/snapshots.ts'
import { csvRuns } from '../support/csv-runs.ts'

const runs = csvRuns()

const positive: CheckRuleInput = { id: 'amount-is-positive', check: 'expression', options: { expression: 'amount > 0' }, quarantine: true }

async function refused(report: RunReport, index = 0): Promise<unknown[]> {
  const batch = report.quarantine[index]
  if (batch === undefined) return []
  const { path: file } = await runs.database.db.selectFrom('quarantine').select('path').where('id', '=', batch.id).executeTakeFirstOrThrow()
  const absolute = path.join(runs.platform.lake.folder, file)
  return runs.platform.lake.session((session) =>
    session.rows(sql`select line, column_name, reason, "row" from read_parquet(${absolute}) order by line`),
  )
}

function addsUp(report: RunReport): boolean {
  return report.sourceRows === report.publishedRows + report.quarantinedRows + report.deduplicatedRows + report.discardedRows
}

describe('a rule that quarantines', () => {
  it('keeps exactly the failing rows out of chart, and keeps the row as it came', async () => {
    const report = await runs.run('sales', 'id,Amount kr.\n1,"10,50"\n2,"-3,00"\n3,\n4,"7,25"\n', {
      checks: [{ ...positive, options: { expression: 'amount_kr > 0' } }],
    })
    expect(report).toMatchObject({ status: 'succeeded', sourceRows: 4, publishedRows: 3, quarantinedRows: 1, discardedRows: 0 })
    expect(await runs.byId('chart.sales', sql`id`)).toEqual([['1'], ['3'], ['4']])
    expect(await refused(report)).toEqual([
      { line: 3n, column_name: null, reason: 'breaks rule amount-is-positive', row: '{"id":"2","Amount kr.":"-3,00"}' },
    ])
    expect(report.checks.find((check) => check.rule === 'amount-is-positive')).toMatchObject({
      status: 'passed',
      failing: 0,
      eligible: 2,
      figures: { quarantined: 1 },
    })
  })

  it('does so beside rows that break their types, each row once', async () => {
    const report = await runs.run('mixed', 'id,amount\n1,5\n2,x\n3,-1\n4,-2\n', {
      columns: { amount: { type: 'integer' } },
      checks: [positive],
    })
    expect(report).toMatchObject({ status: 'succeeded', publishedRows: 1, quarantinedRows: 3 })
    expect(report.quarantine.map(({ stage, rows }) => ({ stage, rows }))).toEqual([
      { stage: 'standardise', rows: 1 },
      { stage: 'check', rows: 2 },
    ])
    expect(addsUp(report)).toBe(true)
  })

  it('refuses rows before the newest of each key is taken, so that an older good row stays', async () => {
    const report = await runs.run('keyed', 'id,amount\n1,5\n2,6\n1,-1\n2,7\n', { keys: ['id'], checks: [positive] })
    expect(report).toMatchObject({ status: 'succeeded', sourceRows: 4, publishedRows: 2, quarantinedRows: 1, deduplicatedRows: 1 })
    expect(await runs.byId('chart.keyed', sql`id, amount`)).toEqual([
      ['1', '5'],
      ['2', '7'],
    ])
  })

  it('looks at new rows alone when rows are added', async () => {
    const stream = { mode: 'append' as const, checks: [positive] }
    await runs.run('grown', 'id,amount\n1,5\n2,-6\n', stream)
    const report = await runs.run('grown', 'id,amount\n3,-7\n4,8\n5,9\n', stream)
    expect(report).toMatchObject({ status: 'succeeded', sourceRows: 3, publishedRows: 2, quarantinedRows: 1 })
    const chart = await pinSnapshot(runs.database.db, 'chart.grown')
    expect(chart).toMatchObject({ rows: 3, quarantined: 2 })
    expect(chart.files).toHaveLength(2)
  })

  it('takes rows that are published already out of chart when the rule is new, with a warning', async () => {
    await runs.run('later', 'id,amount\n1,5\n2,-6\n', { mode: 'append' })
    const report = await runs.run('later', 'id,amount\n3,-7\n4,8\n', { mode: 'append', checks: [positive] })
    expect(report).toMatchObject({ status: 'succeeded', sourceRows: 2, publishedRows: 1, quarantinedRows: 1 })
    expect(report.quarantine.map(({ rows }) => rows)).toEqual([1, 1])
    expect(report.warnings.join()).toContain('1 rows of chart.later that earlier runs published are refused now')
    expect(await runs.byId('chart.later', sql`id`)).toEqual([['1'], ['4']])
    const again = await runs.run('later', 'id,amount\n5,5\n', { mode: 'append', checks: [positive] })
    expect(again).toMatchObject({ status: 'succeeded', publishedRows: 1, quarantinedRows: 0 })
    expect(again.quarantine).toEqual([])
    const without = await runs.run('later', 'id,amount\n6,6\n', { mode: 'append' })
    expect(without).toMatchObject({ status: 'succeeded', publishedRows: 1, quarantinedRows: 0 })
    expect(await runs.platform.rows('chart.later', sql`select count(*)`)).toEqual([['6']])
  })

  it('sees masked cells as chart shows them', async () => {
    const people = Array.from({ length: 20 }, (_, index) => `${index},person${index}@example.dk`).join('\n')
    const checks: CheckRuleInput[] = [
      { id: 'masked', check: 'expression', options: { expression: "contains(email, '*')" }, quarantine: true },
    ]
    const report = await runs.run('masked', `id,email\n${people}\n`, { checks })
    expect(report).toMatchObject({ status: 'succeeded', publishedRows: 20, quarantinedRows: 0 })
  })

  it('refuses rows of a transform, which are no part of what the source gave', async () => {
    const report = await runs.run(
      'base',
      'id,amount\n1,5\n2,-6\n3,0\n',
      {},
      {
        transforms: [{ name: 'base_sums', sql: 'select id, amount * 2 as amount from chart.base', checks: [positive] }],
      },
    )
    expect(report).toMatchObject({ status: 'succeeded', sourceRows: 3, publishedRows: 3, quarantinedRows: 0 })
    expect(await runs.platform.rows('navigate.base_sums', sql`select id`)).toEqual([['1']])
    expect(report.quarantine).toMatchObject([{ dataset: 'navigate.base_sums', stage: 'check', rows: 2 }])
    expect(await refused(report)).toMatchObject([
      { reason: 'breaks rule amount-is-positive', row: '{"id":2,"amount":-12}' },
      { reason: 'breaks rule amount-is-positive', row: '{"id":3,"amount":0}' },
    ])
  })

  it('is refused before anything is read when it is not about single rows', async () => {
    const report = await runs.run('dup', 'id\n1\n1\n', { checks: [{ check: 'unique', options: { columns: ['id'] }, quarantine: true }] })
    expect(report).toMatchObject({ status: 'failed', error: { code: 'pipeline.invalid' }, sourceRows: 0 })
    expect(report.error?.detail).toContain('single rows')
  })
})

describe('a rule that blocks', () => {
  it.each<[string, CheckRuleInput, RegExp]>([
    ['a missing column', { check: 'not-null', options: { column: 'nowhere' } }, /"nowhere"/],
    ['SQL that reads a file', { check: 'expression', options: { expression: "(select 1 from read_csv('/etc/passwd')) = 1" } }, /read_csv/],
    ['a filter that is no expression', { check: 'not-null', options: { column: 'id' }, where: 'true) or (select 1' }, /not accepted/],
    ['a pattern that cannot be compiled', { check: 'pattern', options: { column: 'id', pattern: '(' } }, /cannot be compiled/],
  ])('stops publication when it cannot run for %s; unblocked it is an error of its own', async (_, rule, why) => {
    const blocked = await runs.run('blocked', 'id,amount\n1,5\n', { checks: [{ ...rule, blocking: true }] })
    expect(blocked).toMatchObject({ status: 'blocked', publishedRows: 0 })
    expect(blocked.error?.detail).toMatch(why)
    const name = `open_${blocked.runId.slice(-4)}`
    const open = await runs.run(name, 'id,amount\n1,5\n', { checks: [rule, { check: 'not-null', options: { column: 'amount' } }] })
    expect(open).toMatchObject({ status: 'succeeded', publishedRows: 1 })
    expect(open.checks.slice(0, 2)).toMatchObject([
      { status: 'error', message: expect.stringMatching(why) as string },
      { status: 'passed' },
    ])
    expect(open.warnings.join()).toMatch(why)
  })
})
