import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { CheckRuleInput } from '../../src/contract/quality.ts'
import { keepHouse } from '../../src/pipeline/housekeeping.ts'
import { quarantineFiles } from '../../src/store/quarantine-queries.ts'
import { endFormerOwners } from '../../src/store/queue/reap.ts'
import { startProcess } from '../support/child-process.ts'
import { LONG } from '../support/long-tests.ts'
import { csvRuns } from '../support/csv-runs.ts'
import { replayRows, statesOf } from '../support/replay-rows.ts'

const PROGRAM = new URL('programs/replay-until.ts', import.meta.url).pathname
const STEPS = ['plan', 'extract', 'land', 'classify', 'standardise', 'check', 'transform', 'publish']
const EVERY = ['run queued', ...STEPS.map((step) => `${step} running`), 'publish succeeded']
const MOMENTS = LONG ? EVERY : ['run queued', 'extract running', 'publish running', 'publish succeeded']

const runs = csvRuns()
const positive: CheckRuleInput = { id: 'amount-is-positive', check: 'expression', options: { expression: 'amount > 0' }, quarantine: true }
const mended = { edits: [{ batch: '', row: 1, cells: { amount: '6' } }] }

/** As the next process does at its start, which takes back what a dead one left running. */
async function startAgain(): Promise<void> {
  const { db } = runs.database
  await endFormerOwners(db, 'none')
  // What is queued then is carried out by that process; here it is ended, so that the row is open.
  await db.updateTable('runs').set({ state: 'cancelled', finished_at: new Date() }).where('state', '=', 'queued').execute()
}

describe('a replay whose process is killed', () => {
  it.each(MOMENTS)('at "%s" leaves its row open, or published once', async (moment) => {
    const name = `killed_${moment.replace(' ', '_')}`
    await runs.run(name, 'id,amount\n1,5\n2,-6\n', { mode: 'append', keys: moment.endsWith('running') ? [] : ['id'], checks: [positive] })
    const argument = JSON.stringify({ dataset: `chart.${name}`, moment })
    const child = startProcess(PROGRAM, [runs.database.url, runs.folder, argument], { env: process.env })
    const { signal, stderr } = await child.ended
    expect(signal, stderr).toBe('SIGKILL')
    await startAgain()
    const isPublished = moment === 'publish succeeded'
    expect(await statesOf(runs, `chart.${name}`)).toEqual(isPublished ? ['1-1 replayed'] : [])
    expect(await runs.byId(`chart.${name}`)).toEqual(
      isPublished
        ? [
            ['1', '5'],
            ['2', '6'],
          ]
        : [['1', '5']],
    )
    if (!isPublished) expect(await replayRows(runs, `chart.${name}`, [1], mended)).toMatchObject({ status: 'succeeded', publishedRows: 1 })
    expect(await runs.byId(`chart.${name}`)).toEqual([
      ['1', '5'],
      ['2', '6'],
    ])
    expect(await statesOf(runs, `chart.${name}`)).toEqual(['1-1 replayed'])
  })

  it('leaves files that housekeeping collects, and none that quarantine names', async () => {
    const { db } = runs.database
    const lakeFolder = runs.platform.lake.folder
    await runs.run('kept', 'id,amount\n1,5\n2,-6\n', { checks: [positive] })
    const { files } = runs.platform.lake
    await keepHouse({
      db,
      files,
      now: () => new Date(Date.now() + 60_000),
      orphanGraceMs: 0,
      retentionDays: 0,
      retentionSnapshots: 1,
      runDetailDays: 1,
    })
    expect(await readdir(path.join(lakeFolder, 'quarantine', 'replays')).catch(() => [])).toEqual([])
    const [batch] = await quarantineFiles(db, 'chart.kept')
    expect(await readdir(path.join(lakeFolder, 'quarantine', 'chart', 'kept'))).toEqual([path.basename(batch!.path)])
  })
})
