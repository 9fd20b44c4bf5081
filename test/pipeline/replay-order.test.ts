import { describe, expect, it } from 'vitest'
import type { CheckRuleInput } from '../../src/contract/quality.ts'
import type { QuarantineFix } from '../../src/contract/quarantine.ts'
import { quarantineFiles } from '../../src/store/quarantine-queries.ts'
import { csvRuns } from '../support/csv-runs.ts'
import { replayRows, sendBack, statesOf } from '../support/replay-rows.ts'

const runs = csvRuns()
const positive: CheckRuleInput = { id: 'amount-is-positive', check: 'expression', options: { expression: 'amount > 0' }, quarantine: true }
const amount = (text: string, row = 1): Partial<QuarantineFix> => ({ edits: [{ batch: '', row, cells: { amount: text } }] })
const open = async (dataset: string): Promise<number> =>
  (await quarantineFiles(runs.database.db, dataset)).reduce((sum, { rows }) => sum + rows, 0)

describe('a replayed row takes its place in time', () => {
  const keyed = { mode: 'append' as const, keys: ['id'], checks: [positive] }

  it('also when it was refused once more on its way', async () => {
    await runs.run('again', 'id,amount\n1,5\n2,-6\n', keyed)
    await runs.run('again', 'id,amount\n2,9\n', keyed)
    expect(await replayRows(runs, 'chart.again', [1], amount('-7'))).toMatchObject({ quarantinedRows: 1 })
    expect(await replayRows(runs, 'chart.again', [1], amount('6'))).toMatchObject({ publishedRows: 0, deduplicatedRows: 1 })
    expect(await runs.byId('chart.again')).toEqual([
      ['1', '5'],
      ['2', '9'],
    ])
  })

  it('also when a rule took it out of chart later', async () => {
    await runs.run('taken', 'id,amount\n1,5\n2,-6\n', { ...keyed, checks: [] })
    await runs.run('taken', 'id,amount\n2,9\n', { ...keyed, checks: [] })
    await runs.run('taken', 'id,amount\n3,3\n', keyed)
    expect(await open('chart.taken')).toBe(1)
    expect(await replayRows(runs, 'chart.taken', [1], amount('6'))).toMatchObject({ publishedRows: 0, deduplicatedRows: 1 })
    expect(await runs.byId('chart.taken')).toEqual([
      ['1', '5'],
      ['2', '9'],
      ['3', '3'],
    ])
  })

  it('also between the rows of one file', async () => {
    await runs.run('within', 'id,amount\n1,4\n1,-5\n1,6\n2,4\n2,-5\n', keyed)
    const report = await replayRows(runs, 'chart.within', [1, 2], {
      transforms: [{ column: 'amount', expression: "replace(amount, '-', '')" }],
    })
    expect(report).toMatchObject({ sourceRows: 2, publishedRows: 1, deduplicatedRows: 1 })
    expect(await runs.byId('chart.within')).toEqual([
      ['1', '6'],
      ['2', '5'],
    ])
  })
})

describe('a row that was refused', () => {
  const append = { mode: 'append' as const, checks: [positive] }

  it('is listed once, however the columns of its source grow', async () => {
    await runs.run('wider', 'id,amount\n1,5\n2,-6\n', append)
    const report = await runs.run('wider', 'id,amount,note\n3,7,x\n', append)
    expect(report).toMatchObject({ status: 'succeeded', publishedRows: 1, quarantinedRows: 0, warnings: [] })
    expect(await open('chart.wider')).toBe(1)
  })

  it('is not open any more once its rule is gone and chart has it', async () => {
    await runs.run('ruleless', 'id,amount\n1,5\n2,-6\n3,-7\n', append)
    await runs.run('ruleless', 'id,amount\n4,8\n', { mode: 'append' })
    expect(await runs.byId('chart.ruleless')).toHaveLength(4)
    expect(await statesOf(runs, 'chart.ruleless')).toEqual(['1-2 released'])
    const back = await runs.run('ruleless', 'id,amount\n5,8\n', append)
    expect(back).toMatchObject({ status: 'succeeded', publishedRows: 1 })
    expect(await runs.byId('chart.ruleless')).toHaveLength(3)
    expect(await open('chart.ruleless')).toBe(4)
  })

  it('and mended, or given up, does not come back when its rule is gone', async () => {
    await runs.run('mended', 'id,amount\n1,5\n2,-6\n', append)
    await replayRows(runs, 'chart.mended', [1], amount('6'))
    const report = await runs.run('mended', 'id,amount\n4,8\n', { mode: 'append' })
    expect(report).toMatchObject({ status: 'succeeded', publishedRows: 1 })
    expect(await runs.byId('chart.mended')).toEqual([
      ['1', '5'],
      ['2', '6'],
      ['4', '8'],
    ])
  })
})

describe('the numbers of a run that adds rows with keys', () => {
  const keyed = { mode: 'append' as const, keys: ['id'] }

  it('add up where an older row comes forward because a new rule takes the newer one out', async () => {
    await runs.run('forward', 'id,amount\n1,5\n', keyed)
    await runs.run('forward', 'id,amount\n1,-1\n', keyed)
    const report = await runs.run('forward', 'id,amount\n2,3\n', { ...keyed, checks: [positive] })
    expect(report).toMatchObject({ status: 'succeeded', sourceRows: 1, publishedRows: 1, deduplicatedRows: 0, quarantinedRows: 0 })
    expect(await runs.byId('chart.forward')).toEqual([
      ['1', '5'],
      ['2', '3'],
    ])
  })

  it('say what was published where a rule that is gone lets a row of a known key in', async () => {
    await runs.run('released', 'id,amount\n1,5\n1,-1\n', { ...keyed, checks: [positive] })
    const report = await runs.run('released', 'id,amount\n2,3\n', keyed)
    expect(report).toMatchObject({ status: 'succeeded', sourceRows: 1, publishedRows: 1, deduplicatedRows: 0 })
  })
})

describe('a replay and what came meanwhile', () => {
  it('is refused where the source was read in full since, which brought the row as it is now', async () => {
    await runs.run('reread', 'id,amount\n1,5\n2,-6\n', { checks: [positive] })
    await runs.run('reread', 'id,amount\n1,5\n2,6\n', { checks: [positive] })
    await expect(replayRows(runs, 'chart.reread', [1], amount('6'))).rejects.toMatchObject({
      code: 'quarantine.taken',
      message: expect.stringContaining('is superseded by Atlas') as string,
    })
    expect(await runs.byId('chart.reread')).toHaveLength(2)
    expect(await statesOf(runs, 'chart.reread')).toEqual(['1-1 superseded'])
  })

  it('carries its rows back where the columns have grown since it was sent', async () => {
    const append = { mode: 'append' as const, checks: [positive] }
    await runs.run('grown', 'id,amount\n1,5\n2,-6\n', append)
    const [run, sent] = await Promise.all([
      runs.run('grown', 'id,amount,note\n3,7,x\n', append),
      sendBack(runs, 'chart.grown', [1], amount('6')),
    ])
    expect(run).toMatchObject({ status: 'succeeded' })
    expect(await sent.ended).toMatchObject({ status: 'succeeded', publishedRows: 1 })
    expect(await runs.byId('chart.grown')).toEqual([
      ['1', '5', null],
      ['2', '6', null],
      ['3', '7', 'x'],
    ])
  })

  it('refuses two edits of one row', async () => {
    await runs.run('edited', 'id,amount\n1,5\n2,-6\n', { checks: [positive] })
    const edit = { batch: '', row: 1, cells: { amount: '6' } }
    await expect(replayRows(runs, 'chart.edited', [1], { edits: [edit, edit] })).rejects.toMatchObject({ code: 'quarantine.bad_fix' })
  })
})
