import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { takeChild } from '../../../src/lake/user-sql/child-process.ts'
import { converse } from '../../../src/lake/user-sql/conversation.ts'
import type { ChildRequest, JsonValue } from '../../../src/lake/user-sql/protocol.ts'
import { makeUserSqlFixture, type UserSqlFixture } from './user-sql-fixture.ts'

let fixture: UserSqlFixture
let before: Record<string, string>
beforeAll(async () => {
  fixture = await makeUserSqlFixture()
  await mkdir(fixture.query.scratch)
  before = await fixture.checksums()
})
afterAll(() => fixture.remove())

/** Sends text straight to the child, as if the parse step had let it through. */
async function sendUnchecked(sql: string): Promise<{ kind: string; message?: string; rows: JsonValue[] }> {
  const request: ChildRequest = {
    kind: 'read',
    sql: fixture.fill(sql),
    relations: fixture.query.relations.map(({ name, scan }) => ({ schema: 'chart', table: path.extname(name).slice(1), scan: scan.text })),
    files: fixture.query.relations.flatMap((relation) => relation.files),
    target: null,
    targetBytes: 0,
    memoryBytes: fixture.query.memoryBytes,
    spillFolder: fixture.query.scratch,
    spillBytes: 64 * 2 ** 20,
    threads: 1,
    limit: 100,
    replyCharacters: 2 ** 20,
  }
  const rows: JsonValue[] = []
  const child = await takeChild(fixture.query.memoryBytes)
  const end = await converse(child, request, { timeoutMs: 10_000 }, (message) => {
    if (message.kind === 'rows') rows.push(...message.rows)
    return null
  })
  return { kind: end.kind, ...(end.kind === 'failed' ? { message: end.message } : {}), rows }
}

const stopped = [
  `select * from read_text('{secret}')`,
  `select * from read_csv('{secret}')`,
  `select * from read_parquet('{other}')`,
  `from '{other}'`,
  `select * from glob('{secret}')`,
  `select * from sniff_csv('{secret}')`,
  `select * from read_duckdb('{secret}')`,
  `select * from query('copy (select 1) to ''{file}''')`,
  `select * from query('select * from read_text(''{secret}'')')`,
  `copy (select 1 as id) to '{file}' (format parquet, use_tmp_file false)`,
  `copy (select 1 as id) to '{other}'`,
  `copy (select 1 as id) to '{secret}.new'`,
  `export database '{secret}.d'`,
  `attach '{secret}' as a`,
  `attach ':memory:' as a`,
  'install httpfs',
  'load httpfs',
  `set enable_external_access = true`,
  `set allowed_paths = ['/']`,
  'set lock_configuration = false',
  `set memory_limit = '100GB'`,
  'reset memory_limit',
  `set variable x = 1`,
  'pragma enable_profiling',
  'call enable_profiling()',
  'create table t as select 1',
  `create or replace view chart.customers as select 1`,
  'drop view chart.customers',
  'prepare p as select 1',
  'checkpoint',
  `select 1; copy (select 1 as id) to '{file}' (format parquet, use_tmp_file false)`,
  `select 1) ; copy (select 1 as id) to '{file}' (format parquet, use_tmp_file false); --`,
  `select 1 from chart.customers; drop view chart.customers`,
  `select * from 'https://127.0.0.1:9/x.parquet'`,
  `select $1`,
]

test.each(stopped)('without the parse step the child still stops: %s', async (sql) => {
  expect(await sendUnchecked(sql)).toEqual({ kind: 'failed', message: expect.any(String), rows: [] })
  expect(await fixture.checksums()).toEqual(before)
})

// What only the parse step stops: it tells of the engine's own state, of nothing outside the child.
const onlyParsed = [
  `select current_setting('allowed_paths')`,
  'select view_name from duckdb_views() where not internal',
  'select name from sqlite_master',
  `select count(*) from parquet_metadata('{file}')`,
  `select * from query('select 1')`,
  'select max(stats(id)) from chart.customers',
]

test.each(onlyParsed)('the parse step is needed for: %s', async (sql) => {
  const { kind } = await sendUnchecked(sql)
  expect(kind).toBe('read')
  expect(await fixture.checksums()).toEqual(before)
})
