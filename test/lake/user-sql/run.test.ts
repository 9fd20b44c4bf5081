import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { AtlasError } from '../../../src/core/errors.ts'
import { raw, sql } from '../../../src/core/sql.ts'
import { closeWarmChild } from '../../../src/lake/user-sql/child-process.ts'
import { parseUserSql } from '../../../src/lake/user-sql/parse.ts'
import { runUserSql, writeUserSql, type UserRows } from '../../../src/lake/user-sql/run.ts'
import { makeUserSqlFixture, type UserSqlFixture } from './user-sql-fixture.ts'

let fixture: UserSqlFixture
beforeAll(async () => {
  fixture = await makeUserSqlFixture()
})
afterAll(async () => {
  closeWarmChild()
  await fixture.remove()
})

const run = (text: string, limit = 100): Promise<UserRows> => runUserSql({ ...fixture.query, sql: text, limit })
const failure = (work: Promise<unknown>): Promise<AtlasError> =>
  work.then(
    () => expect.fail('it succeeded'),
    (error: AtlasError) => error,
  )

const ordinary: readonly [text: string, rows: unknown[][]][] = [
  [
    'select id, name from chart.customers order by id limit 2',
    [
      [1, 'name 1'],
      [2, 'name 2'],
    ],
  ],
  ['from chart.customers select count(*)', [[100]]],
  ['select count(*) from "Chart"."CUSTOMERS"', [[100]]],
  ['select chart.customers.id from chart.customers where chart.customers.id = 7', [[7]]],
  ['select count(*) from chart.customers; -- the end', [[100]]],
  ['/* first */ select 1 as a, 2 as a', [[1, 2]]],
  [
    'select c.country, sum(o.amount) from chart.customers c join chart.orders o on o.customer_id = c.id group by all order by 1',
    [
      ['DK', 3184],
      ['NO', 3400],
      ['SE', 3366],
    ],
  ],
  ['select count(*) from chart.customers c left join chart.orders o on o.customer_id = c.id where o.id is null', [[50]]],
  ['select count(*) from chart.customers semi join chart.orders on customers.id = orders.customer_id', [[50]]],
  ["with dk as (select * from chart.customers where country = 'DK'), few as (select * from dk limit 3) select count(*) from few", [[3]]],
  ['with customers as (select 1 as id) select id from customers', [[1]]],
  ['with customers as (select 1 as id) select count(*) from chart.customers', [[100]]],
  ['with recursive t(i) as (select 1 union all select i + 1 from t where i < 5) select sum(i) from t', [[15]]],
  [
    'select id, row_number() over (partition by country order by id desc) n from chart.customers qualify n = 1 order by id',
    [
      [98, 1],
      [99, 1],
      [100, 1],
    ],
  ],
  ["select sum(id) filter (where country = 'DK') from chart.customers", [[1683]]],
  [
    "select * from (select country, id from chart.customers where id <= 3) pivot (count(*) for country in ('DK', 'SE')) order by id",
    [
      [1, 0, 1],
      [2, 0, 0],
      [3, 1, 0],
    ],
  ],
  [
    'from (select 1 as a, 2 as b) unpivot (v for k in (a, b))',
    [
      ['a', 1],
      ['b', 2],
    ],
  ],
  [
    'select country, count(*) from chart.customers group by rollup (country) order by 2, 1',
    [
      ['DK', 33],
      ['NO', 33],
      ['SE', 34],
      [null, 100],
    ],
  ],
  ['select list_sum(list_transform(tags, lambda x: x * 2)) from chart.customers where id = 3', [[14]]],
  ['select [x + 1 for x in tags if x > 3] from chart.customers where id = 3', [[[5]]]],
  ['select tags[1], address.city, tags from chart.customers where id = 3', [[3, 'by 3', [3, 4]]]],
  ["select extra ->> '$.a', json_extract(extra, 'a') from chart.customers where id = 3", [['3', '3']]],
  ['select j.key from chart.customers, json_each(extra) j where customers.id = 3', [['a']]],
  [
    "select since + interval 1 month, date_trunc('year', since)::date, extract(year from since), strftime(since, '%d/%m') from chart.customers where id = 1",
    [['2020-02-02 00:00:00', '2020-01-01', 2020, '02/01']],
  ],
  ['select unnest(tags) from chart.customers where id <= 2', [[1], [2], [2], [3]]],
  ['select u.v from chart.customers, unnest(tags) as u(v) where id = 1 order by 1', [[1], [2]]],
  ['select count(*) from chart.orders o asof join chart.customers c on o.customer_id = c.id and o.placed >= c.since', [[200]]],
  [
    'select 1 as a union all by name select 2 as b',
    [
      [1, null],
      [null, 2],
    ],
  ],
  [
    'select * exclude (tags, address, extra) replace (upper(name) as name) from chart.customers where id = 1',
    [[1, 'NAME 1', 'SE', '2020-01-02', 1.25]],
  ],
  ["select columns('^i') from chart.orders where id = 3", [[3]]],
  [
    'select distinct on (country) country, id from chart.customers order by country, id',
    [
      ['DK', 3],
      ['NO', 2],
      ['SE', 1],
    ],
  ],
  [
    "values (1, 'a'), (2, 'b')",
    [
      [1, 'a'],
      [2, 'b'],
    ],
  ],
  ['select i from range(3) t(i)', [[0], [1], [2]]],
  ["select max(d)::date from generate_series(date '2024-01-01', date '2024-02-01', interval 1 day) t(d)", [['2024-02-01']]],
  [
    "select case when id > 50 then 'high' else 'low' end k, count(*) from chart.customers group by all order by all",
    [
      ['high', 50],
      ['low', 50],
    ],
  ],
  [
    "select coalesce(null, 2), nullif(1, 1), try_cast('x' as integer), 5 between 1 and 9, 'abc' like 'a%', 'abc' similar to 'a.*'",
    [[2, null, null, true, true, true]],
  ],
  ['select count(*) from chart.customers where id in (select customer_id from chart.orders) and exists (select 1)', [[50]]],
  [
    "select median(id), quantile_cont(id, 0.5), arg_max(name, id), string_agg(country, ',' order by id) filter (where id < 3) from chart.customers",
    [[50.5, 50.5, 'name 100', 'SE,NO']],
  ],
  ['select #1 from (select 4)', [[4]]],
  ['select count(*) from chart.customers using sample 10 rows', [[10]]],
  ['select lag(id) over (order by id) from chart.customers order by id limit 2', [[null], [1]]],
  [
    "select regexp_extract(name, '\\d+'), split_part(name, ' ', 2), concat_ws('-', 1, 2), md5('x') from chart.customers where id = 9",
    [['9', '9', '1-2', '9dd4e461268c8034f5c8564e155c67a6']],
  ],
]

describe('an ordinary query works', () => {
  test.each(ordinary)('%s', async (text, rows) => {
    const result = await run(text)
    expect(result.rows).toEqual(rows)
  })
})

describe('cells', () => {
  test.each<[text: string, cell: unknown, type: string]>([
    ['select 9007199254740991', 9007199254740991, 'BIGINT'],
    ['select 9007199254740993', '9007199254740993', 'BIGINT'],
    ['select 170141183460469231731687303715884105727', '170141183460469231731687303715884105727', 'HUGEINT'],
    ['select 0.1::decimal(38, 20)', '0.10000000000000000000', 'DECIMAL(38,20)'],
    ['select 0.1::double', 0.1, 'DOUBLE'],
    [`select 'nan'::double`, 'NaN', 'DOUBLE'],
    [`select '-infinity'::double`, '-Infinity', 'DOUBLE'],
    [`select 'infinity'::date`, 'infinity', 'DATE'],
    [`select timestamptz '2024-01-01 00:00:00+02'`, '2023-12-31 22:00:00+00', 'TIMESTAMP WITH TIME ZONE'],
    [`select timestamp_ns '2024-01-01 00:00:00.123456789'`, '2024-01-01 00:00:00.123456789', 'TIMESTAMP_NS'],
    [`select '\\x00\\xFF'::blob`, '00ff', 'BLOB'],
    [`select ['\\xFF'::blob]`, ['ff'], 'BLOB[]'],
    [`select '\uFEFFa'`, '\uFEFFa', 'VARCHAR'],
    [`select ''`, '', 'VARCHAR'],
    ['select null', null, 'INTEGER'],
    [`select '{"a": 1}'::json`, '{"a": 1}', 'JSON'],
    [
      `select {'a': [9007199254740993, null], 'b': 1.5::decimal(2, 1)}`,
      { a: ['9007199254740993', null], b: '1.5' },
      'STRUCT(a BIGINT[], b DECIMAL(2,1))',
    ],
    [`select map {'k': 1}`, [{ key: 'k', value: 1 }], 'MAP(VARCHAR, INTEGER)'],
  ])('%s gives %j', async (text, cell, type) => {
    const { rows, columns } = await run(text)
    expect(rows).toEqual([[cell]])
    expect(columns[0]?.type).toBe(type)
  })

  test('columns keep their names, equal ones too', async () => {
    const { columns } = await run('select 1 as a, 2 as a, 3 as "we ird""x", count(*) from chart.customers')
    expect(columns.map((column) => column.name)).toEqual(['a', 'a', 'we ird"x', 'count_star()'])
  })
})

describe('the limit', () => {
  test.each([
    [99, 99, true],
    [100, 100, false],
    [101, 100, false],
  ])('of %i rows gives %i of 100 and truncated = %s', async (limit, count, truncated) => {
    const result = await run('select id from chart.customers', limit)
    expect([result.rows.length, result.truncated]).toEqual([count, truncated])
  })

  test('ends an endless query as soon as it is reached', async () => {
    const result = await run('select i from range(100000000000) t(i)', 5000)
    expect([result.rows.length, result.truncated, result.rows.at(-1)]).toEqual([5000, true, [4999]])
  })
})

describe('what goes wrong', () => {
  test.each<[code: string, text: string, message: string]>([
    ['sql.syntax', 'select\n  nope nope nope', 'line 2, column 13'],
    ['sql.syntax', `select 'æøå' from from x`, 'line 1, column 19'],
    ['sql.forbidden_function', `select 'æøå',\n 'æ', getvariable('x')`, 'line 2, column 7'],
    ['sql.forbidden_table', 'select * from customers', '"customers" is neither a dataset nor a CTE (line 1, column 15)'],
    ['sql.failed', 'select nope from chart.customers', 'Referenced column "nope" not found'],
  ])('%s for %j says %j', async (code, text, message) => {
    const error = await failure(run(text))
    expect(error.code).toBe(code)
    expect(error.message).toContain(message)
  })

  test.each([
    'select name::integer from chart.customers',
    "select strptime(name, '%Y') from chart.customers",
    'select (id + 12300)::tinyint from chart.customers',
  ])('no value of the data and no path stands in the error of: %s', async (text) => {
    const error = await failure(run(text))
    expect(error.code).toBe('sql.failed')
    expect(error.message).not.toMatch(/name \d|123\d\d/)
    expect(error.message).not.toContain(fixture.folder)
  })

  test('a missing file is named by its dataset, not by its path', async () => {
    const file = path.join(fixture.folder, 'gone.parquet')
    const relations = [{ name: 'chart.gone', scan: sql`select * from read_parquet(${file})`, files: [file] }]
    const error = await failure(runUserSql({ ...fixture.query, relations, sql: 'select * from chart.gone', limit: 1 }))
    expect(error.code).toBe('lake.file_missing')
    expect(error.message).toContain('chart.gone')
    expect(error.message).not.toContain(fixture.folder)
  })

  test('an abort ends the query within a second', { retry: 2 }, async () => {
    const abort = new AbortController()
    const running = failure(
      runUserSql({ ...fixture.query, sql: `select levenshtein(repeat('a', 200000), repeat('b', 200000))`, limit: 1, signal: abort.signal }),
    )
    setTimeout(() => abort.abort(), 300)
    const started = performance.now()
    expect((await running).code).toBe('run.cancelled')
    expect(performance.now() - started).toBeLessThan(1300)
  })

  test('an aborted signal starts nothing', async () => {
    const error = await failure(runUserSql({ ...fixture.query, sql: 'select 1', limit: 1, signal: AbortSignal.abort() }))
    expect(error.code).toBe('run.cancelled')
  })

  test('the scratch folder is empty afterwards', async () => {
    expect(await readdir(fixture.query.scratch)).toEqual([])
  })
})

test('parsing tells which datasets are named, each once, in order', async () => {
  const { datasets } = await parseUserSql(
    'with c as (from chart.orders) select * from c join "Explore".raw_orders using (id) where id in (select id from CHART.Orders) union all from navigate.x',
  )
  expect(datasets).toEqual(['chart.orders', 'explore.raw_orders', 'navigate.x'])
})

test('many queries at once all answer', async () => {
  const results = await Promise.all(Array.from({ length: 8 }, (_, index) => run(`select ${index} from chart.customers limit 1`)))
  expect(results.map((result) => result.rows[0]?.[0])).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
})

describe('writing', () => {
  const target = (name: string): string => path.join(fixture.folder, name)

  test('makes a Parquet file with the field ids asked for', async () => {
    const seen: string[] = []
    const written = await writeUserSql({
      ...fixture.query,
      sql: 'select id, country as "land ""x""" from chart.customers order by id desc',
      target: target('new.parquet'),
      fieldIds: (columns) => {
        seen.push(...columns.map((column) => `${column.name} ${column.type}`))
        return raw('{id: 7, "land ""x""": 9}')
      },
    })
    expect(seen).toEqual(['id BIGINT', 'land "x" VARCHAR'])
    expect(written).toMatchObject({
      rows: 100,
      columns: [
        { name: 'id', type: 'BIGINT' },
        { name: 'land "x"', type: 'VARCHAR' },
      ],
    })
    const instance = await DuckDBInstance.create(':memory:')
    const connection = await instance.connect()
    const schema = await connection.runAndReadAll(
      sql`select name, field_id from parquet_schema(${target('new.parquet')}) where field_id is not null`.text,
    )
    expect(schema.getRows()).toEqual([
      ['id', 7n],
      ['land "x"', 9n],
    ])
    const rows = await connection.runAndReadAll(sql`select id from read_parquet(${target('new.parquet')}) limit 2`.text)
    expect(rows.getRows()).toEqual([[100n], [99n]])
    connection.closeSync()
  })

  test.each<[code: string, text: string]>([
    ['sql.failed', 'select 1 as a, 2 as "A"'],
    ['sql.failed', 'select name::integer from chart.customers'],
    ['sql.memory_limit', 'select len(range(500000000))'],
    ['sql.forbidden_table', 'select * from chart.unknown'],
    ['sql.time_limit', `select levenshtein(repeat('a', 200000), repeat('b', 200000))`],
  ])('leaves no file behind after %s: %s', async (code, text) => {
    const before = await readdir(fixture.folder)
    const error = await failure(
      writeUserSql({ ...fixture.query, timeoutMs: 3000, sql: text, target: target('failed.parquet'), fieldIds: () => null }),
    )
    expect(error).toMatchObject({ code })
    expect(await readdir(fixture.folder)).toEqual(before)
  })

  test('ends an endless result at the size limit of its file, and leaves no file behind', async () => {
    const before = await readdir(fixture.folder)
    const text = 'select hash(i) as h from range(100000000000) t(i)'
    const writing = writeUserSql({
      ...fixture.query,
      sql: text,
      target: target('endless.parquet'),
      targetBytes: 2 ** 20,
      fieldIds: () => null,
    })
    const error = await failure(writing)
    expect(error).toMatchObject({ code: 'sql.failed', message: expect.stringContaining('limit of 1 MiB') })
    expect(await readdir(fixture.folder)).toEqual(before)
  })

  test('never touches a file that exists', async () => {
    const before = await fixture.checksums()
    const error = await failure(
      writeUserSql({ ...fixture.query, sql: 'select 1 as a', target: target('other.parquet'), fieldIds: () => null }),
    )
    expect(error.message).toContain('exists already')
    expect(await fixture.checksums()).toEqual(before)
  })

  test('stops when the caller refuses the columns', async () => {
    const refusal = new AtlasError('dataset.conflict', 'not these columns')
    const refuse = (): never => {
      throw refusal
    }
    const error = await failure(
      writeUserSql({ ...fixture.query, sql: 'select 1 as a', target: target('refused.parquet'), fieldIds: refuse }),
    )
    expect(error).toBe(refusal)
  })
})
