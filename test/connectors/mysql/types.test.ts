import { rm } from 'node:fs/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { mysql } from '../../../src/connectors/mysql.ts'
import type { ReadRequest, ReadResult } from '../../../src/connectors/connector.ts'
import { raw } from '../../../src/core/sql.ts'
import { openLanding, openReadContext, readRequest, readStream, type TestLanding } from '../../support/landing.ts'
import { createMariadbDatabase, describeMariadb, type MariadbDatabase } from '../../support/mariadb.ts'

describeMariadb('the types of MySQL', () => {
  let database: MariadbDatabase
  beforeAll(async () => {
    database = await createMariadbDatabase()
  })
  afterAll(() => database.drop())

  /** Reads a table in full; `landed` is asked as SQL. */
  const read = async (name: string, more: Partial<ReadRequest> = {}): Promise<{ result: ReadResult; landing: TestLanding }> => {
    const body = await mysql.load()
    const context = await openReadContext('/')
    const landing = await openLanding()
    try {
      const [stream] = await body.discover(database.settings, context, [name])
      if (stream === undefined && more.query === undefined) throw new Error(`no table ${name}`)
      const asked = stream ?? { name, columns: null, rowEstimate: null, sizeBytes: null, pieces: 1 }
      const result = await readStream(body, database.settings, readRequest(asked, more), context, landing)
      return { result, landing }
    } finally {
      await rm(context.scratch, { recursive: true, force: true })
    }
  }
  const values = async (query: string, landing: TestLanding) => {
    const rows = await landing.query(raw(query))
    await landing.close()
    return rows
  }
  const typesOf = (result: ReadResult) => Object.fromEntries(result.columns.map(({ name, type }) => [name, type]))
  /** A table of one column `v` beside its key, holding the values as MySQL's literals. */
  const table = async (name: string, declared: string, literals: readonly string[], mode = '') => {
    const rows = literals.map((literal, index) => `(${index}, ${literal})`).join(', ')
    await database.run(
      `set sql_mode = '${mode}'; create table \`${name}\` (n int primary key, v ${declared}); insert into \`${name}\` values ${rows}`,
    )
  }

  // From the ranges that the types declare: https://mariadb.com/kb/en/numeric-data-type-overview/
  it.each([
    ['tinyint', 'TINYINT', ['-128', '127']],
    ['tinyint unsigned', 'UTINYINT', ['0', '255']],
    ['smallint', 'SMALLINT', ['-32768', '32767']],
    ['smallint unsigned', 'USMALLINT', ['0', '65535']],
    ['mediumint', 'INTEGER', ['-8388608', '8388607']],
    ['mediumint unsigned', 'UINTEGER', ['0', '16777215']],
    ['int', 'INTEGER', ['-2147483648', '2147483647']],
    ['int unsigned', 'UINTEGER', ['0', '4294967295']],
    ['bigint', 'BIGINT', ['-9223372036854775808', '9223372036854775807', '9007199254740993']],
    ['bigint unsigned', 'UBIGINT', ['0', '18446744073709551615']],
    ['decimal(12,2)', 'DECIMAL(12,2)', ['-9999999999.99', '0.10', '9999999999.99']],
    ['decimal(38,18)', 'DECIMAL(38,18)', ['99999999999999999999.999999999999999999', '-0.000000000000000001']],
    ['decimal(10,0) unsigned', 'DECIMAL(10,0)', ['0', '9999999999']],
    ['double', 'DOUBLE', ['1e308', '-1.7976931348623157e308', '2.2250738585072014e-308', '0.1', '10.5']],
    ['year', 'SMALLINT', ['1901', '2155']],
  ])('reads the ends of %s exactly, as %s', async (declared, type, literals) => {
    const name = `ends of ${declared}`
    await table(name, declared, literals)
    const { result, landing } = await read(name)
    expect(typesOf(result)['v']).toBe(type)
    const cast = type === 'DOUBLE' ? '' : '::varchar'
    const found = await values(`select v${cast} as v from landed order by n`, landing)
    expect(found.map(({ v }) => v)).toEqual(type === 'DOUBLE' ? literals.map(Number) : literals)
  })

  it('case 37: tinyint(1) is an integer with every value it holds, bit(1) a boolean, bit(7) the number of its bits', async () => {
    await database.run(`create table flags (n int primary key, t tinyint(1), b bit(1), s bit(7), w bit(64));
      insert into flags values (0, -1, b'0', b'1000001', b'0'), (1, 0, b'1', b'0', 18446744073709551615), (2, 1, null, null, null), (3, 5, b'1', b'1111111', 1), (4, 127, b'0', b'1', 10)`)
    const { result, landing } = await read('flags')
    expect(typesOf(result)).toMatchObject({ t: 'TINYINT', b: 'BOOLEAN', s: 'UBIGINT', w: 'UBIGINT' })
    expect(await values('select t, b, s::varchar as s, w::varchar as w from landed order by n', landing)).toEqual([
      { t: -1, b: false, s: String(0x41), w: '0' },
      { t: 0, b: true, s: '0', w: '18446744073709551615' },
      { t: 1, b: null, s: null, w: null },
      { t: 5, b: true, s: '127', w: '1' },
      { t: 127, b: false, s: '1', w: '10' },
    ])
  })

  it('case 37: tinyint(1) as boolean, when asked for, refuses every other value with its row', async () => {
    const { result, landing } = await read('flags', { options: { tinyint1AsBoolean: true } })
    expect(typesOf(result)['t']).toBe('BOOLEAN')
    expect(landing.refused.map(({ column_name, row }) => [column_name, (JSON.parse(row) as { t: string }).t])).toEqual([
      ['t', '-1'],
      ['t', '5'],
      ['t', '127'],
    ])
    expect(result.sourceRows).toBe(5)
    expect(await values('select n, t from landed order by n', landing)).toEqual([
      { n: 1, t: false },
      { n: 2, t: true },
    ])
  })

  it('case 39: days that are none become NULL with a count where NULL is allowed, and refuse the row where it is not', async () => {
    const days = [`'0000-00-00'`, `'2021-00-00'`, `'2021-01-00'`, `'2021-02-31'`, `'2024-02-29'`, `'1900-02-29'`, 'null']
    await table('days', 'date', days, 'ALLOW_INVALID_DATES')
    const { result, landing } = await read('days')
    expect((await landing.query(raw('select v::varchar as v from landed order by n'))).map(({ v }) => v)).toEqual([
      null,
      null,
      null,
      null,
      '2024-02-29',
      null,
      null,
    ])
    expect(result.warnings).toEqual([expect.stringContaining('days.v: 5 values')])
    expect(await values(`select count(*)::int as n from landed where v = date '1970-01-01'`, landing)).toEqual([{ n: 0 }])

    await database.run(
      `set sql_mode = ''; create table must (n int primary key, v datetime not null, t varchar(20)); insert into must values (1, '0000-00-00', 'a\tb'), (2, '2024-01-01 10:00:00', 'c')`,
    )
    const must = await read('must')
    expect(must.result.sourceRows).toBe(2)
    expect(must.landing.refused).toMatchObject([
      {
        column_name: 'v',
        reason: expect.stringContaining('no day') as string,
        row: JSON.stringify({ n: '1', v: '0000-00-00 00:00:00', t: 'a\tb' }),
      },
    ])
    expect(await values('select n from landed', must.landing)).toEqual([{ n: 2 }])
  })

  it('case 41: YEAR is as it is stored, and a DATE in year 18 stays there', async () => {
    await database.run(
      `set sql_mode = ''; create table years (n int primary key, y year, d date); insert into years values (1, '0', '0018-04-01'), (2, '70', '9999-12-31'), (3, 0, '0001-01-01')`,
    )
    const { landing } = await read('years')
    expect(await values('select y, d::varchar as d from landed order by n', landing)).toEqual([
      { y: 2000, d: '0018-04-01' },
      { y: 1970, d: '9999-12-31' },
      { y: 0, d: '0001-01-01' },
    ])
  })

  it('case 42: DECIMAL(65,30) is exact text, DOUBLE 1e308 and FLOAT 10.5 are themselves', async () => {
    const widest = `${'9'.repeat(35)}.${'9'.repeat(30)}`
    await database.run(
      `create table numbers (n int primary key, d decimal(65,30), x double, f float); insert into numbers values (1, ${widest}, 1e308, 10.5), (2, -${widest}, -1e-308, 0.1), (3, 0.000000000000000000000000000001, 0, 16777217)`,
    )
    const { result, landing } = await read('numbers')
    expect(typesOf(result)).toMatchObject({ d: 'VARCHAR', x: 'DOUBLE', f: 'FLOAT' })
    expect(await values('select d, x, f from landed order by n', landing)).toEqual([
      { d: widest, x: 1e308, f: 10.5 },
      { d: `-${widest}`, x: -1e-308, f: Math.fround(0.1) },
      { d: '0.000000000000000000000000000001', x: 0, f: 16777216 },
    ])
  })

  it('reads every FLOAT and DOUBLE to the last bit, which the text that the server writes for a FLOAT is not', async () => {
    const numbers = Array.from({ length: 2000 }, (_, index) => Math.sin(index + 1) * 10 ** ((index % 60) - 30))
    await table('floats', 'float', numbers.map(String))
    await table(
      'doubles',
      'double',
      numbers.map((value) => value.toExponential()),
    )
    const floats = await read('floats')
    expect((await values('select v from landed order by n', floats.landing)).map(({ v }) => v)).toEqual(numbers.map(Math.fround))
    const doubles = await read('doubles')
    expect((await values('select v from landed order by n', doubles.landing)).map(({ v }) => v)).toEqual(numbers)
  })

  it('case 44: SET, ENUM and JSON are as they were written, and MariaDB’s LONGTEXT with json_valid is JSON', async () => {
    const json = '{"fóo":"bär",  "a": 1, "a": 12345678901234567890, "e": "\\u00e9"}'
    await database.run(`create table sets (n int primary key, s set('s','m','xl'), e enum('a,b','c'), j json, t longtext);
      insert into sets values (1, 'm,xl', 'a,b', '${json.replaceAll('\\', '\\\\')}', '{"not": "json"}'), (2, '', null, 'null', null), (3, null, 'c', null, '')`)
    const { result, landing } = await read('sets')
    expect(typesOf(result)).toMatchObject({ s: 'VARCHAR', e: 'VARCHAR', j: 'JSON', t: 'VARCHAR' })
    expect(await values('select s, e, j::varchar as j, t from landed order by n', landing)).toEqual([
      { s: 'm,xl', e: 'a,b', j: json, t: '{"not": "json"}' },
      { s: '', e: null, j: 'null', t: null },
      { s: null, e: 'c', j: null, t: '' },
    ])
  })

  it.each([`'+00:00'`, `'SYSTEM'`, `'+05:30'`])(
    'case 45: a TIMESTAMP is the same instant when the server’s zone is %s, a DATETIME the same clock',
    async (zone) => {
      await database.run(`create or replace table instants (n int primary key, t timestamp(6), d datetime(6));
      set time_zone = '+00:00'; insert into instants values (1, '2024-05-01 10:00:00.123456', '2024-05-01 10:00:00.123456'), (2, '1970-01-01 00:00:01', '1000-01-01 00:00:00')`)
      await database.run(`set global time_zone = ${zone}`)
      try {
        const { result, landing } = await read('instants')
        expect(typesOf(result)).toMatchObject({ t: 'TIMESTAMP WITH TIME ZONE', d: 'TIMESTAMP' })
        expect(await values('select epoch_us(t)::varchar as t, d::varchar as d from landed order by n', landing)).toEqual([
          { t: '1714557600123456', d: '2024-05-01 10:00:00.123456' },
          { t: '1000000', d: '1000-01-01 00:00:00' },
        ])
      } finally {
        await database.run(`set global time_zone = '+02:00'`)
      }
    },
  )

  it('keeps a TIME beyond a day and below nothing, with its microseconds, as the text that MySQL writes', async () => {
    await table('times', 'time(6)', [`'838:59:59.999999'`, `'-838:59:59'`, `'12:34:56.000001'`])
    const { landing } = await read('times')
    expect((await values('select v from landed order by n', landing)).map(({ v }) => v)).toEqual([
      '838:59:59.999999',
      '-838:59:59.000000',
      '12:34:56.000001',
    ])
  })

  it('keeps bytes of BLOB, BINARY and VARBINARY, also those that are no text, and the points of a geometry as WKB', async () => {
    await database.run(`create table bytes (n int primary key, b longblob, f binary(4), v varbinary(10), g point, p geometry);
      insert into bytes values (1, x'00ff0a095c4e22', x'0102', x'', point(1, -2.5), st_geomfromtext('LINESTRING(0 0, 1 1)', 4326)), (2, null, null, null, null, null), (3, repeat(x'00ff5c0a', 262144), 'a', 'é', null, null)`)
    const { result, landing } = await read('bytes')
    expect(typesOf(result)).toMatchObject({ b: 'BLOB', f: 'BLOB', v: 'BLOB', g: 'BLOB', p: 'BLOB' })
    const [first, second, third] = await values(
      'select n, case when n < 3 then hex(b) else md5(b) end as b, hex(f) as f, hex(v) as v, hex(g) as g, hex(p) as p from landed order by n',
      landing,
    )
    // Byte order, type, number of points, then the coordinates as doubles (OGC 06-103r4, section 8).
    const wkb = (head: string, ...coordinates: number[]) =>
      `${head}${Buffer.from(new Float64Array(coordinates).buffer).toString('hex')}`.toUpperCase()
    expect(first).toEqual({
      n: 1,
      b: '00FF0A095C4E22',
      f: '01020000',
      v: '',
      g: wkb('0101000000', 1, -2.5),
      p: wkb('010200000002000000', 0, 0, 1, 1),
    })
    expect(second).toEqual({ n: 2, b: null, f: null, v: null, g: null, p: null })
    const [[expected]] = (await database.run(`select md5(b) from bytes where n = 3`)) as [[string]]
    expect(third).toMatchObject({ b: expected, f: '61000000', v: 'C3A9' })
  })

  it('keeps every text: empty, with the signs that files are made of, a NUL, a byte order mark, characters of four bytes', async () => {
    const texts = [
      '',
      ' pad ',
      '\\N',
      '\\',
      '\\\\n',
      "it's",
      '"q"',
      'a\tb',
      'a\nb',
      'a\r\nb',
      '\b\f\v',
      '\u0000x\u0000',
      '\uFEFFbom',
      'Миші',
      '櫻花分店',
      '😀',
      'NULL',
      '1',
      'x'.repeat(300_000),
    ]
    await database.run(`create table texts (n int primary key, v mediumtext)`)
    for (const [index, text] of texts.entries())
      await database.run(`insert into texts values (${index}, x'${Buffer.from(text).toString('hex')}')`)
    const { landing } = await read('texts', { select: ['v'] })
    // As hex digits: the binding to Node takes a byte order mark off a text.
    const hex = (await values('select hex(v) as v from landed', landing)).map(({ v }) => Buffer.from(String(v), 'hex').toString())
    expect(hex).toEqual(texts)
  })

  it('reads text by the character set of its column: utf8mb3, latin1, utf16, and latin1 that holds UTF-8 when told so', async () => {
    await database.run(`create table charsets (n int primary key, u varchar(20) character set utf8mb3, l varchar(20) character set latin1, w varchar(20) character set utf16, m varchar(40) character set latin1);
      insert into charsets values (1, 'blåbær', 'blåbær €', '櫻花', cast(x'626cc3a562c3a672' as binary)), (2, null, null, null, cast(x'e5' as binary))`)
    const plain = await read('charsets', { where: { n: 1 } })
    expect(await values('select u, l, w, m from landed', plain.landing)).toEqual([{ u: 'blåbær', l: 'blåbær €', w: '櫻花', m: 'blÃ¥bÃ¦r' }])
    const told = await read('charsets', { options: { utf8InLatin1: ['m'] } })
    expect(told.landing.refused).toMatchObject([{ column_name: 'm', reason: 'text that is not UTF-8' }])
    expect(told.result.sourceRows).toBe(2)
    expect(await values('select m from landed', told.landing)).toEqual([{ m: 'blåbær' }])
  })

  it('reads types of MariaDB alone, and columns that the server computes or hides', async () => {
    await database.run(`create table own (n int primary key, u uuid, i inet6, c int as (n * 2) virtual, h int invisible default 7);
      insert into own (n, u, i) values (1, '123e4567-e89b-12d3-a456-426655440000', '::ffff:1.2.3.4')`)
    const { result, landing } = await read('own')
    expect(typesOf(result)).toMatchObject({ u: 'UUID', i: 'VARCHAR', c: 'INTEGER', h: 'INTEGER' })
    expect(await values('select u::varchar as u, i, c, h from landed', landing)).toEqual([
      { u: '123e4567-e89b-12d3-a456-426655440000', i: '::ffff:1.2.3.4', c: 2, h: 7 },
    ])
  })

  it('gives the columns of a query the same types as those of a table', async () => {
    await database.run(`create table kinds (a tinyint(1), b bigint unsigned, c decimal(12,3), d float, e double, f date, g datetime(3), h timestamp null, i time, j year, k varchar(10), l text, m blob, n json, o bit(1), p bit(9), q enum('x'), r decimal(60,2), s point, t uuid);
      insert into kinds values (1, 18446744073709551615, 1.5, 0.1, 0.1, '2024-01-01', '2024-01-01 01:02:03.456', '2024-01-01 01:02:03', '25:00:00', 2024, 'k', 'l', x'ff00', '{"a": 1}', b'1', b'101', 'x', 1.25, point(1,1), uuid())`)
    const table = await read('kinds')
    const query = await read('asked', { query: 'select * from kinds' })
    expect(typesOf(query.result)).toEqual(typesOf(table.result))
    expect(await values('from landed', query.landing)).toEqual(await values('from landed', table.landing))
  })

  it('case 35: reads views, partitioned tables and tables of very many columns', async () => {
    const many = Array.from({ length: 1000 }, (_, index) => `c${index}`)
    await database.run(`create table parts (n int primary key, v int) partition by hash (n) partitions 4; insert into parts select seq, seq from seq_1_to_100; create view seen as select n, v * 2 as w from parts;
      create table many (${many.map((name) => `${name} int`).join(', ')}); insert into many (c999) values (9)`)
    expect(await values('select count(*)::int as n, sum(v)::int as v from landed', (await read('parts')).landing)).toEqual([
      { n: 100, v: 5050 },
    ])
    expect(await values('select sum(w)::int as w from landed', (await read('seen')).landing)).toEqual([{ w: 10100 }])
    expect(await values('select c0, c999 from landed', (await read('many')).landing)).toEqual([{ c0: null, c999: 9 }])
  })
})
