import { describe, expect, it } from 'vitest'
import type { CheckRuleInput } from '../../src/contract/quality.ts'
import { sql } from '../../src/core/sql.ts'
import { csvRuns } from '../support/csv-runs.ts'
import { tablesOf } from '../support/table-connector.ts'
import { replayRows, statesOf } from '../support/replay-rows.ts'

const source = tablesOf({})
const runs = csvRuns([source.connector])
const positive: CheckRuleInput = { id: 'amount-is-positive', check: 'expression', options: { expression: 'amount > 0' }, quarantine: true }

describe('cells of a replayed row', () => {
  it('come back as they were', async () => {
    const cells: [what: string, written: string, value: string | null][] = [
      ['a quote', '"a ""b"" c"', 'a "b" c'],
      ['an apostrophe and SQL', "'; drop table t; --", "'; drop table t; --"],
      ['a line break', '"a\nb"', 'a\nb'],
      ['JSON', '"{""a"": [1, null, ""x""]}"', '{"a": [1, null, "x"]}'],
      ['the text null', '"null"', 'null'],
      ['backslashes', String.raw`C:\new\table`, String.raw`C:\new\table`],
      ['letters of many scripts', 'Æblegrød 東京 👩‍👩‍👧', 'Æblegrød 東京 👩‍👩‍👧'],
      ['a very long text', 'x'.repeat(100_000), 'x'.repeat(100_000)],
      ['nothing', '', null],
    ]
    const lines = cells.map(([, written], at) => `${at},-5,${written}\n`).join('')
    await runs.run('cells', `id,amount,a/b~c\n${lines}99,5,x\n`, { checks: [positive] })
    const edits = cells.map((_cell, at) => ({ batch: '', row: at + 1, cells: { amount: '6' } }))
    const report = await replayRows(
      runs,
      'chart.cells',
      edits.map(({ row }) => row),
      { edits },
    )
    expect(report).toMatchObject({ status: 'succeeded', publishedRows: cells.length })
    const rows = await runs.byId('explore.cells', sql`id, amount, "a/b~c"`)
    for (const [at, [what, , value]] of cells.entries()) expect(rows, what).toContainEqual([String(at), '6', value])
  })
})

describe('an expression of a fix', () => {
  it('that errors on one of the rows changes nothing and leaves all open', async () => {
    await runs.run('errs', 'id,amount,v\n1,-5,7\n2,-5,seven\n3,1,1\n', { checks: [positive] })
    const fix = { transforms: [{ column: 'amount', expression: 'cast(v as integer)::varchar' }] }
    await expect(replayRows(runs, 'chart.errs', [1, 2], fix)).rejects.toMatchObject({ code: 'sql.failed' })
    expect(await statesOf(runs, 'chart.errs')).toEqual([])
    expect(await runs.byId('chart.errs', sql`id`)).toEqual([['3']])
  })

  it('that names a column that is not there is refused', async () => {
    await runs.run('names', 'id,amount\n1,-5\n3,1\n', { checks: [positive] })
    const fix = { transforms: [{ column: 'amount', expression: 'upper(nowhere)' }] }
    await expect(replayRows(runs, 'chart.names', [1], fix)).rejects.toMatchObject({ code: expect.stringMatching(/^sql\./) as string })
  })
})

describe('a dataset of which every row is refused', () => {
  it.each(['replace', 'append'] as const)('is published empty by %s, with keys too, and filled by a replay', async (mode) => {
    for (const keys of [[], ['id']]) {
      const name = `none_${mode}_${keys.length}`
      const stream = { mode, keys, checks: [positive] }
      const first = await runs.run(name, 'id,amount\n1,-5\n2,-6\n', stream)
      expect(first).toMatchObject({ status: 'succeeded', error: null, publishedRows: 0, quarantinedRows: 2 })
      expect(await runs.byId(`chart.${name}`)).toEqual([])
      const report = await replayRows(runs, `chart.${name}`, [2], { edits: [{ batch: '', row: 2, cells: { amount: '6' } }] })
      expect(report).toMatchObject({ status: 'succeeded', publishedRows: 1 })
      expect(await runs.byId(`chart.${name}`, sql`id`)).toEqual([['2']])
    }
  })
})

describe('a rule that quarantines', () => {
  it('keeps a row that breaks two of them once, under the first', async () => {
    const small: CheckRuleInput = { id: 'small', check: 'range', options: { column: 'amount', min: -3 }, quarantine: true }
    const report = await runs.run('two', 'id,amount\n1,-5\n2,5\n', { checks: [positive, small] })
    expect(report).toMatchObject({ status: 'succeeded', publishedRows: 1, quarantinedRows: 1 })
    expect(report.quarantine[0]?.reasons).toEqual([{ reason: 'breaks rule amount-is-positive', rows: 1 }])
  })

  it('lets no row through unsaid where its column is gone, and keeps what was refused before', async () => {
    await runs.run('columnless', 'id,amount\n1,-5\n2,5\n', { mode: 'append', checks: [positive] })
    const report = await runs.run('columnless', 'id,other\n3,-5\n', {
      checks: [{ ...positive, blocking: true }],
    })
    expect(report).toMatchObject({ status: 'blocked', publishedRows: 0 })
    const open = await runs.run('columnless', 'id,other\n3,-5\n', { checks: [positive] })
    expect(open.checks[0]).toMatchObject({ rule: 'amount-is-positive', status: 'error' })
    expect(open.warnings.join()).toContain('amount-is-positive')
  })

  it('in a merge keeps the row before, and what is mended later stays behind a newer row', async () => {
    const fits: CheckRuleInput = { id: 'fits', check: 'expression', options: { expression: "v <> 'bad'" }, quarantine: true }
    const run = (at: number, v: string) => {
      source.tables = { merged: [{ id: 1, at, v }] }
      const stream = { name: 'merged', mode: 'merge' as const, cursor: { column: 'at' }, checks: [fits] }
      return runs.platform.run({ name: 'merged', source: { connector: 'kafka' }, streams: [stream] })
    }
    await run(1, 'first')
    expect(await run(2, 'bad')).toMatchObject({ status: 'succeeded', sourceRows: 1, quarantinedRows: 1, publishedRows: 0 })
    expect(await runs.byId('chart.merged', sql`v`)).toEqual([['first']])
    await run(3, 'newest')
    const late = await replayRows(runs, 'chart.merged', [1], { edits: [{ batch: '', row: 1, cells: { v: 'mended' } }] })
    expect(late).toMatchObject({ status: 'succeeded', publishedRows: 0, deduplicatedRows: 1 })
    expect(await runs.byId('chart.merged', sql`v`)).toEqual([['newest']])
  })
})
