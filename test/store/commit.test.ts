import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RelationColumn } from '../../src/core/relation.ts'
import { sql, type Sql } from '../../src/core/sql.ts'
import { openLake } from '../../src/lake/open-lake.ts'
import { scanRelation } from '../../src/lake/relation.ts'
import { writeFile } from '../../src/lake/write-file.ts'
import { alterColumns } from '../../src/store/alter-columns.ts'
import { commitRun } from '../../src/store/commit.ts'
import { commitDrafts, type SnapshotDraft } from '../../src/store/commit-snapshots.ts'
import { collectFiles, expireSnapshots } from '../../src/store/retention.ts'
import type { SchemaColumn } from '../../src/store/schema.ts'
import { pinSnapshot } from '../../src/store/snapshots.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'

let database: TestDatabase
let folder: string
let lake: ReturnType<typeof openLake>
let files = 0
beforeAll(async () => {
  database = await createTestDatabase()
  folder = await mkdtemp(path.join(tmpdir(), 'atlas-commit-'))
  lake = openLake({ folder: path.join(folder, 'lake'), scratch: path.join(folder, 'scratch'), memoryBytes: 5e8, threads: 1 })
})
afterAll(async () => {
  lake.close()
  await database.drop()
  await rm(folder, { recursive: true, force: true })
})

function column(fieldId: number, name: string, type: string): SchemaColumn {
  return { fieldId, name, type, source: name, pii: null }
}

async function write(query: Sql, columns: RelationColumn[]) {
  const id = `f_${(files += 1)}`
  const file = await lake.session((session) => writeFile(session, lake.files, { id, path: `chart/t/${id}.parquet` }, query, columns))
  return { ...file, origin: null }
}

function draft(dataset: string, columns: SchemaColumn[], more: Partial<SnapshotDraft>): SnapshotDraft {
  const lastFieldId = Math.max(...columns.map(({ fieldId }) => fieldId))
  return {
    dataset,
    parentId: null,
    operation: 'replace',
    columns,
    lastFieldId,
    files: [],
    rows: 0,
    quarantined: 0,
    quality: null,
    checks: [],
    findings: null,
    inputs: [],
    state: null,
    ...more,
  }
}

async function read(dataset: string, select: Sql, at?: string) {
  const pinned = await pinSnapshot(database.db, dataset, at)
  return lake.session((session) => session.textRows(sql`${select} from (${scanRelation(pinned, lake.folder)})`))
}

describe('a commit', () => {
  it('refuses the second of two that began at the same snapshot', async () => {
    const columns = [column(1, 'id', 'BIGINT')]
    const [a, b] = [await write(sql`select 1::bigint as id`, columns), await write(sql`select 2::bigint as id`, columns)]
    await commitDrafts(database.db, [draft('chart.cas', columns, { files: [{ new: a }], rows: 1 })])
    await expect(commitDrafts(database.db, [draft('chart.cas', columns, { files: [{ new: b }], rows: 1 })])).rejects.toMatchObject({
      code: 'dataset.conflict',
    })
    expect(await read('chart.cas', sql`select id`)).toEqual([['1']])
  })

  it('publishes exactly one of ten at once', async () => {
    const columns = [column(1, 'id', 'BIGINT')]
    const written = await Promise.all(Array.from({ length: 10 }, (_, i) => write(sql`select ${i}::bigint as id`, columns)))
    const ends = await Promise.allSettled(
      written.map((file) => commitDrafts(database.db, [draft('chart.race', columns, { files: [{ new: file }], rows: 1 })])),
    )
    expect(ends.filter((end) => end.status === 'fulfilled')).toHaveLength(1)
    expect(
      await database.db
        .selectFrom('files')
        .select('id')
        .where(
          'id',
          'in',
          written.map(({ id }) => id),
        )
        .execute(),
    ).toHaveLength(1)
  })

  it('is refused when its files hold another number of rows than it says', async () => {
    const columns = [column(1, 'id', 'BIGINT')]
    const file = await write(sql`select i as id from range(3) t(i)`, columns)
    await expect(commitDrafts(database.db, [draft('chart.sum', columns, { files: [{ new: file }], rows: 4 })])).rejects.toThrow(
      'its files hold 3',
    )
    await expect(pinSnapshot(database.db, 'chart.sum')).rejects.toMatchObject({ code: 'dataset.not_found' })
  })

  it('of an attempt that lost its run to another one is refused, whole', async () => {
    const columns = [column(1, 'id', 'BIGINT')]
    const file = await write(sql`select 1::bigint as id`, columns)
    await database.db
      .insertInto('runs')
      .values({
        id: 'r_zombie',
        pipeline: 'p',
        definition: '{}',
        state: 'running',
        trigger: 'api',
        requested_by: 't',
        working_folder: '/',
        fencing_token: 2,
        source_rows: null,
        published_rows: null,
        quarantined_rows: null,
        deduplicated_rows: null,
        quality_score: null,
        pii_columns: null,
        error: null,
        report: null,
      })
      .execute()
    const outcome = {
      runId: 'r_zombie',
      fencingToken: 1,
      drafts: [draft('chart.zombie', columns, { files: [{ new: file }], rows: 1 })],
      quarantine: [],
      finish: () => expect.unreachable(),
      lineage: () => expect.unreachable(),
    }
    await expect(commitRun(database.db, outcome)).rejects.toMatchObject({ code: 'run.superseded' })
    await expect(pinSnapshot(database.db, 'chart.zombie')).rejects.toMatchObject({ code: 'dataset.not_found' })
  })
})

describe('the columns of a dataset', () => {
  it('are added, renamed, widened and dropped without rewriting a file, and old snapshots read as they were', async () => {
    const columns = [column(1, 'id', 'INTEGER'), column(2, 'name', 'VARCHAR'), column(3, 'gone', 'VARCHAR')]
    const first = await write(sql`select 1::integer as id, 'a' as name, 'x' as gone`, columns)
    await commitDrafts(database.db, [draft('chart.evolve', columns, { files: [{ new: first }], rows: 1 })])
    const before = await pinSnapshot(database.db, 'chart.evolve')
    await alterColumns(database.db, 'chart.evolve', [
      { change: 'widen', column: 'id', type: 'BIGINT' },
      { change: 'rename', column: 'name', to: 'title' },
      { change: 'drop', column: 'gone' },
      { change: 'add', column: 'gone', type: 'DATE' },
    ])
    const altered = await pinSnapshot(database.db, 'chart.evolve')
    expect(altered.files.map(({ id }) => id)).toEqual([first.id])
    const second = await write(sql`select 5000000000::bigint as id, 'b' as title, date '2026-01-01' as gone`, altered.columns)
    await commitDrafts(database.db, [
      draft('chart.evolve', altered.columns, {
        parentId: altered.snapshotId,
        operation: 'append',
        files: [{ existing: first.id }, { new: second }],
        rows: 2,
      }),
    ])
    expect(await read('chart.evolve', sql`select id, typeof(id), title, gone`)).toEqual([
      ['1', 'BIGINT', 'a', null],
      ['5000000000', 'BIGINT', 'b', '2026-01-01'],
    ])
    expect(await read('chart.evolve', sql`select *`, `s_${before.snapshotId}`)).toEqual([['1', 'a', 'x']])
  })

  it.each([
    ['FLOAT', 'DOUBLE', sql`select (1.0 / 7)::float as v`, sql`select count(*) filter (where v = 1.0 / 7)`, '0'],
    ['DECIMAL(9,2)', 'DECIMAL(18,4)', sql`select 2.25::decimal(9,2) as v`, sql`select count(*) filter (where v = 2.2501)`, '0'],
    ['DATE', 'TIMESTAMP', sql`select date '2020-01-01' as v`, sql`select count(*) filter (where v = timestamp '2020-01-01 12:00')`, '0'],
    ['BIGINT', 'DECIMAL(21,2)', sql`select 3::bigint as v`, sql`select count(*) filter (where v < 3.4)`, '1'],
  ])('filter right after %s was widened to %s, where one scan over both would not', async (from, to, query, count, truth) => {
    const name = `chart.widen_${from.toLowerCase().replace(/\W/g, '_')}`
    const columns = [column(1, 'v', from)]
    const file = await write(query, columns)
    await commitDrafts(database.db, [draft(name, columns, { files: [{ new: file }], rows: 1 })])
    await alterColumns(database.db, name, [{ change: 'widen', column: 'v', type: to }])
    expect(await read(name, count)).toEqual([[truth]])
  })

  it('are not narrowed, not doubled, and not changed where they are not', async () => {
    const columns = [column(1, 'v', 'BIGINT'), column(2, 'w', 'DOUBLE')]
    const file = await write(sql`select 1::bigint as v, 1.5::double as w`, columns)
    await commitDrafts(database.db, [draft('chart.narrow', columns, { files: [{ new: file }], rows: 1 })])
    const alter = (change: Parameters<typeof alterColumns>[2][number]) => alterColumns(database.db, 'chart.narrow', [change])
    await expect(alter({ change: 'widen', column: 'v', type: 'INTEGER' })).rejects.toMatchObject({ code: 'dataset.bad_change' })
    await expect(alter({ change: 'widen', column: 'v', type: 'DOUBLE' })).rejects.toMatchObject({ code: 'dataset.bad_change' })
    await expect(alter({ change: 'rename', column: 'v', to: 'w' })).rejects.toMatchObject({ code: 'dataset.bad_change' })
    await expect(alter({ change: 'drop', column: 'nope' })).rejects.toMatchObject({ code: 'dataset.column_not_found' })
  })
})

describe('retention', () => {
  it('lets old snapshots go, keeps the newest and the published one, and destroys what nothing names', async () => {
    const columns = [column(1, 'id', 'BIGINT')]
    const written = []
    for (let i = 0; i < 4; i++) {
      const file = await write(sql`select ${i}::bigint as id`, columns)
      const parent = i === 0 ? null : (await pinSnapshot(database.db, 'chart.keep')).snapshotId
      await commitDrafts(database.db, [draft('chart.keep', columns, { parentId: parent, files: [{ new: file }], rows: 1 })])
      written.push(file)
    }
    const ids = (
      await database.db
        .selectFrom('snapshots')
        .innerJoin('datasets', 'datasets.id', 'snapshots.dataset_id')
        .select('snapshots.id')
        .where('name', '=', 'chart.keep')
        .orderBy('snapshots.id')
        .execute()
    ).map(({ id }) => id)
    const later = new Date(Date.now() + 40 * 86_400_000)
    await expireSnapshots(database.db, { now: later, keepDays: 30, keepLast: 2 })
    expect(await collectFiles(database.db, lake.files.remove, { now: later, graceMs: 60_000 })).toBe(0)
    const afterGrace = new Date(later.getTime() + 60_000)
    await collectFiles(database.db, lake.files.remove, { now: afterGrace, graceMs: 60_000 })
    await expect(read('chart.keep', sql`select id`, `s_${ids[0]}`)).rejects.toMatchObject({ code: 'dataset.snapshot_expired' })
    expect(await read('chart.keep', sql`select id`, `s_${ids[2]}`)).toEqual([['2']])
    expect(await read('chart.keep', sql`select id`)).toEqual([['3']])
    const left = await database.db
      .selectFrom('files')
      .select('id')
      .where(
        'id',
        'in',
        written.map(({ id }) => id),
      )
      .execute()
    expect(new Set(left.map(({ id }) => id))).toEqual(new Set([written[2]?.id, written[3]?.id]))
  })
})
