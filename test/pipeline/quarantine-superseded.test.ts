import { describe, expect, it } from 'vitest'
import type { CheckRuleInput } from '../../src/contract/quality.ts'
import { listActs, markRows, toRanges } from '../../src/store/quarantine-marks.ts'
import { overviewQuarantine, quarantineFiles } from '../../src/store/quarantine-queries.ts'
import { csvRuns } from '../support/csv-runs.ts'
import { statesOf } from '../support/replay-rows.ts'

const runs = csvRuns()
const positive: CheckRuleInput = { id: 'positive', check: 'range', options: { column: 'amount', min: 0 }, quarantine: true }
const statesIn = async (dataset: string) => (await overviewQuarantine(runs.database.db)).find((found) => found.dataset === dataset)

describe('quarantined rows whose source is read in full once more', () => {
  it('are superseded by the run that read them, with the reason, and every row is accounted for', async () => {
    const first = await runs.run('full', 'id,amount\n1,5\n2,-6\n3\n', { checks: [positive] })
    expect(first).toMatchObject({ sourceRows: 3, publishedRows: 1, quarantinedRows: 2 })
    const second = await runs.run('full', 'id,amount\n1,5\n2,-7\n4,-8\n', { checks: [positive] })
    expect(second).toMatchObject({ sourceRows: 3, publishedRows: 1, quarantinedRows: 2 })
    // The line that was too short, of explore, and the row that broke the rule, of chart.
    for (const [dataset, open] of [
      ['explore.full', 0],
      ['chart.full', 2],
    ] as const) {
      const { rows, states } = (await statesIn(dataset))!
      expect(states).toMatchObject({ open, superseded: 1 })
      expect(Object.values(states).reduce((sum, each) => sum + each, 0)).toBe(rows)
      expect(await listActs(runs.database.db, dataset)).toMatchObject([
        { state: 'superseded', rows: 1, by: 'Atlas', runId: second.runId, reason: 'Its source was read in full since.' },
      ])
    }
  })

  it('stay as somebody left them where they are open no longer', async () => {
    await runs.run('given_up', 'id,amount\n1,5\n2,-6\n3,-7\n', { checks: [positive] })
    const [batch] = await quarantineFiles(runs.database.db, 'chart.given_up')
    const chosen = new Map([[batch!.id, toRanges([1])]])
    await runs.database.db.transaction().execute((t) => markRows(t, chosen, { state: 'discarded', reason: 'a test', by: 'test' }))
    await runs.run('given_up', 'id,amount\n1,5\n', { checks: [positive] })
    expect(await statesOf(runs, 'chart.given_up')).toEqual(['1-1 discarded', '2-2 superseded'])
  })

  it('are superseded too where the run that refused them published nothing', async () => {
    const blocked = await runs.run('late', 'id,amount\n1,5\n2,x\n', {
      columns: { amount: { type: 'integer' } },
      checks: [{ check: 'row-count', options: { min: 5 }, blocking: true }],
    })
    expect(blocked.status).toBe('blocked')
    await runs.run('late', 'id,amount\n1,5\n', { columns: { amount: { type: 'integer' } } })
    expect(await statesOf(runs, 'chart.late')).toEqual(['1-1 superseded'])
  })

  it('are open as before where the next run only adds to them', async () => {
    await runs.run('added', 'id,amount\n1,5\n2,-6\n', { mode: 'append', checks: [positive] })
    await runs.run('added', 'id,amount\n3,7\n', { mode: 'append', checks: [positive] })
    expect((await statesIn('chart.added'))?.states).toMatchObject({ open: 1, superseded: 0 })
  })
})

describe('rows that a transform’s rules refused', () => {
  it('are superseded when the dataset is built anew', async () => {
    const build = (text: string) =>
      runs.run(
        'sold',
        text,
        {},
        {
          transforms: [
            { name: 'big', sql: 'select id, amount from chart.sold', checks: [{ ...positive, options: { column: 'amount', min: 6 } }] },
          ],
        },
      )
    await build('id,amount\n1,5\n2,7\n')
    await build('id,amount\n1,4\n2,7\n')
    expect((await statesIn('navigate.big'))?.states).toMatchObject({ open: 1, superseded: 1 })
  })
})
