import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { ReadRequest } from '../../../src/connectors/connector.ts'
import { incremental, openShop, readShop, type Shop } from './shop.ts'

let shop: Shop

beforeAll(async () => {
  shop = await openShop()
})
afterAll(() => shop.drop())

const by = (column: string, more: Partial<NonNullable<ReadRequest['cursor']>> = {}): Partial<ReadRequest> => ({
  cursor: { column, nulls: 'raise', ...more },
})

let made = 0
/** A table with the rows given. */
async function table(columns: string, rows: string | null): Promise<string> {
  const name = `t${++made}`
  await shop.run(`create table ${name} (${columns})`)
  if (rows !== null) await shop.run(`insert into ${name} values ${rows}`)
  return name
}

function reads(name: string, request: Partial<ReadRequest>) {
  const runs = incremental(shop, name, request)
  onTestFinished(async () => void (await runs.close()))
  return runs
}

const ids = (rows: Record<string, string | null>[], column = 'id') => rows.map((row) => row[column] ?? '').sort((a, b) => (a < b ? -1 : 1))

describe('an incremental read of Postgres', () => {
  for (const [number, columns] of [
    ['case 1', 'id text primary key, t int'],
    ['case 2', 'id text, t int'],
  ] as const) {
    it(`${number}: rows that share the last value come once each, ${columns.includes('key') ? 'with' : 'without'} a primary key`, async () => {
      const name = await table(columns, `('a', 1), ('b', 2), ('c', 3), ('d', 3), ('e', 3)`)
      const runs = reads(name, by('t'))
      expect(ids((await runs.next()).rows)).toEqual(['a', 'b', 'c', 'd', 'e'])
      await shop.run(`insert into ${name} values ('f', 3), ('g', 4)`)
      const second = await runs.next()
      expect(ids(second.rows)).toEqual(['f', 'g'])
      expect(second.result).toMatchObject({ sourceRows: 2, counted: { rows: 5, read: 5 } })
      expect(ids(await runs.all())).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g'])
    })
  }

  it('case 2: rows that are equal in every column come as often as the source has them', async () => {
    const name = await table('id text, t int', `('a', 1), ('a', 1), ('b', 2), ('b', 2)`)
    const runs = reads(name, by('t'))
    await runs.next()
    await shop.run(`insert into ${name} values ('b', 2)`)
    expect(ids((await runs.next()).rows)).toEqual(['b'])
    expect(ids(await runs.all())).toEqual(['a', 'a', 'b', 'b', 'b'])
  })

  it('case 4: 300,000 rows that share one value, read twice, are 300,000 rows, and the state is tiny', async () => {
    const name = await table('id int, t timestamptz', null)
    await shop.run(`insert into ${name} select i, '2024-05-01 10:00:00+00' from generate_series(1, 300000) i`)
    const runs = reads(name, by('t'))
    expect((await runs.next()).result.sourceRows).toBe(300_000)
    const state = JSON.stringify(runs.state)
    const second = await runs.next()
    expect(second.result.sourceRows).toBe(0)
    expect(second.rows).toEqual([])
    expect(second.result.counted).toMatchObject({ rows: 300_000, read: 300_000 })
    expect(JSON.stringify(runs.state)).toBe(state)
    expect(state.length).toBeLessThan(65_536)
  })

  const late = [
    ['a time', 'timestamptz', `'2024-05-01 10:00:00+00'`, `'2024-05-01 10:00:05+00'`],
    ['a time without a zone', 'timestamp', `'2024-05-01 10:00:00'`, `'2024-05-01 10:00:05'`],
    ['a number that counts up', 'bigint', '5', '6'],
  ] as const
  for (const [what, type, earlier, later] of late) {
    it(`case 5: a transaction that commits late below the last value is delivered, by ${what}`, async () => {
      const name = await table(`id text, t ${type}`, null)
      const runs = reads(name, by('t'))
      const slow = await shop.session()
      await slow.run('begin')
      await slow.run('savepoint inside')
      await slow.run(`insert into ${name} values ('late', ${earlier})`)
      await shop.run(`insert into ${name} values ('early', ${later})`)
      expect(ids((await runs.next()).rows)).toEqual(['early'])
      expect(ids((await runs.next()).rows)).toEqual([])
      await slow.run('commit')
      slow.release()
      expect(ids((await runs.next()).rows)).toEqual(['late'])
      const settled = JSON.stringify(runs.state)
      expect((await runs.next()).result.sourceRows).toBe(0)
      expect(JSON.stringify(runs.state)).toBe(settled)
    })
  }

  it('case 5: a transaction that has only begun, and writes its own begin afterwards, is delivered', async () => {
    const name = await table('id text, t timestamptz default now()', null)
    const runs = reads(name, by('t'))
    const slow = await shop.session()
    await slow.run('begin')
    await slow.run('select now()')
    await shop.run(`insert into ${name} values ('early')`)
    expect(ids((await runs.next()).rows)).toEqual(['early'])
    await slow.run(`insert into ${name} values ('late')`)
    await slow.run('commit')
    slow.release()
    expect(ids((await runs.next()).rows)).toEqual(['late'])
    expect(ids(await runs.all())).toEqual(['early', 'late'])
  })

  it('case 5: the same holds for a partitioned table, and for a user who cannot see the sessions of others', async () => {
    await shop.run(`create table parted (id text, t int) partition by range (t);
      create table parted_1 partition of parted for values from (0) to (10); create table parted_2 partition of parted for values from (10) to (20)`)
    const user = `blind_${shop.settings.database}`
    await shop.run(`create role ${user} login password 'x'`)
    await shop.run(`grant select on parted, parted_1, parted_2 to ${user}`)
    const blind = { ...shop, settings: { ...shop.settings, user, password: 'x' } }
    const runs = incremental(blind, 'parted', by('t'))
    const slow = await shop.session()
    await slow.run('begin')
    await slow.run(`insert into parted values ('late', 5)`)
    await shop.run(`insert into parted values ('early', 15)`)
    expect(ids((await runs.next()).rows)).toEqual(['early'])
    await slow.run('commit')
    slow.release()
    expect(ids((await runs.next()).rows)).toEqual(['late'])
    await runs.close()
    await shop.run(`drop owned by ${user}; drop role ${user}`)
  })

  describe('case 7: a row without a cursor', () => {
    const three = `('a', 1), ('b', null), ('c', 3)`

    it('case 7: fails before anything is written, and names column and count, unless told otherwise', async () => {
      const name = await table('id text, t int', three)
      const read = readShop(shop, name, { request: { mode: 'append', ...by('t') } })
      await expect(read).rejects.toMatchObject({ code: 'source.cursor_null' })
      await expect(read).rejects.toThrow(/1 row .*in t/)
    })

    it('case 7: is left out with exclude', async () => {
      const runs = reads(await table('id text, t int', three), by('t', { nulls: 'exclude' }))
      expect(ids((await runs.next()).rows)).toEqual(['a', 'c'])
      expect((await runs.next()).result.sourceRows).toBe(0)
    })

    it('case 7: is read once with include, and a run without changes adds nothing', async () => {
      const name = await table('id text, t int', three)
      const runs = reads(name, by('t', { nulls: 'include' }))
      const first = await runs.next()
      expect(ids(first.rows)).toEqual(['a', 'b', 'c'])
      expect(first.result.reached).toBe('3')
      const state = JSON.stringify(runs.state)
      expect((await runs.next()).result.sourceRows).toBe(0)
      expect(JSON.stringify(runs.state)).toBe(state)
      await shop.run(`insert into ${name} values ('d', null), ('e', 4)`)
      expect(ids((await runs.next()).rows)).toEqual(['d', 'e'])
    })

    it('case 7: is read once with include when no row has a cursor', async () => {
      const name = await table('id text, t int', `('a', null)`)
      const runs = reads(name, by('t', { nulls: 'include' }))
      expect(ids((await runs.next()).rows)).toEqual(['a'])
      expect(ids((await runs.next()).rows)).toEqual([])
      await shop.run(`insert into ${name} values ('b', null), ('c', 1)`)
      expect(ids((await runs.next()).rows)).toEqual(['b', 'c'])
    })
  })

  it('case 7: an infinite time counts as no value', async () => {
    const name = await table('id text, t timestamptz', `('a', '2024-01-01'), ('b', 'infinity'), ('c', null)`)
    await expect(readShop(shop, name, { request: { mode: 'append', ...by('t') } })).rejects.toThrow(/2 rows/)
    const runs = reads(name, by('t', { nulls: 'include' }))
    expect(ids((await runs.next()).rows)).toEqual(['a', 'b', 'c'])
    expect((await runs.next()).result.sourceRows).toBe(0)
    await shop.run(`insert into ${name} values ('d', '2024-01-02')`)
    expect(ids((await runs.next()).rows)).toEqual(['d'])
  })

  it('case 9: start is inclusive and end exclusive, and windows in a chain have no overlap and no gap', async () => {
    const name = await table('t int', '(0), (0), (1), (1), (1), (1), (2), (2)')
    const count = async (start: string, end?: string) => {
      const { rows, landing } = await readShop(shop, name, {
        request: { mode: 'append', ...by('t', end === undefined ? { start } : { start, end }) },
      })
      await landing.close()
      return rows.length
    }
    expect(await count('0')).toBe(8)
    expect(await count('0', '2')).toBe(6)
    expect(await count('1')).toBe(6)
    expect([await count('0', '1'), await count('1', '2'), await count('2', '3')]).toEqual([2, 4, 2])
  })

  it('case 11: look back finds rows that came late, and never goes before the start', async () => {
    const name = await table('id text, t timestamptz', `('a', '2024-05-01 10:00:00+00'), ('b', '2024-05-01 12:00:00+00')`)
    const runs = reads(name, by('t', { lookback: '2h', start: '2024-05-01T11:00:00Z' }))
    expect(ids((await runs.next()).rows)).toEqual(['b'])
    await shop.run(`insert into ${name} values ('inside', '2024-05-01 11:30:00+00'), ('before', '2024-05-01 10:30:00+00')`)
    expect(ids((await runs.next()).rows)).toEqual(['inside'])
    expect((await runs.next()).result.sourceRows).toBe(0)
  })

  it('case 11: a look back by a number, and one that does not go with the column', async () => {
    const name = await table('id int', '(10), (20)')
    const runs = reads(name, by('id', { lookback: '5' }))
    await runs.next()
    await shop.run(`insert into ${name} values (15), (14)`)
    expect(ids((await runs.next()).rows)).toEqual(['15'])
    await expect(runs.next(by('id', { lookback: '5min' }))).rejects.toMatchObject({ code: 'source.cursor_invalid' })
  })

  it('case 11: a saved value in the future gives no rows, no error, and stays as it is', async () => {
    const name = await table('id text, t timestamptz', `('a', '2024-05-01')`)
    const runs = reads(name, by('t'))
    runs.state = { version: 1, column: 't', cursor: '2999-01-01 00:00:00+00' }
    const state = JSON.stringify(runs.state)
    expect((await runs.next()).result.sourceRows).toBe(0)
    expect(JSON.stringify(runs.state)).toBe(state)
  })

  const zones = [
    ['timestamp', '2024-05-01T10:00:00Z', 'a saved value with a zone and a column without one'],
    ['timestamptz', '2024-05-01 10:00:00', 'a saved value without a zone and a column with one'],
  ] as const
  for (const [type, saved, what] of zones) {
    it(`case 12: ${what} are both taken as UTC, with one warning`, async () => {
      const name = await table(`id text, t ${type}`, `('before', '2024-05-01 09:59:59'), ('after', '2024-05-01 10:00:00.000001')`)
      await shop.run(`alter database ${shop.settings.database} set timezone = 'Asia/Kolkata'`)
      await shop.run(`update ${name} set t = t`)
      const runs = reads(name, by('t'))
      runs.state = { version: 1, column: 't', cursor: saved }
      const { rows, result } = await runs.next()
      await shop.run(`alter database ${shop.settings.database} reset timezone`)
      expect(ids(rows)).toContain('after')
      expect(ids(rows)).not.toContain('before')
      expect(result.warnings.filter((warning) => warning.includes('UTC'))).toHaveLength(1)
    })
  }

  it('case 12: the hour that comes twice when summer time ends is read once', async () => {
    const name = await table('id text, t timestamptz', `('first', '2024-10-27 02:30:00+02'), ('second', '2024-10-27 02:30:00+01')`)
    await shop.run(`alter database ${shop.settings.database} set timezone = 'Europe/Copenhagen'`)
    const runs = reads(name, by('t'))
    const { rows } = await runs.next()
    const again = await runs.next()
    await shop.run(`alter database ${shop.settings.database} reset timezone`)
    expect(ids(rows)).toEqual(['first', 'second'])
    expect(again.result.sourceRows).toBe(0)
  })

  it('keeps microseconds', async () => {
    const name = await table('id text, t timestamptz', `('a', '2024-05-01 10:00:00.123456+00')`)
    const runs = reads(name, by('t'))
    expect((await runs.next()).result.reached).toBe('2024-05-01 10:00:00.123456+00')
    await shop.run(`insert into ${name} values ('b', '2024-05-01 10:00:00.123457+00')`)
    expect(ids((await runs.next()).rows)).toEqual(['b'])
  })

  it('case 14: a source in descending order gives its new rows, and the state is the highest value', async () => {
    const name = await table('id int', '(3), (2), (1)')
    await shop.run(`create view ${name}_down as select * from ${name} order by id desc`)
    const runs = reads(`${name}_down`, by('id'))
    expect((await runs.next()).result.reached).toBe('3')
    await shop.run(`insert into ${name} values (5), (4)`)
    const second = await runs.next()
    expect(ids(second.rows)).toEqual(['4', '5'])
    expect(second.result.reached).toBe('5')
  })

  it('case 19: a backfill reads its window and leaves the state as it is; a full refresh has none', async () => {
    const name = await table('id int', '(1), (2), (3)')
    const runs = reads(name, by('id', { start: '3' }))
    expect(ids((await runs.next()).rows)).toEqual(['3'])
    const state = JSON.stringify(runs.state)
    expect(ids((await runs.next(by('id', { backfill: { from: '1', to: '3' } }))).rows)).toEqual(['1', '2'])
    expect(JSON.stringify(runs.state)).toBe(state)
    expect((await runs.next(by('id', { backfill: { from: '1', to: '4' } }))).result.sourceRows).toBe(0)
    const full = await readShop(shop, name)
    expect(full.result.state).toBeNull()
    await full.landing.close()
  })

  it('case 20: states of older versions are understood, and one of an unknown form is refused', async () => {
    const name = await table('id int', '(1), (2), (3)')
    for (const state of [{ cursor: 2 }, '2', { version: 1, column: 'id', cursor: '2' }]) {
      const runs = reads(name, by('id'))
      runs.state = state
      expect(ids((await runs.next()).rows)).toContain('3')
    }
    const runs = reads(name, by('id'))
    runs.state = { version: 99, everything: 'else' }
    await expect(runs.next()).rejects.toMatchObject({ code: 'source.cursor_invalid' })
  })

  const kinds = [
    ['int8', ['-9223372036854775808', '0'], '9223372036854775807'],
    ['numeric', ['0.1', '12345678901234567890.5'], '12345678901234567890.6'],
    ['numeric(10,2)', ['0.10', '5.00'], '5.01'],
    ['float8', ['0.1', '1e300'], '1.1e300'],
    ['float4', ['0.1', '0.2'], '0.3'],
    ['date', ['0044-03-15 BC', '2024-01-01'], '2024-01-02'],
    ['timestamp', ['2024-01-01 00:00:00.000001', '2024-01-01 00:00:00.000002'], '2024-01-01 00:00:00.000003'],
    ['text', ['A', 'a'], 'ä'],
    ['uuid', ['00000000-0000-0000-0000-000000000001', '7fffffff-0000-0000-0000-000000000000'], '80000000-0000-0000-0000-000000000000'],
  ] as const
  for (const [type, [low, high], next] of kinds) {
    it(`reads by a cursor of type ${type}`, async () => {
      const name = await table(`id text, t ${type}`, `('low', '${low}'), ('high', '${high}'), ('tie', '${high}')`)
      const runs = reads(name, by('t'))
      expect(ids((await runs.next()).rows)).toEqual(['high', 'low', 'tie'])
      expect((await runs.next()).result.sourceRows).toBe(0)
      await shop.run(`insert into ${name} values ('next', '${next}'), ('another', '${high}')`)
      expect(ids((await runs.next()).rows)).toEqual(['another', 'next'])
      expect((await runs.next()).result.sourceRows).toBe(0)
    })
  }

  it('refuses a cursor that is not there or says nothing about before and after, and names those that do', async () => {
    const name = await table('id int primary key, data jsonb, created_at timestamptz, updated_at timestamptz', null)
    for (const column of ['gone', 'data']) {
      const read = readShop(shop, name, { request: { mode: 'append', ...by(column) } })
      await expect(read).rejects.toMatchObject({ code: 'source.cursor_invalid' })
      await expect(read).rejects.toThrow(/updated_at, created_at, id/)
    }
    await expect(readShop(shop, name, { request: { mode: 'merge' } })).rejects.toMatchObject({ code: 'source.cursor_invalid' })
    await expect(readShop(shop, name, { request: { mode: 'append', ...by('id', { start: 'x' }) } })).rejects.toMatchObject({
      code: 'source.cursor_invalid',
    })
  })

  it('reads by a cursor within a query, with a filter and some columns', async () => {
    const name = await table('id int, kind text, t int', `(1, 'a', 1), (2, 'b', 2), (3, 'a', 3)`)
    const runs = reads('chosen', { ...by('t'), query: `select id, kind, t from ${name}`, where: { kind: 'a' }, select: ['id'] })
    expect((await runs.next()).rows).toEqual([
      { id: '1', t: '1' },
      { id: '3', t: '3' },
    ])
    await shop.run(`insert into ${name} values (4, 'a', 4), (5, 'b', 5)`)
    expect(ids((await runs.next()).rows)).toEqual(['4'])
  })

  it('compares all rows when the cursor is another column than before', async () => {
    const name = await table('id int, t int', '(1, 10), (2, 20)')
    const runs = reads(name, by('t'))
    await runs.next()
    await shop.run(`insert into ${name} values (3, 5)`)
    expect(ids((await runs.next(by('id'))).rows)).toEqual(['3'])
    expect(runs.state).toMatchObject({ column: 'id', cursor: '3' })
  })
})
