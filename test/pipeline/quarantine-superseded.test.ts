import { describe, expect, it } from 'vitest'
import type { CheckRuleInput } from '../../src/contract/quality.ts'
import { listActs, markRows, toRanges } from '../../src/store/quarantine-marks.ts'
import { overviewQuarantine, quarantineFiles } from '../../src/store/quarantine-queries.ts'
import { csvRuns } from '../support/csv-runs.ts'
import { sendBack, statesOf } from '../support/replay-rows.ts'
import { tablesOf } from '../support/table-connector.ts'

const source = tablesOf({})
const runs = csvRuns([source.connector])
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

describe('rows refused by a run that was blocked', () => {
  const enough: CheckRuleInput = { check: 'row-count', options: { min: 3 }, blocking: true }
  const added = { mode: 'append' as const, checks: [positive, enough] }

  it('are superseded by the next run that reads them, whether it is blocked too or publishes, so that each counts once', async () => {
    const blocked = await runs.run('held', 'id,amount\n1,5\n2,-6\n', added)
    expect(blocked.status).toBe('blocked')
    expect((await statesIn('chart.held'))?.states).toMatchObject({ open: 1 })
    const again = await runs.run('held', 'id,amount\n1,5\n2,-6\n3,-7\n', added)
    expect(again.status).toBe('blocked')
    expect((await statesIn('chart.held'))?.states).toMatchObject({ open: 2, superseded: 1 })
    const good = await runs.run('held', 'id,amount\n1,5\n2,-6\n3,7\n4,8\n', added)
    expect(good).toMatchObject({ status: 'succeeded', sourceRows: 4, publishedRows: 3, quarantinedRows: 1 })
    expect((await statesIn('chart.held'))?.states).toMatchObject({ open: 1, superseded: 3 })
    const reason = 'The run that refused them published nothing; they were read once more since.'
    const acts = await listActs(runs.database.db, 'chart.held')
    expect(acts.map(({ rows, state, by, runId, reason: why }) => [rows, state, by, runId, why])).toEqual([
      [2, 'superseded', 'Atlas', good.runId, reason],
      [1, 'superseded', 'Atlas', again.runId, reason],
    ])
  })

  it('are superseded where the next run finds nothing left to read', async () => {
    await runs.run('gone', 'id,amount\n1,5\n2,6\n3,7\n', added)
    const blocked = await runs.run('gone', 'id,amount\n1,5\n2,6\n3,7\n4,-8\n', {
      ...added,
      checks: [positive, { ...enough, options: { min: 9 } }],
    })
    expect(blocked.status).toBe('blocked')
    expect(await runs.run('gone', 'id,amount\n1,5\n2,6\n3,7\n', added)).toMatchObject({ status: 'succeeded' })
    expect((await statesIn('chart.gone'))?.states).toMatchObject({ open: 0, superseded: 1 })
  })

  it('stay open where the runs that come after read something else', async () => {
    await runs.run('mine', 'id,amount\n1,5\n2,-6\n', { ...added, dataset: 'both' })
    await runs.run('yours', 'id,amount\n1,5\n2,6\n3,7\n', { ...added, dataset: 'both' })
    expect((await statesIn('chart.both'))?.states).toMatchObject({ open: 1, superseded: 0 })
  })

  it('are read anew, and not gone on with from where the read was, because the source was to be mended', async () => {
    source.tables['mended'] = [1, 2, 3, 4].map((id) => ({ id, at: id, v: id === 2 ? 'bad' : 'good' }))
    const good: CheckRuleInput = { check: 'set', options: { column: 'v', values: ['good'] }, blocking: true }
    const pipeline = {
      name: 'mended',
      source: { connector: 'kafka' as const, settings: {} },
      streams: [{ name: 'mended', mode: 'replace' as const, checks: [good] }],
    }
    expect(await runs.platform.run(pipeline)).toMatchObject({ status: 'blocked' })
    source.tables['mended'][1]!.v = 'good'
    expect(await runs.platform.run(pipeline)).toMatchObject({ status: 'succeeded', sourceRows: 4, publishedRows: 4 })
  })
})

describe('rows on their way back', () => {
  it('are superseded by the full read that overtakes them, which brought the row as it is now', async () => {
    source.tables['overtaken'] = [1, 2, 3].map((id) => ({ id, at: id, v: id === 1 ? 'good' : 'bad' }))
    const pipeline = {
      name: 'overtaken',
      source: { connector: 'kafka' as const, settings: {} },
      streams: [
        {
          name: 'overtaken',
          mode: 'replace' as const,
          checks: [{ ...positive, check: 'set', options: { column: 'v', values: ['good'] } }],
        },
      ],
    }
    expect(await runs.platform.run(pipeline)).toMatchObject({ status: 'succeeded', quarantinedRows: 2 })
    source.tables['overtaken'] = source.tables['overtaken'].map((row) => ({ ...row, v: 'good' }))
    const [begun, isSent] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    source.beforeChunk = () => {
      begun.resolve()
      return isSent.promise
    }
    const reading = runs.platform.run(pipeline)
    await begun.promise
    const sent = await sendBack(runs, 'chart.overtaken', [1], { edits: [{ batch: '', row: 1, cells: { v: 'good' } }] })
    expect((await statesIn('chart.overtaken'))?.states).toMatchObject({ open: 1, replaying: 1 })
    isSent.resolve()
    const full = await reading
    expect(full).toMatchObject({ status: 'succeeded', publishedRows: 3 })
    const replay = await sent.ended
    expect(replay).toMatchObject({ status: 'failed', error: { code: 'quarantine.cannot_replay' }, publishedRows: 0 })
    expect(await runs.byId('chart.overtaken')).toHaveLength(3)
    expect(await statesOf(runs, 'chart.overtaken')).toEqual(['1-1 superseded', '2-2 superseded'])
    const acts = await listActs(runs.database.db, 'chart.overtaken')
    const told = acts.map(({ state, by, runId, reason }) => ({ state, by, runId, reason }))
    expect(told.toSorted((one, other) => one.by.localeCompare(other.by))).toEqual([
      { state: 'superseded', by: 'Atlas', runId: full.runId, reason: 'Its source was read in full since.' },
      {
        state: 'superseded',
        by: 'test',
        runId: full.runId,
        reason: `Its source was read in full before run ${replay.runId} had carried it back.`,
      },
    ])
    expect((await statesIn('chart.overtaken'))?.states).toMatchObject({ open: 0, replaying: 0, superseded: 2 })
  })
})
