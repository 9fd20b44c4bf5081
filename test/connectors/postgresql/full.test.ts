import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { createPostgresqlBody } from '../../../src/connectors/postgresql/body.ts'
import { raw } from '../../../src/core/sql.ts'
import { openLanding, openReadContext, readRequest, type TestLanding } from '../../support/landing.ts'
import { cutAfter } from './cutting-proxy.ts'
import { openShop, readShop, type Shop } from './shop.ts'

let shop: Shop
const ROWS = 20_000

beforeAll(async () => {
  shop = await openShop()
  await shop.run(`create table big (id int, note text);
    insert into big select i, 'note ' || i || repeat('x', 80) from generate_series(1, ${ROWS}) i; analyze big`)
})
afterAll(() => shop.drop())

const total = (landing: TestLanding) =>
  landing.query(raw(`select count(*)::int as n, count(distinct id)::int as ids, min(id)::int as low, max(id)::int as high from landed`))
const whole = [{ n: ROWS, ids: ROWS, low: 1, high: ROWS }]
/** Of about 100 bytes a row: small enough for ten ranges. */
const RANGE = (ROWS * 100) / 10

/** Reads `big` by small ranges until its landing has taken that many checkpoints, and is cut off there. */
async function cutOff(after: number, mode: 'replace' | 'full_append' = 'replace'): Promise<TestLanding> {
  const landing = await openLanding({ mode })
  onTestFinished(() => landing.close())
  const context = await openReadContext('/tmp')
  const checkpoint = landing.checkpoint.bind(landing)
  landing.checkpoint = async (mark) => {
    await checkpoint(mark)
    if (landing.checkpoints.length === after) throw new Error('killed')
  }
  const body = createPostgresqlBody({ rangeBytes: RANGE })
  const reader = await body.open(shop.settings, context)
  const [stream] = await body.discover(shop.settings, context, ['big'])
  if (stream === undefined) throw new Error('there is no table')
  await expect(reader.read(readRequest(stream, { mode }), context, landing)).rejects.toThrow('killed')
  await reader.close()
  return landing
}

async function goOn(landing: TestLanding) {
  const read = await readShop(shop, 'big', { cutOff: landing, rangeBytes: RANGE })
  onTestFinished(() => read.landing.close())
  return read
}

describe('a full read of Postgres', () => {
  it('reads a table by ranges of its pages, in its order, counted by the server', async () => {
    const { result, landing } = await readShop(shop, 'big', { rangeBytes: RANGE })
    expect(await total(landing)).toEqual(whole)
    expect(landing.parts.length).toBeGreaterThan(5)
    expect(result).toMatchObject({ sourceRows: ROWS, counted: { rows: ROWS, read: ROWS, tolerance: 0 } })
    expect((await landing.query(raw(`select id from landed limit 3`))).map(({ id }) => id)).toEqual([1, 2, 3])
    await landing.close()
  })

  it('case 16: a read cut off after its third range goes on after it, and gives what a whole read gives', async () => {
    const cut = await cutOff(3)
    const before = cut.parts.length
    const { landing, result } = await goOn(cut)
    expect(landing.resumed).not.toBeNull()
    expect(landing.parts.slice(0, before)).toEqual(cut.checkpoints.at(-1)?.parts)
    expect(result).toMatchObject({ sourceRows: ROWS, counted: { rows: ROWS, read: ROWS } })
    expect(await total(landing)).toEqual(whole)
    expect(result.bytesRead).toBeLessThan(ROWS * 100 * 0.8)
  })

  it('case 17: VACUUM FULL in between moves rows: the table is read from the start', async () => {
    const cut = await cutOff(3)
    await shop.run('vacuum full big')
    const { landing } = await goOn(cut)
    expect(landing.resumed).toBeNull()
    expect(await total(landing)).toEqual(whole)
  })

  const changes = [
    ['a row read before is changed', `update big set note = note where id = 5`],
    ['a row read before is deleted', `delete from big where id = 50`, `insert into big values (50, 'again')`],
    ['a row comes into pages read before', `delete from big where id = 60`, `vacuum big`, `insert into big values (60, 'moved')`],
  ] as const
  for (const [what, ...statements] of changes)
    it(`case 17: when ${what}, the table is read from the start`, async () => {
      const cut = await cutOff(3)
      for (const statement of statements) await shop.run(statement)
      const { landing } = await goOn(cut)
      expect(landing.resumed).toBeNull()
      expect(await total(landing)).toEqual(whole)
    })

  it('case 16: goes on when only rows behind what was read have changed', async () => {
    const cut = await cutOff(3)
    await shop.run(`update big set note = 'changed' where id = ${ROWS}`)
    const { landing } = await goOn(cut)
    expect(landing.resumed).not.toBeNull()
    expect(await total(landing)).toEqual(whole)
    expect(await landing.query(raw(`select note from landed where id = ${ROWS}`))).toEqual([{ note: 'changed' }])
  })

  it('case 16: another question does not go on from where the first was cut off', async () => {
    const cut = await cutOff(3)
    const { landing, rows } = await readShop(shop, 'big', {
      cutOff: cut,
      rangeBytes: RANGE,
      request: { select: ['id'], where: { id__lte: 10 } },
    })
    expect(rows).toHaveLength(10)
    expect(Object.keys(rows[0] ?? {})).toEqual(['id'])
    await landing.close()
  })

  it('case 36: a connection cut in the middle of a table is replaced, and no row comes twice', async () => {
    const proxy = await cutAfter(shop.settings, [600_000, 900_000])
    onTestFinished(() => proxy.close())
    const { landing, result, logged } = await readShop(shop, 'big', { rangeBytes: RANGE, settings: proxy.settings })
    expect(await total(landing)).toEqual(whole)
    expect(result.sourceRows).toBe(ROWS)
    expect(proxy.cuts).toBe(2)
    expect(logged.join()).toContain('Trying again')
    await landing.close()
  })

  it('case 36: a view whose read is cut is read again from its start', async () => {
    await shop.run(`create view seen as select * from big`)
    const proxy = await cutAfter(shop.settings, [900_000])
    onTestFinished(() => proxy.close())
    const { landing, result } = await readShop(shop, 'seen', { settings: proxy.settings })
    expect(await total(landing)).toEqual(whole)
    expect(result.counted).toMatchObject({ rows: ROWS, read: ROWS })
    await landing.close()
  })

  it('case 36: a stream that is cut every time never succeeds', async () => {
    const proxy = await cutAfter(
      shop.settings,
      Array.from({ length: 50 }, () => 400_000),
    )
    onTestFinished(() => proxy.close())
    await expect(readShop(shop, 'seen', { settings: proxy.settings })).rejects.toMatchObject({ code: 'source.unreachable' })
  })

  it('case 36: a time limit on statements is met by smaller ranges', async () => {
    await shop.run(
      `create function slow(int) returns int language plpgsql volatile as $$ begin perform pg_sleep(0.0002); return $1; end $$`,
    )
    await shop.run(`create table timed (id int, note text); insert into timed select i, repeat('y', 400) from generate_series(1, 4000) i`)
    const user = `hasty_${shop.settings.database}`
    await shop.run(`create role ${user} login password 'x'; alter role ${user} set statement_timeout = '400ms'; grant select on timed to ${user};
      alter table timed enable row level security; create policy slowly on timed for select to ${user} using (slow(id) = id)`)
    const { landing, logged, result } = await readShop(shop, 'timed', { settings: { user, password: 'x' } })
    expect(await landing.query(raw(`select count(distinct id)::int as ids, count(*)::int as n from landed`))).toEqual([
      { ids: 4000, n: 4000 },
    ])
    expect(logged.join()).toContain('statement timeout')
    expect(result.warnings.join()).toContain('Row-level security')
    await landing.close()
    await shop.run(`drop owned by ${user}; drop role ${user}`)
  })

  it('stops within two seconds when it is cancelled, also while the server is busy', async () => {
    await shop.run(`create view endless as select a.id as id from big a, big b, big c order by md5(a.note || b.note || c.note)`)
    const cancel = new AbortController()
    const landing = await openLanding()
    const context = await openReadContext('/tmp', { signal: cancel.signal })
    const body = createPostgresqlBody()
    const reader = await body.open(shop.settings, context)
    const stream = { name: 'endless', columns: null, rowEstimate: null, sizeBytes: null, pieces: 1 }
    const reading = reader.read(readRequest(stream), context, landing)
    const isSorting = async () =>
      (
        await shop.run(
          `select 1 from pg_stat_activity where datname = current_database() and query like 'copy%endless%' and state = 'active'`,
        )
      ).length > 0
    await expect.poll(isSorting, { timeout: 10_000 }).toBe(true)
    const started = performance.now()
    cancel.abort()
    await expect(reading).rejects.toMatchObject({ code: 'run.cancelled' })
    expect(performance.now() - started).toBeLessThan(2000)
    await expect.poll(isSorting, { timeout: 2000 }).toBe(false)
    await reader.close()
    await landing.close()
  })

  it('reads several tables at once in one snapshot', async () => {
    await shop.run(
      `create table debit (amount int); create table credit (amount int); insert into debit values (100); insert into credit values (-100)`,
    )
    const body = createPostgresqlBody()
    const context = await openReadContext('/tmp')
    const reader = await body.open(shop.settings, context)
    await shop.run(`insert into debit values (5); insert into credit values (-5)`)
    const landings = await Promise.all(
      ['debit', 'credit'].map(async (name) => {
        const landing = await openLanding()
        const [stream] = await body.discover(shop.settings, context, [name])
        if (stream === undefined) throw new Error('there is no table')
        await reader.read(readRequest(stream), { ...context, scratch: (await openReadContext('/tmp')).scratch }, landing)
        return landing
      }),
    )
    expect(reader.parallel).toBe(2)
    expect(await Promise.all(landings.map((landing) => landing.table()))).toEqual([[{ amount: '100' }], [{ amount: '-100' }]])
    await reader.close()
    await Promise.all(landings.map((landing) => landing.close()))
  })

  it('case 35: views, materialised views, partitioned parents, children, foreign tables and tables without a key are read', async () => {
    await shop.run(`create table plain (id int, note text); insert into plain values (1, 'a'), (2, null);
      create view a_view as select * from plain; create materialized view a_matview as select * from plain;
      create table days (id int, d date) partition by range (d); create table days_1 partition of days for values from ('2024-01-01') to ('2024-07-01');
      create table days_2 partition of days for values from ('2024-07-01') to ('2025-01-01') partition by list (id);
      create table days_2a partition of days_2 default; insert into days values (1, '2024-03-01'), (2, '2024-09-01'), (3, '2024-10-01');
      create table parent (id int); create table child (extra int) inherits (parent); insert into parent values (1); insert into child values (2, 3)`)
    const expected: Record<string, number> = { plain: 2, a_view: 2, a_matview: 2, days: 3, parent: 2 }
    for (const [name, rows] of Object.entries(expected)) {
      const read = await readShop(shop, name)
      expect([name, read.rows.length, read.result.counted?.rows]).toEqual([name, rows, rows])
      await read.landing.close()
    }
    const context = await openReadContext('/tmp')
    const names = (await createPostgresqlBody().discover(shop.settings, context)).map(({ name, kind }) => [name, kind])
    expect(names).toContainEqual(['a_view', 'view'])
    expect(names).toContainEqual(['a_matview', 'materialised view'])
    expect(names).toContainEqual(['days', 'partitioned table'])
    expect(names.flat()).not.toContain('days_1')
  })

  it('case 35: a foreign table is read', async (context) => {
    const [extension] = await shop.run(`select 1 from pg_available_extensions where name = 'file_fdw'`)
    if (extension === undefined) return context.skip('this Postgres does not bring file_fdw')
    await shop.run(`create extension file_fdw; create server files foreign data wrapper file_fdw;
      create foreign table version (line text) server files options (program 'echo far', format 'text')`)
    const read = await readShop(shop, 'version')
    expect(read.rows).toEqual([{ line: 'far' }])
    expect(read.stream.kind).toBe('foreign table')
    await read.landing.close()
  })

  it('case 35: a table of 1,600 columns is read, and one without a column is refused', async () => {
    const columns = Array.from({ length: 1600 }, (_, i) => `c${i} int default ${i}`)
    await shop.run(`create table wide (${columns.join(', ')}); insert into wide default values; create table bare ()`)
    const read = await readShop(shop, 'wide')
    expect(read.result.columns).toHaveLength(1600)
    expect(read.rows[0]).toMatchObject({ c0: '0', c1599: '1599' })
    await read.landing.close()
    await expect(readShop(shop, 'bare')).rejects.toMatchObject({ code: 'source.column_missing' })
  })

  it('reads an empty table as no rows with its columns', async () => {
    await shop.run(`create table empty (id int, t timestamptz)`)
    const { result, landing } = await readShop(shop, 'empty')
    expect(result).toMatchObject({ sourceRows: 0, counted: { rows: 0, read: 0 }, columns: [{ name: 'id' }, { name: 't' }] })
    await landing.close()
  })

  it('reads rows far larger than their page by smaller ranges', async () => {
    await shop.run(`create table toasted (id int, v text); alter table toasted alter v set storage external;
      insert into toasted select i, repeat(chr(65 + i % 26), 60000) from generate_series(1, 100) i`)
    const { landing, result } = await readShop(shop, 'toasted', { rangeBytes: 200_000 })
    expect(await landing.query(raw(`select count(*)::int as n, sum(strlen(v))::int as size from landed`))).toEqual([
      { n: 100, size: 6_000_000 },
    ])
    expect(result.sourceRows).toBe(100)
    await landing.close()
  })

  it('reads chosen columns and rows, with every operator, and names with quotes in them', async () => {
    await shop.run(`create schema "we ird"; create table "we ird"."ta""ble.x" ("na'me" text, "Ünï" int, "select" numeric);
      insert into "we ird"."ta""ble.x" values ('it''s', 1, 1.5), ('50%', 2, 2.5), (null, 3, 3.5), (E'back\\\\slash', 4, 4.5)`)
    const name = `we ird.ta"ble.x`
    const filters = [
      [{ "na'me": "it's" }, ['1']],
      [{ "na'me": 'back\\slash' }, ['4']],
      [{ Ünï__gt: 1, select__lte: 3.5 }, ['2', '3']],
      [{ Ünï: [1, 4] }, ['1', '4']],
      [{ "na'me__like": '%\\%' }, ['2']],
      [{ "na'me__null": true }, ['3']],
      [{ "na'me": "x' or 'a'='a" }, []],
      [{ Ünï__ne: 2, Ünï__lt: 4 }, ['1', '3']],
    ] as const
    for (const [where, expected] of filters) {
      const read = await readShop(shop, name, { request: { where: JSON.parse(JSON.stringify(where)) as never, select: ['Ünï'] } })
      expect([where, read.rows.map((row) => row['Ünï'])]).toEqual([where, expected])
      await read.landing.close()
    }
    await expect(readShop(shop, name, { request: { where: { gone: 1 } } })).rejects.toMatchObject({ code: 'source.column_missing' })
    await expect(readShop(shop, name, { request: { where: { Ünï__gt: [1] } } })).rejects.toMatchObject({ code: 'source.bad_query' })
  })

  it('reads a query, and refuses whatever is not one SELECT that only reads', async () => {
    const read = await readShop(shop, 'chosen', {
      request: {
        query: `-- the first\nwith few as (select id, note from big where id < 3 /* ; */) select id, ';' as semi from few order by id -- end`,
      },
    })
    expect(read.rows).toEqual([
      { id: '1', semi: ';' },
      { id: '2', semi: ';' },
    ])
    await read.landing.close()
    const refused = [
      'delete from big',
      'select 1; drop table big',
      'select 1) to stdout; drop table big; copy (select 1',
      'with gone as (delete from big returning *) select * from gone',
      'select * into other from big',
      'select * from big for update',
      `do $$ begin delete from big; end $$`,
      'copy big to stdout',
      `select setval('s', 1) from (values (1)) v`,
    ]
    await shop.run('create sequence s')
    for (const query of refused) {
      const error: unknown = await readShop(shop, 'chosen', { request: { query } }).catch((thrown: unknown) => thrown)
      expect([query, (error as { code?: string }).code]).toEqual([query, 'source.read_only'])
    }
    await expect(readShop(shop, 'chosen', { request: { query: 'select gone from big' } })).rejects.toMatchObject({
      code: 'source.column_missing',
    })
    await expect(readShop(shop, 'chosen', { request: { query: 'select 1 frm big' } })).rejects.toMatchObject({ code: 'source.bad_query' })
    expect(await shop.run('select count(*)::int as n from big')).toEqual([{ n: ROWS }])
  })

  it('refuses a text that is no UTF-8 in words, and reads the other columns', async () => {
    const database = `${shop.settings.database}_bytes`
    await shop.run(`create database ${database} encoding 'SQL_ASCII' locale_provider libc lc_collate 'C' lc_ctype 'C' template template0`)
    const bytes = new pg.Client({ ...shop.settings, database, ssl: false })
    try {
      await bytes.connect()
      await bytes.query(`create table people (id int, name text); insert into people values (1, 'Anna'), (2, E'M\\xfcller')`)
      await bytes.end()
      const error: unknown = await readShop(shop, 'people', { settings: { database } }).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code: 'source.value_out_of_range', message: expect.stringContaining('not in the encoding') as string })
      const read = await readShop(shop, 'people', { settings: { database }, request: { select: ['id'] } })
      expect(read.rows).toEqual([{ id: '1' }, { id: '2' }])
      await read.landing.close()
    } finally {
      await shop.run(`drop database ${database} with (force)`)
    }
  })
})
