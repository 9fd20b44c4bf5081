import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import type { CursorRule } from '../../../src/contract/pipelines.ts'
import type { ReadRequest } from '../../../src/connectors/connector.ts'
import { createMariadbDatabase, describeMariadb, type MariadbDatabase } from '../../support/mariadb.ts'
import { MysqlHistory, readMysql } from '../../support/mysql-reads.ts'

describeMariadb('incremental reads of MySQL', () => {
  let database: MariadbDatabase
  beforeAll(async () => {
    database = await createMariadbDatabase()
  })
  afterAll(() => database.drop())

  let tables = 0
  /** A table of its own and the reads of it. */
  const open = async (columns: string, rows: string, cursor: Partial<CursorRule> & { column: string }, more: Partial<ReadRequest> = {}) => {
    const name = `t${++tables}`
    await database.run(`create table ${name} (${columns}); ${rows === '' ? 'do 0' : `insert into ${name} values ${rows}`}`)
    const history = new MysqlHistory(database.settings, name, { cursor: { nulls: 'raise', ...cursor }, ...more })
    onTestFinished(() => history.close())
    return { name, history }
  }
  const letters = (rows: Record<string, string | null>[]) =>
    rows
      .map(({ v }) => v ?? '')
      .toSorted((one, other) => one.localeCompare(other))
      .join('')

  it.each([
    ['case 1: with a key', 't int, v char(1) primary key'],
    ['case 2: without a key', 't int, v char(1)'],
  ])('%s, ties at the cursor are neither lost nor doubled', async (_, columns) => {
    const { name, history } = await open(columns, `(1,'a'),(2,'b'),(3,'c'),(3,'d'),(3,'e')`, { column: 't' })
    expect(letters((await history.run()).landed)).toBe('abcde')
    await database.run(`insert into ${name} values (3,'f'),(4,'g')`)
    const second = await history.run()
    expect(letters(second.landed)).toBe('fg')
    expect(second).toMatchObject({ sourceRows: 2, counted: { rows: 5, read: 5, tolerance: 0 }, reached: '4' })
  })

  it('a run with nothing new lands nothing and gives back the very state', async () => {
    const { history } = await open('t datetime(6), v int', `('2024-01-01 00:00:00.000001', 1), ('2024-01-01 00:00:00.000002', 2)`, {
      column: 't',
    })
    const first = await history.run()
    const second = await history.run()
    expect(second.sourceRows).toBe(0)
    expect(second.landed).toEqual([])
    expect(JSON.stringify(second.state)).toBe(JSON.stringify(first.state))
    expect(second.columns).toEqual(first.columns)
  })

  it('keeps the microseconds of a cursor', async () => {
    const { name, history } = await open('t datetime(6), v char(1)', `('2024-01-01 00:00:00.000001', 'a')`, { column: 't' })
    await history.run()
    await database.run(`insert into ${name} values ('2024-01-01 00:00:00.000002', 'b')`)
    expect(letters((await history.run()).landed)).toBe('b')
    expect(history.state).toMatchObject({ cursor: '2024-01-01 00:00:00.000002' })
  })

  it('reads 20,000 rows that share one cursor value, twice: 20,000 rows and a state of under 1 KB', async () => {
    const { name, history } = await open('id int primary key, t datetime', '', { column: 't' })
    await database.run(`insert into ${name} select seq, '2024-01-01' from seq_1_to_20000`)
    expect((await history.run()).sourceRows).toBe(20_000)
    expect((await history.run()).sourceRows).toBe(0)
    expect(JSON.stringify(history.state).length).toBeLessThan(1024)
  })

  it('case 5: a row whose transaction commits late, below the value reached, is read by the next run', async () => {
    const { name, history } = await open('t datetime, v char(1)', '', { column: 't' })
    const late = await database.connect()
    await late.run(`start transaction; insert into ${name} values ('2024-01-01 10:00:00', 'a')`)
    await database.run(`insert into ${name} values ('2024-01-01 10:00:05', 'b')`)
    expect(letters((await history.run()).landed)).toBe('b')
    await late.run('commit')
    expect(letters((await history.run()).landed)).toBe('a')
    const state = JSON.stringify(history.state)
    expect((await history.run()).sourceRows).toBe(0)
    expect(JSON.stringify(history.state)).toBe(state)
  })

  it('says that late commits cannot be seen by a user without the right PROCESS', async () => {
    const other = await createMariadbDatabase({ process: false })
    onTestFinished(() => other.drop())
    await other.run('create table t (t int); insert into t values (1)')
    const { result, landing } = await readMysql(other.settings, 't', { mode: 'append', cursor: { column: 't', nulls: 'raise' } })
    await landing.close()
    expect(result.warnings).toEqual([expect.stringContaining('GRANT PROCESS')])
  })

  it('case 7: a row without a cursor raises before anything is written, is left out, or is read once, as chosen', async () => {
    const { name, history } = await open('t int, v char(1)', `(1,'a'),(null,'b'),(2,'c')`, { column: 't' })
    await expect(history.run()).rejects.toMatchObject({
      code: 'source.cursor_null',
      message: expect.stringMatching(/1 row of t\d+ have no value in t/) as string,
    })
    const without = new MysqlHistory(database.settings, name, { cursor: { column: 't', nulls: 'exclude' } })
    onTestFinished(() => without.close())
    expect(letters((await without.run()).landed)).toBe('ac')
    expect((await without.run()).sourceRows).toBe(0)
    const including = new MysqlHistory(database.settings, name, { cursor: { column: 't', nulls: 'include' } })
    onTestFinished(() => including.close())
    expect(letters((await including.run()).landed)).toBe('abc')
    expect(including.state).toMatchObject({ cursor: '2' })
    const state = JSON.stringify(including.state)
    expect((await including.run()).sourceRows).toBe(0)
    expect(JSON.stringify(including.state)).toBe(state)
    await database.run(`insert into ${name} values (null, 'd'), (null, 'b')`)
    expect(letters((await including.run()).landed)).toBe('bd')
  })

  it('case 9: start is inclusive, end exclusive, and windows that meet neither overlap nor leave a gap', async () => {
    const rows = [0, 0, 1, 1, 1, 1, 2, 2].map((t) => `(${t})`).join(',')
    const { name, history } = await open('t int', rows, { column: 't', start: '0' })
    expect((await history.run()).sourceRows).toBe(8)
    for (const [start, end, count] of [
      ['0', '1', 2],
      ['1', '2', 4],
      ['2', '3', 2],
    ] as const) {
      const { result, landing } = await readMysql(database.settings, name, {
        mode: 'append',
        cursor: { column: 't', nulls: 'raise', start, end },
      })
      await landing.close()
      expect(result.sourceRows).toBe(count)
    }
  })

  it('case 11: a look back never goes below the start, and a cursor in the future reads nothing and stays', async () => {
    const { name, history } = await open('t datetime, v char(1)', `('2024-01-01 10:00:00','a'),('2024-01-01 12:00:00','b')`, {
      column: 't',
      lookback: '1d',
      start: '2024-01-01T09:00:00Z',
    })
    expect(letters((await history.run()).landed)).toBe('ab')
    await database.run(`insert into ${name} values ('2024-01-01 08:59:59','x'), ('2024-01-01 09:00:00','c'), ('2024-01-01 11:00:00','d')`)
    const second = await history.run()
    expect(letters(second.landed)).toBe('cd')
    expect(second.warnings).toEqual([expect.stringContaining('has no time zone')])
    const future = { version: 1, column: 't', cursor: '2999-01-01 00:00:00' }
    const { result, landing } = await readMysql(
      database.settings,
      name,
      { mode: 'append', cursor: { column: 't', nulls: 'raise' } },
      { state: future },
    )
    await landing.close()
    expect(result).toMatchObject({ sourceRows: 0, state: future })
  })

  it('case 12: a start with a zone is taken in UTC for a TIMESTAMP and a DATETIME', async () => {
    await database.run(
      `create table zones (t timestamp null, d datetime); insert into zones values ('2024-05-01 07:59:59', '2024-05-01 07:59:59'), ('2024-05-01 08:00:00', '2024-05-01 08:00:00')`,
    )
    for (const column of ['t', 'd']) {
      const { result, landing } = await readMysql(database.settings, 'zones', {
        mode: 'append',
        cursor: { column, nulls: 'raise', start: '2024-05-01T10:00:00+02:00' },
      })
      await landing.close()
      expect(result.sourceRows).toBe(1)
    }
  })

  it('case 14: a table that gives its newest rows first is read to its greatest cursor', async () => {
    const { name, history } = await open('t int, v char(1), key (t desc)', `(3,'c'),(2,'b'),(1,'a')`, { column: 't' })
    await history.run()
    expect(history.state).toMatchObject({ cursor: '3' })
    await database.run(`insert into ${name} values (5,'e'),(4,'d')`)
    expect(letters((await history.run()).landed)).toBe('de')
    expect(history.state).toMatchObject({ cursor: '5' })
  })

  it('case 19: a backfill reads its window, what explore lacks of it, and leaves the state as it is', async () => {
    const { name, history } = await open('t int, v char(1)', `(1,'a'),(2,'b'),(9,'z')`, { column: 't' })
    await history.run()
    const state = JSON.stringify(history.state)
    await database.run(`insert into ${name} values (1,'n'),(3,'m')`)
    const filled = await history.run({ cursor: { column: 't', nulls: 'raise', backfill: { from: '1', to: '3' } } })
    expect(letters(filled.landed)).toBe('n')
    expect(JSON.stringify(history.state)).toBe(state)
  })

  it('case 20: a state without what later versions added is understood; one of a later version is not guessed at', async () => {
    const { name } = await open('t int', '(1),(2),(3)', { column: 't' })
    const cursor = { column: 't', nulls: 'raise' } as const
    const { result, landing } = await readMysql(
      database.settings,
      name,
      { mode: 'merge', cursor },
      { state: { version: 1, column: 't', cursor: '2' } },
    )
    await landing.close()
    expect(result.state).toEqual({ version: 1, column: 't', cursor: '3' })
    await expect(readMysql(database.settings, name, { mode: 'append', cursor }, { state: { version: 2 } })).rejects.toMatchObject({
      code: 'source.cursor_invalid',
    })
  })

  it('reads all rows again when the cursor is another column, and leaves out those that are there', async () => {
    const { name, history } = await open('a int, b int, v char(1)', `(1,9,'a'),(2,8,'b')`, { column: 'a' })
    await history.run()
    await database.run(`insert into ${name} values (3,7,'c')`)
    expect(letters((await history.run({ cursor: { column: 'b', nulls: 'raise' } })).landed)).toBe('c')
    expect(history.state).toMatchObject({ column: 'b', cursor: '9' })
  })

  it.each([
    ['decimal(30,10)', ['1.0000000001', '1.0000000002', '1.0000000003']],
    ['bigint unsigned', ['18446744073709551613', '18446744073709551614', '18446744073709551615']],
    ['date', ["'2024-01-01'", "'2024-01-02'", "'2024-01-03'"]],
    ['timestamp(3) null', ["'2024-01-01 00:00:00.001'", "'2024-01-01 00:00:00.002'", "'2024-01-01 00:00:00.003'"]],
    ['double', ['0.1', '0.2', '0.30000000000000004']],
    ['varchar(10)', ["'a'", "'B'", "'c'"]],
  ])('takes %s for a cursor', async (type, [first, second, third]) => {
    const { name, history } = await open(`t ${type}, v char(1)`, `(${first},'a'),(${second},'b')`, { column: 't' })
    expect((await history.run()).sourceRows).toBe(2)
    await database.run(`insert into ${name} values (${second},'c'), (${third},'d')`)
    expect(letters((await history.run()).landed)).toBe('cd')
    expect((await history.run()).sourceRows).toBe(0)
  })

  it('an empty table that gets rows, and a table whose newest rows went', async () => {
    const { name, history } = await open('t int, v char(1)', '', { column: 't' })
    expect((await history.run()).sourceRows).toBe(0)
    expect((await history.run()).sourceRows).toBe(0)
    await database.run(`insert into ${name} values (1,'a'),(2,'b')`)
    expect(letters((await history.run()).landed)).toBe('ab')
    await database.run(`delete from ${name} where t = 2`)
    expect((await history.run()).sourceRows).toBe(0)
    expect(history.state).toMatchObject({ cursor: '2' })
  })

  it('refuses a row once, not with every run that reads its cursor again', async () => {
    const { history } = await open('t int, d date not null', `(1,'2024-01-01'),(2,'0000-00-00')`, { column: 't' })
    expect(await history.run()).toMatchObject({ sourceRows: 2, refused: 1 })
    expect(await history.run()).toMatchObject({ sourceRows: 0, refused: 0 })
  })

  it.each([
    ['no cursor', null],
    ['a column that is not there', { column: 'nowhere' }],
    ['a column without an order', { column: 'j' }],
    ['a value that the column cannot have', { column: 'id', start: 'abc' }],
  ])('refuses %s, and names the columns that can be one', async (_, cursor) => {
    await database.run('create table if not exists wrong (id int primary key auto_increment, j json, updated_at datetime)')
    const rule = cursor === null ? null : { nulls: 'raise' as const, ...cursor }
    const error: unknown = await readMysql(database.settings, 'wrong', { mode: 'append', cursor: rule }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'source.cursor_invalid' })
    if (cursor?.column !== 'id') expect(String(error)).toContain('updated_at, id')
  })
})
