import { sql } from 'kysely'
import type { Kysely } from 'kysely'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openDatabase } from '../../src/store/database.ts'
import { migrate, migrations } from '../../src/store/migrate.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'

const COUNT_TABLES = sql<{
  name: string
}>`select table_name as name from information_schema.tables where table_schema = 'public' order by 1`

describe('migrating', () => {
  it('makes every table in an empty database, and does nothing the next time', async () => {
    const { db, url } = await emptyDatabase()
    expect(await migrate(db, { url })).toEqual(Object.keys(migrations))
    expect(await tables(db)).toEqual(expect.arrayContaining(['datasets', 'runs', 'snapshots', 'users']))
    expect(await migrate(db, { url })).toEqual([])
  })

  it('costs two queries when there is nothing to do', async () => {
    const { db, url } = await emptyDatabase()
    await migrate(db, { url })
    const queries: string[] = []
    const counting = db.withPlugin({
      transformQuery: ({ node }) => (queries.push(node.kind), node),
      transformResult: ({ result }) => Promise.resolve(result),
    })
    await migrate(counting, { url })
    expect(queries).toHaveLength(2)
  })

  it('runs each migration once when several Atlases start at once', async () => {
    const { db, url } = await emptyDatabase()
    const runs = await Promise.all(Array.from({ length: 6 }, () => migrate(db, { url })))
    expect(runs.flat()).toEqual(Object.keys(migrations))
  })

  it('runs only what is new, in the order of the names', async () => {
    const { db, url } = await emptyDatabase()
    await migrate(db, { url })
    const known = { ...migrations, '9002-second': step('insert into extra values (2)'), '9001-first': step('create table extra (n int)') }
    expect(await migrate(db, { url }, known)).toEqual(['9001-first', '9002-second'])
  })

  it('that fails leaves the database as it was', async () => {
    const { db, url } = await emptyDatabase()
    await migrate(db, { url })
    const before = await tables(db)
    const known = { ...migrations, '9001-good': step('create table extra (n int)'), '9002-bad': step('create table users (n int)') }
    await expect(migrate(db, { url }, known)).rejects.toThrow('relation "users" already exists')
    expect(await tables(db)).toEqual(before)
  })

  it('refuses a database of a newer Atlas, naming both, and changes nothing', async () => {
    const { db, url } = await emptyDatabase()
    await migrate(db, { url }, { ...migrations, '9001-future': step('create table future (n int)') })
    const before = await tables(db)
    await expect(migrate(db, { url })).rejects.toMatchObject({
      code: 'store.newer',
      message: expect.stringMatching(new RegExp(`9001-future.*${Object.keys(migrations).at(-1)}`)),
    })
    expect(await tables(db)).toEqual(before)
  })

  it('by a user who may not make tables says so', async () => {
    const { db, url } = await emptyDatabase()
    const role = `reader_${Date.now()}`
    await sql.raw(`create role ${role} login password 'x'`).execute(db)
    onTestFinished(() =>
      sql
        .raw(`drop role ${role}`)
        .execute(db)
        .then(() => undefined),
    )
    const theirs = openDatabase({ url: url.replace(/\/\/[^@]+@/, `//${role}:x@`) })
    onTestFinished(() => theirs.close())
    await expect(migrate(theirs.db, { url: url.replace(/\/\/[^@]+@/, `//${role}:x@`) })).rejects.toMatchObject({
      code: 'store.not_allowed',
    })
  })

  it('is not cut off by the time that ordinary statements have', async () => {
    const { db, url } = await emptyDatabase()
    const slow = { '0001-slow': step(`do $$ begin perform pg_sleep(0.2); end $$`) }
    const address = { url: `${url}&statement_timeout=100` }
    await expect(migrate(db, address, slow)).resolves.toEqual(['0001-slow'])
  })
})

describe('quarantined rows of an older Atlas', () => {
  it('that a later run got once more are superseded by the first one that did, whatever was done with the others', async () => {
    const { db, url } = await emptyDatabase()
    const upTo = (last: string) => Object.fromEntries(Object.entries(migrations).filter(([name]) => name < last))
    await migrate(db, { url }, upTo('0016'))
    // Two blocked runs and one that published, then a full read; `lost` and its batch belong to another stream that nobody read again.
    const report = (table: string) => JSON.stringify({ streams: [{ dataset: table, state: 'succeeded' }] })
    await sql`insert into datasets (name, layer) values ('explore.a', 'explore'), ('chart.a', 'chart'), ('chart.b', 'chart')`.execute(db)
    await sql`insert into dataset_schemas (dataset_id, version, columns) select id, 1, '[]' from datasets`.execute(db)
    for (const [n, id, state, trigger, table] of [
      [1, 'blocked', 'blocked', 'api', 'a'],
      [2, 'again', 'blocked', 'api', 'a'],
      [3, 'lost', 'blocked', 'upload', 'b'],
      [4, 'good', 'succeeded', 'api', 'a'],
      [5, 'full', 'succeeded', 'api', 'a'],
      [6, 'replay', 'failed', 'replay', 'a'],
    ] as const) {
      await sql`insert into runs (id, pipeline, definition, state, trigger, requested_by, working_folder, queued_at, kind, report)
        values (${id}, 'p', '{}', ${state}, ${trigger}, 'x', '/', timestamptz '2026-01-01' + ${n} * interval '1 hour', 'pipeline', ${report(table)})`.execute(
        db,
      )
    }
    for (const [run, operation] of [
      ['good', 'append'],
      ['full', 'replace'],
    ] as const) {
      await sql`insert into snapshots (dataset_id, schema_version, run_id, operation, rows, size_bytes, file_count)
        select id, 1, ${run}, ${operation}, 1, 1, 1 from datasets where name = 'explore.a'`.execute(db)
    }
    for (const [run, dataset] of [
      ['blocked', 'chart.a'],
      ['again', 'chart.a'],
      ['lost', 'chart.b'],
      ['good', 'chart.a'],
      ['full', 'chart.a'],
    ] as const) {
      await sql`insert into quarantine (id, dataset_id, run_id, stage, path, rows, size_bytes, sha256, reasons)
        select 'q_' || ${run}, id, ${run}, 'check', ${run}, 5, 1, 'x', '[]' from datasets where name = ${dataset}`.execute(db)
    }
    await sql`insert into quarantine_marks (batch_id, rows, row_count, state, run_id, reason, "by") values
      ('q_good', '{[1,3)}', 2, 'discarded', null, 'given up', 'x'), ('q_good', '{[3,4)}', 1, 'replaying', 'replay', null, 'x'),
      ('q_good', '{[4,5)}', 1, 'replayed', 'full', 'let in', 'x')`.execute(db)
    await migrate(db, { url }, upTo('0019'))
    // Since the first of the two migrations a replay was overtaken by a full read.
    await sql`delete from quarantine_marks where state = 'superseded'`.execute(db)
    await migrate(db, { url })
    const { rows } = await sql<{
      mark: string
    }>`select batch_id || ' ' || rows || ' ' || row_count || ' ' || state || ' ' || coalesce(run_id, '-') as mark
      from quarantine_marks order by batch_id, rows::text collate "C"`.execute(db)
    expect(rows.map(({ mark }) => mark)).toEqual([
      'q_again {[1,6)} 5 superseded good',
      'q_blocked {[1,6)} 5 superseded again',
      'q_good {[1,3)} 2 discarded -',
      'q_good {[3,4),[5,6)} 2 superseded full',
      'q_good {[3,4)} 1 replaying replay',
      'q_good {[4,5)} 1 released full',
    ])
  })
})

function step(text: string): { up: (db: Kysely<unknown>) => Promise<void> } {
  return {
    async up(db) {
      await sql.raw(text).execute(db)
    },
  }
}

async function emptyDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase({ empty: true })
  onTestFinished(() => database.drop())
  return database
}

async function tables(db: TestDatabase['db']): Promise<string[]> {
  return (await COUNT_TABLES.execute(db)).rows.map(({ name }) => name)
}
