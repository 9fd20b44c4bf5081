import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { judgeHistory } from '../../src/pipeline/judge-history.ts'
import { commitDrafts, type SnapshotDraft } from '../../src/store/commit-snapshots.ts'
import { listSeries, markExpected, metricName, readHistories, readHistory } from '../../src/store/quality-history.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'

const DAY = 86_400_000
const key = { rule: null, column: null, metric: 'quarantined' }
let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

/** A snapshot without files, so many of whose source's rows were refused. */
function draft(dataset: string, parentId: number | null, quarantined: number): SnapshotDraft {
  const column = { fieldId: 1, name: 'n', type: 'INTEGER', source: 'n', pii: null }
  const rest = { quality: null, checks: [], findings: null, inputs: [], state: null }
  return { dataset, parentId, operation: 'replace', columns: [column], lastFieldId: 1, files: [], rows: 0, quarantined, ...rest }
}

async function publishDays(dataset: string, counts: readonly number[], from = 0, parent: number | null = null): Promise<number> {
  let snapshotId = parent
  for (const [day, count] of counts.entries()) {
    const next = draft(dataset, snapshotId, count)
    await judgeHistory(database.db, [next], new Date(Date.UTC(2026, 0, 4) + (from + day) * DAY))
    snapshotId = (await commitDrafts(database.db, [next])).get(dataset) ?? null
  }
  return snapshotId!
}

const idOf = async (name: string): Promise<number> =>
  (await database.db.selectFrom('datasets').select('id').where('name', '=', name).executeTakeFirstOrThrow()).id

describe('the history of a dataset', () => {
  it('is kept with its snapshots: every metric, in the order in which they were published, each judged by those before', async () => {
    await publishDays('chart.kept', [9, 10, 11, 9, 10, 11, 9, 10, 11, 90])
    const { points, kind } = await readHistory(database.db, await idOf('chart.kept'), { ...key, limit: 100 })
    expect(kind).toBe('count')
    expect(points.map(({ value, verdict }) => [value, verdict]).slice(-3)).toEqual([
      [10, 'learning'],
      [11, 'ok'],
      [90, 'alert'],
    ])
    expect(points.at(-1)).toMatchObject({ reason: 'above', at: '2026-01-13T00:00:00.000Z' })
    expect((await listSeries(database.db, await idOf('chart.kept'))).map(({ metric, points: n }) => [metric, n])).toEqual([
      ['quarantined', 10],
      ['rows', 10],
    ])
  })

  it('of a commit that fails is not kept', async () => {
    const parent = await publishDays('chart.lost', [1, 2])
    const late = draft('chart.lost', parent - 1, 3)
    await judgeHistory(database.db, [late], new Date())
    await expect(commitDrafts(database.db, [late])).rejects.toMatchObject({ code: 'dataset.conflict' })
    const histories = await readHistories(database.db, 'chart.lost', 100)
    expect(histories.get(metricName(key))?.map(({ value }) => value)).toEqual([1, 2])
  })

  it('is discounted before a level that somebody accepted', async () => {
    const days = Array.from({ length: 30 }, (_, day) => 100 + (day % 4))
    const parent = await publishDays('chart.level', [...days, 400])
    const { points } = await readHistory(database.db, await idOf('chart.level'), { ...key, limit: 1 })
    expect(points[0]).toMatchObject({ verdict: 'alert' })
    await markExpected(database.db, 'chart.level', points[0]!.id, { scope: 'level', why: 'two more shops', by: 'ann' }, new Date())
    await publishDays('chart.level', [401, 402, 400, 399, 401, 400, 402, 400, 100], 31, parent)
    const after = await readHistory(database.db, await idOf('chart.level'), { ...key, limit: 10 })
    expect(after.points.map(({ value, verdict }) => [value, verdict])).toEqual([
      [400, 'expected'],
      ...[401, 402, 400, 399, 401, 400, 402].map((value) => [value, 'learning']),
      [400, 'ok'],
      [100, 'alert'],
    ])
  })

  it('is read in one query, and no farther back than asked for', async () => {
    await publishDays('chart.long', [1, 2, 3, 4, 5])
    const queries: string[] = []
    const counting = database.db.withPlugin({
      transformQuery: ({ node }) => (queries.push(node.kind), node),
      transformResult: ({ result }) => Promise.resolve(result),
    })
    const histories = await readHistories(counting, 'chart.long', 3)
    expect(queries).toHaveLength(1)
    expect(histories.get(metricName(key))?.map(({ value }) => value)).toEqual([3, 4, 5])
    expect(await readHistories(counting, 'chart.nothing', 3)).toEqual(new Map())
  })
})
