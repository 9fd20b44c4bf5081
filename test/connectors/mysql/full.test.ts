import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { readFull } from '../../../src/connectors/mysql/read-full.ts'
import { openSession } from '../../../src/connectors/mysql/session.ts'
import { planStream } from '../../../src/connectors/mysql/stream-plan.ts'
import { mysql } from '../../../src/connectors/mysql.ts'
import { sql, raw } from '../../../src/core/sql.ts'
import { openLanding, openReadContext, readRequest, type TestLanding } from '../../support/landing.ts'
import { createMariadbDatabase, describeMariadb, type MariadbDatabase } from '../../support/mariadb.ts'
import { readMysql } from '../../support/mysql-reads.ts'

describeMariadb('full reads of MySQL', () => {
  let database: MariadbDatabase
  beforeAll(async () => {
    database = await createMariadbDatabase()
  })
  afterAll(() => database.drop())

  it('reads a table in chunks whose number of rows the source confirms', async () => {
    await database.run(
      `create table chunks (id int primary key, v varchar(300)); insert into chunks select seq, repeat('x', 250) from seq_1_to_60000`,
    )
    const { landing, count } = await cutOffRead('chunks', Number.POSITIVE_INFINITY)
    expect(landing.parts.length).toBeGreaterThan(5)
    expect(landing.checkpoints.length).toBe(landing.parts.length - 1)
    expect(count).toEqual({ rows: 60_000, read: 60_000, tolerance: 0 })
  })

  it('case 16: a full refresh cut off after some chunks goes on from there, and ends as one that was not', async () => {
    await database.run(`create table resumed (a varchar(20) character set latin1, b int, v varchar(300), primary key (a, b));
      insert into resumed select concat('Ø', seq div 1000), seq, repeat('x', 250) from seq_1_to_40000`)
    const cut = await cutOffRead('resumed', 3)
    expect(cut.error).toMatchObject({ message: 'cut off' })
    const durable = cut.landing.checkpoints.at(-1)?.parts.reduce((sum, part) => sum + part.rows, 0) ?? 0
    expect(durable).toBeGreaterThan(0)
    expect(durable).toBeLessThan(40_000)
    const { result, landing } = await readMysql(database.settings, 'resumed', {}, { cutOff: cut.landing })
    onTestFinished(() => landing.close())
    expect(result).toMatchObject({ sourceRows: 40_000, counted: { rows: 40_000, read: 40_000 }, warnings: [] })
    expect(landing.parts.length).toBe((cut.landing.checkpoints.at(-1)?.parts.length ?? 0) + 1)
    expect(
      await landing.query(raw('select count(*)::int as n, count(distinct b)::int as d, sum(b)::bigint::varchar as s from landed')),
    ).toEqual([{ n: 40_000, d: 40_000, s: '800020000' }])
  })

  it.each([
    ['rows of the part that was read are gone', `delete from NAME where id < 10`, 'there are'],
    [
      'the table was emptied and filled again',
      `truncate NAME; insert into NAME select seq, repeat('y', 250) from seq_1_to_30000`,
      'rebuilt',
    ],
    ['a column was added', `alter table NAME add w int`, 'columns'],
  ])('case 17: begins anew when %s', async (_, change, why) => {
    const name = `anew_${why.replace(' ', '_')}`
    await database.run(
      `create table ${name} (id int primary key, v varchar(300)); insert into ${name} select seq, repeat('x', 250) from seq_1_to_30000`,
    )
    const cut = await cutOffRead(name, 3)
    // The catalog tells the time of a table to the second.
    await database.run(`do sleep(1.1); ${change.replaceAll('NAME', name)}`)
    const { result, landing } = await readMysql(database.settings, name, {}, { cutOff: cut.landing })
    onTestFinished(() => landing.close())
    expect(result.warnings).toEqual([expect.stringMatching(new RegExp(`begins anew.*${why}`))])
    const [[rows]] = (await database.run(`select count(*) from ${name}`)) as [[string]]
    expect(result.sourceRows).toBe(Number(rows))
    expect(await landing.query(raw('select count(distinct id)::int as n from landed'))).toEqual([{ n: Number(rows) }])
  })

  it('reads several tables of a run from one snapshot, whatever is written meanwhile', async () => {
    await database.run('create table one (n int); create table two (n int); insert into one values (1); insert into two values (1)')
    const body = await mysql.load()
    const context = await openReadContext('/')
    const reader = await body.open(database.settings, context)
    onTestFinished(() => reader.close())
    expect(reader.parallel).toBe(1)
    const rows: number[] = []
    for (const name of ['one', 'two']) {
      await database.run('insert into one values (2); insert into two values (2)')
      const landing = await openLanding()
      const [stream] = await body.discover(database.settings, context, [name])
      if (stream === undefined) throw new Error(name)
      rows.push((await reader.read(readRequest(stream), context, landing)).sourceRows)
      await landing.close()
    }
    expect(rows).toEqual([1, 1])
  })

  it('reads several tables at once over several connections', async () => {
    const body = await mysql.load()
    const context = await openReadContext('/')
    const settings = database.with({ connections: 2 })
    const reader = await body.open(settings, context)
    onTestFinished(() => reader.close())
    expect(reader.parallel).toBe(2)
    const streams = await body.discover(settings, context, ['one', 'two'])
    const results = await Promise.all(
      streams.map(async (stream) => {
        const landing = await openLanding()
        const result = await reader.read(readRequest(stream), context, landing)
        await landing.close()
        return result.sourceRows
      }),
    )
    expect(results).toEqual([3, 3])
  })

  it('says that a table without snapshots may change while it is read', async () => {
    await database.run('create table plain (n int) engine = myisam; insert into plain values (1)')
    const { result, landing } = await readMysql(database.settings, 'plain')
    onTestFinished(() => landing.close())
    expect(result.warnings).toEqual([expect.stringContaining('MyISAM')])
    expect(result.counted).toBeUndefined()
  })

  it('lands rows that are refused and rows that are not from the same chunk, and all of them refused', async () => {
    await database.run(`create table mixed (n int primary key, d date not null); insert into mixed select seq, if(seq % 2 = 0, '2024-01-01', '0000-00-00') from seq_1_to_1000;
      create table bad (n int primary key, d date not null); insert into bad select seq, '0000-00-00' from seq_1_to_1000`)
    const { result, landing } = await readMysql(database.settings, 'mixed')
    onTestFinished(() => landing.close())
    expect([result.sourceRows, landing.parts[0]?.rows, landing.refused.length]).toEqual([1000, 500, 500])
    const bad = await readMysql(database.settings, 'bad')
    onTestFinished(() => bad.landing.close())
    expect([bad.result.sourceRows, bad.landing.parts.length, bad.landing.refused.length]).toEqual([1000, 0, 1000])
  })

  it.each([
    [{ s: 'it\'s "a" \\ b' }, [1]],
    [{ s__like: 'it%' }, [1]],
    [{ s__null: true }, [3]],
    [{ n__in: [1, 3] }, [1, 3]],
    [{ n__gt: 1, n__lte: 3 }, [2, 3]],
    [{ big: '9007199254740993' }, [2]],
    [{ d__gte: '2024-01-02T00:00:00Z' }, [2, 3]],
    [{ s: 0 }, []],
    [{ s__ne: 'x` or 1=1 -- ' }, [1, 2]],
  ])('reads the rows of the filter %j', async (where, expected) => {
    await database.run(`create table if not exists filtered (n int primary key, s varchar(50), big bigint, d datetime);
      replace into filtered values (1, 'it\\'s "a" \\\\ b', 9007199254740992, '2024-01-01'), (2, 'other', 9007199254740993, '2024-01-02'), (3, null, 9007199254740994, '2024-01-03')`)
    const { landing } = await readMysql(database.settings, 'filtered', { where })
    onTestFinished(() => landing.close())
    const rows = landing.parts.length === 0 ? [] : await landing.query(sql`select n from landed order by n`)
    expect(rows.map(({ n }) => n)).toEqual(expected)
  })

  it('reads the columns that are selected, and names those that are not there', async () => {
    const { result, landing } = await readMysql(database.settings, 'filtered', { select: ['d', 'n'] })
    onTestFinished(() => landing.close())
    expect(result.columns.map(({ name }) => name)).toEqual(['n', 'd'])
    await expect(readMysql(database.settings, 'filtered', { select: ['n', 'gone'] })).rejects.toMatchObject({
      code: 'source.column_missing',
      message: expect.stringContaining('gone') as string,
    })
    await expect(readMysql(database.settings, 'filtered', { where: { gone: 1 } })).rejects.toMatchObject({ code: 'source.column_missing' })
    await expect(readMysql(database.settings, 'filtered', { where: { n: 'abc' } })).rejects.toMatchObject({ code: 'source.bad_settings' })
  })

  it('case 35: a selection of no column is refused, whatever the key', async () => {
    await expect(readMysql(database.settings, 'filtered', { select: [] })).rejects.toMatchObject({ code: 'source.column_missing' })
  })

  /** A full read in small chunks that fails when that many chunks are landed. */
  async function cutOffRead(name: string, afterChunks: number): Promise<{ landing: TestLanding; error: unknown; count: unknown }> {
    const context = await openReadContext('/')
    const landing = await openLanding()
    onTestFinished(() => landing.close())
    const write = landing.write
    landing.write = (...given) => (landing.parts.length >= afterChunks ? Promise.reject(new Error('cut off')) : write(...given))
    const session = await openSession(database.settings, context)
    const [stream] = await (await mysql.load()).discover(database.settings, context, [name])
    if (stream === undefined) throw new Error(name)
    try {
      const plan = await planStream(session, database.settings, readRequest(stream))
      const result = await readFull(session, plan, context, landing, 1 << 20)
      return { landing, error: null, count: result.counted }
    } catch (error) {
      return { landing, error, count: null }
    } finally {
      await session.close()
    }
  }
})
