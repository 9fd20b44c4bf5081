import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import type { CheckRuleInput } from '../../src/contract/quality.ts'
import type { QuarantineFix } from '../../src/contract/quarantine.ts'
import { AtlasError, toProblem } from '../../src/core/errors.ts'
import { sql } from '../../src/core/sql.ts'
import { planReplay } from '../../src/pipeline/replay/plan-replay.ts'
import { insertReplay } from '../../src/store/quarantine-replays.ts'
import { claimRuns } from '../../src/store/queue/claim.ts'
import { endFormerOwners } from '../../src/store/queue/reap.ts'
import { registerWorker } from '../../src/store/queue/workers.ts'
import { requestCancel } from '../../src/store/runs.ts'
import { quarantineFiles } from '../../src/store/quarantine-queries.ts'
import { csvRuns } from '../support/csv-runs.ts'
import { replayRows, statesOf } from '../support/replay-rows.ts'

const runs = csvRuns()
const positive: CheckRuleInput = { id: 'amount-is-positive', check: 'expression', options: { expression: 'amount > 0' }, quarantine: true }

const replay = (dataset: string, rows: number[], fix: Partial<QuarantineFix>) => replayRows(runs, dataset, rows, fix)
const states = (dataset: string) => statesOf(runs, dataset)

const ids = async (dataset: string): Promise<string[]> => (await runs.platform.rows(dataset, sql`select id`)).map(([id]) => id!).toSorted()

describe('a replay of quarantined rows', () => {
  it('lands mended rows in explore, standardises and checks them, and marks the originals', async () => {
    await runs.run('orders', 'id,amount\n1,5\n2,-6\n3,-7\n4,8\n', { checks: [positive] })
    const report = await replay('chart.orders', [1, 2], {
      edits: [{ batch: '', row: 1, cells: { amount: '6' } }],
    })
    expect(report).toMatchObject({ status: 'succeeded', sourceRows: 2, publishedRows: 1, quarantinedRows: 1, deduplicatedRows: 0 })
    expect(await ids('chart.orders')).toEqual(['1', '2', '4'])
    expect(await states('chart.orders')).toEqual(['1-2 replayed'])
    const [again, first] = await quarantineFiles(runs.database.db, 'chart.orders')
    const absolute = path.join(runs.platform.lake.folder, again!.path)
    const came = await runs.platform.lake.session((session) => session.rows(sql`from read_parquet(${absolute})`))
    expect(came).toMatchObject([
      {
        file: `quarantine/${first!.id}`,
        line: 2n,
        column_name: null,
        reason: 'breaks rule amount-is-positive',
        row: '{"id":"3","amount":"-7"}',
      },
    ])
    await vi.waitFor(async () => expect(await readdir(path.join(runs.platform.lake.folder, 'quarantine', 'replays'))).toEqual([]))
  })

  it('mends rows of a broken type by an expression, keeping the others as they came', async () => {
    await runs.run('prices', 'id,amount\n1,5\n2,6 kr\n3,7 kr\n', { columns: { amount: { type: 'integer' } } })
    const report = await replay('chart.prices', [1, 2], { transforms: [{ column: 'amount', expression: "replace(amount, ' kr', '')" }] })
    expect(report).toMatchObject({ status: 'succeeded', sourceRows: 2, publishedRows: 2, quarantinedRows: 0 })
    expect(await runs.byId('chart.prices', sql`id, amount`)).toEqual([
      ['1', '5'],
      ['2', '6'],
      ['3', '7'],
    ])
  })

  it('takes back a line that could not be taken apart, once its cells are given', async () => {
    await runs.run('lines', 'id,amount\n1,5\n2\n3,7\n')
    await expect(replay('explore.lines', [1], {})).rejects.toMatchObject({ code: 'quarantine.cannot_replay' })
    const report = await replay('explore.lines', [1], { edits: [{ batch: '', row: 1, cells: { id: '2', amount: null } }] })
    expect(report).toMatchObject({ status: 'succeeded', publishedRows: 1 })
    expect(await runs.byId('chart.lines')).toEqual([
      ['1', '5'],
      ['2', null],
      ['3', '7'],
    ])
  })

  it('keeps what a pipeline has read so far, and adds nothing twice', async () => {
    const stream = { mode: 'append' as const, checks: [positive] }
    await runs.run('feed', 'id,amount\n1,5\n2,-6\n', stream)
    const before = await runs.database.db.selectFrom('stream_states').select('state').where('pipeline', '=', 'feed').executeTakeFirst()
    await replay('chart.feed', [1], { edits: [{ batch: '', row: 1, cells: { amount: '6' } }] })
    const after = await runs.database.db.selectFrom('stream_states').select('state').where('pipeline', '=', 'feed').executeTakeFirst()
    expect(after).toEqual(before)
    const again = await runs.run('feed', 'id,amount\n1,5\n2,-6\n', stream)
    expect(again).toMatchObject({ status: 'succeeded', sourceRows: 0 })
    expect(await ids('chart.feed')).toEqual(['1', '2'])
  })

  it('never puts an older row in the place of a newer one of its key', async () => {
    const stream = { mode: 'append' as const, keys: ['id'], checks: [positive] }
    await runs.run('keyed', 'id,amount\n1,5\n2,-6\n', stream)
    await runs.run('keyed', 'id,amount\n2,9\n3,1\n', stream)
    const report = await replay('chart.keyed', [1], { edits: [{ batch: '', row: 1, cells: { amount: '6' } }] })
    expect(report).toMatchObject({ status: 'succeeded', sourceRows: 1, publishedRows: 0, deduplicatedRows: 1 })
    expect(await runs.byId('chart.keyed')).toEqual([
      ['1', '5'],
      ['2', '9'],
      ['3', '1'],
    ])
  })

  it('leaves rows open when its run publishes nothing', async () => {
    const strict: CheckRuleInput = { check: 'not-null', options: { column: 'amount' }, blocking: true }
    await runs.run('strict', 'id,amount\n1,5\n2,-6\n', { checks: [positive, strict] })
    const report = await replay('chart.strict', [1], { edits: [{ batch: '', row: 1, cells: { amount: null } }] })
    expect(report).toMatchObject({ status: 'blocked', publishedRows: 0 })
    expect(await states('chart.strict')).toEqual([])
    expect(await quarantineFiles(runs.database.db, 'chart.strict')).toHaveLength(1)
  })

  it('is refused for one row that two people take at once', async () => {
    await runs.run('race', 'id,amount\n1,5\n2,-6\n', { checks: [positive] })
    const fix = { edits: [{ batch: '', row: 1, cells: { amount: '6' } }] }
    const ends = await Promise.allSettled([replay('chart.race', [1], fix), replay('chart.race', [1], fix)])
    expect(ends.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(ends.find((end) => end.status === 'rejected')?.reason).toMatchObject({ code: 'quarantine.taken', status: 409 })
    expect(await ids('chart.race')).toEqual(['1', '2'])
  })

  it('refuses a column that is not there and an expression that is more than one', async () => {
    await runs.run('wrong', 'id,amount\n1,5\n2,-6\n', { checks: [positive] })
    const bad = (transforms: QuarantineFix['transforms']) => replay('chart.wrong', [1], { transforms })
    await expect(bad([{ column: 'nowhere', expression: '1' }])).rejects.toMatchObject({ code: 'quarantine.bad_fix' })
    await expect(bad([{ column: 'amount', expression: "(select 1 from read_csv('/etc/passwd'))" }])).rejects.toMatchObject({
      code: 'sql.forbidden_function',
    })
    expect(await states('chart.wrong')).toEqual([])
  })

  it('leaves rows open when its process dies, whether or not it had begun', async () => {
    await runs.run('killed', 'id,amount\n1,5\n2,-6\n', { checks: [positive] })
    const { db } = runs.database
    const [batch] = await quarantineFiles(db, 'chart.killed')
    const target = await planReplay(db, 'chart.killed')
    const chosen = new Map([[batch!.id, [{ from: 1, to: 2 }]]])
    const queue = (id: string) =>
      insertReplay(db, {
        id,
        definition: target.definition,
        requestedBy: 'test',
        workingFolder: runs.folder,
        steps: [],
        dataset: target.table,
        stream: target.stream,
        files: [],
        chosen,
      })
    await queue('r_killed')
    expect(await states('chart.killed')).toEqual(['1-1 replaying'])
    await expect(queue('r_second')).rejects.toMatchObject({ code: 'quarantine.taken' })
    expect(await db.selectFrom('runs').select('id').where('id', '=', 'r_second').execute()).toEqual([])
    const dead = { id: 'w_dead', role: 'command' as const, host: 'here', pid: 1, version: '1', homeId: 'h_dead', concurrency: 1 }
    await registerWorker(db, dead)
    await db.updateTable('runs').set({ max_attempts: 1 }).where('id', '=', 'r_killed').execute()
    await claimRuns(db, { workerId: 'w_dead', workerName: 'a process that dies', homeId: 'h_dead' }, 1)
    await endFormerOwners(db, 'h_dead')
    expect(await states('chart.killed')).toEqual([])
    await queue('r_third')
    expect(await states('chart.killed')).toEqual(['1-1 replaying'])
    await requestCancel(db, 'r_third', toProblem(new AtlasError('run.cancelled', 'Enough.')))
    expect(await states('chart.killed')).toEqual([])
    expect(await ids('chart.killed')).toEqual(['1'])
  })
})
