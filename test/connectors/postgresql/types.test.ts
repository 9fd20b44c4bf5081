import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { raw } from '../../../src/core/sql.ts'
import { openShop, readShop, type Shop } from './shop.ts'

let shop: Shop

beforeAll(async () => {
  shop = await openShop()
})
afterAll(() => shop.drop())

/** Reads a query of one column `v`, values as DuckDB prints them. */
async function values(query: string, settings = {}) {
  const read = await readShop(shop, 'values', { request: { query }, settings })
  const found = {
    type: read.result.columns[0]?.type,
    values: read.rows.map(({ v }) => v),
    refused: read.landing.refused,
    rows: read.result.sourceRows,
  }
  await read.landing.close()
  return found
}

/** [case, what, query of one column v, type in explore, values as text]. */
const cases: readonly (readonly [number, string, string, string, readonly (string | null)[]])[] = [
  [
    21,
    'bigint from end to end',
    `values (-9223372036854775808), (9223372036854775807), (null::bigint)`,
    'BIGINT',
    ['-9223372036854775808', '9223372036854775807', null],
  ],
  [
    21,
    'an array of bigint',
    `values ('{-9223372036854775808,9223372036854775807}'::int8[])`,
    'JSON',
    ['[-9223372036854775808,9223372036854775807]'],
  ],
  [21, 'smaller integers', `values ((-32768)::int2), (32767::int2)`, 'SMALLINT', ['-32768', '32767']],
  [
    22,
    'a bare numeric',
    `values (1234567890.1234567::numeric), ('${'123456789'.repeat(7)}.5'::numeric), ('NaN'::numeric), ('-Infinity'::numeric)`,
    'VARCHAR',
    ['1234567890.1234567', `${'123456789'.repeat(7)}.5`, 'NaN', '-Infinity'],
  ],
  [
    22,
    'the largest numeric(38,18)',
    `values (99999999999999999999.999999999999999999::numeric(38,18))`,
    'DECIMAL(38,18)',
    ['99999999999999999999.999999999999999999'],
  ],
  [22, 'a numeric beyond 38 digits', `values ('${'9'.repeat(40)}'::numeric(40,0))`, 'VARCHAR', ['9'.repeat(40)]],
  [22, 'a scale below zero', `values (12345::numeric(3,-2))`, 'DECIMAL(5,0)', ['12300']],
  [22, 'a scale above the precision', `values (0.00012::numeric(2,5))`, 'DECIMAL(5,5)', ['.00012']],
  [
    22,
    'floating point',
    `values (0.1::float8), ('NaN'::float8), ('-Infinity'::float8), (1.7976931348623157e308::float8)`,
    'DOUBLE',
    ['0.1', 'nan', '-inf', '1.7976931348623157e+308'],
  ],
  [
    24,
    'timestamps at the edges',
    `values ('infinity'::timestamp), ('-infinity'), ('0001-12-31 23:59:59.999999 BC'), ('3004-10-19 10:23:54 BC'), ('0001-01-01'), ('294247-01-01 00:00:00')`,
    'TIMESTAMP',
    [
      'infinity',
      '-infinity',
      '0001-12-31 (BC) 23:59:59.999999',
      '3004-10-19 (BC) 10:23:54',
      '0001-01-01 00:00:00',
      '294247-01-01 00:00:00',
    ],
  ],
  [
    24,
    'times with a zone at the edges',
    `values ('infinity'::timestamptz), ('0044-03-15 12:00:00+00 BC')`,
    'TIMESTAMP WITH TIME ZONE',
    ['infinity', '0044-03-15 (BC) 12:00:00+00'],
  ],
  [
    24,
    'dates at the edges',
    `values ('infinity'::date), ('-infinity'), ('0044-03-15 BC'), ('4713-01-01 BC'), ('5874897-12-31')`,
    'DATE',
    ['infinity', '-infinity', '0044-03-15 (BC)', '4713-01-01 (BC)', '5874897-12-31'],
  ],
  [
    25,
    'a time with a zone',
    `values ('2004-10-19 10:23:54.123456-08'::timestamptz)`,
    'TIMESTAMP WITH TIME ZONE',
    ['2004-10-19 18:23:54.123456+00'],
  ],
  [25, 'times of day', `values ('24:00:00'::time), ('23:59:59.999999')`, 'TIME', ['24:00:00', '23:59:59.999999']],
  [25, 'a time of day with a zone', `values ('04:05:06.789-08'::timetz)`, 'VARCHAR', ['04:05:06.789-08']],
  [
    25,
    'intervals',
    `values ('1 year 2 months 3 days 04:05:06.789'::interval), ('-1 days +02:03:00')`,
    'VARCHAR',
    ['1 year 2 mons 3 days 04:05:06.789', '-1 days +02:03:00'],
  ],
  [
    29,
    'json byte for byte',
    `values ('{"a": 10, "b":   15, "a": 12345678901234567890}'::json)`,
    'JSON',
    ['{"a": 10, "b":   15, "a": 12345678901234567890}'],
  ],
  [
    29,
    'jsonb scalars, and JSON null beside no value',
    `values ('true'::jsonb), ('10000000'), ('[1, 2, "a"]'), ('null'), (null), ('"line\\nfeed \\\\ tab\\t"')`,
    'JSON',
    ['true', '10000000', '[1, 2, "a"]', 'null', null, '"line\\nfeed \\\\ tab\\t"'],
  ],
  [
    30,
    'arrays of text',
    `values (array['a,b', '"q"', '{x}', null, '']), ('{}'), (null::text[])`,
    'JSON',
    ['["a,b","\\"q\\"","{x}",null,""]', '[]', null],
  ],
  [30, 'arrays of two dimensions', `values ('{{1,2},{3,4}}'::int[])`, 'JSON', ['[[1,2],[3,4]]']],
  [31, 'char(8) with its padding', `values ('{asb12}'::char(8))`, 'VARCHAR', ['{asb12} ']],
  [
    31,
    'texts of any kind',
    `values (''), (null), ('Миші'), ('櫻花分店'), ('😀'), ('\\N'), ('\\.'), (E'a\\tb\\nc\\rd\\\\')`,
    'VARCHAR',
    ['', null, 'Миші', '櫻花分店', '😀', '\\N', '\\.', 'a\tb\nc\rd\\'],
  ],
  [32, 'ranges', `values ('["2010-01-01 14:30:00",)'::tsrange)`, 'VARCHAR', ['["2010-01-01 14:30:00",)']],
  [32, 'networks', `values ('192.168.1'::cidr::text), ('192.168.1.5/24'::inet::text)`, 'VARCHAR', ['192.168.1.0/24', '192.168.1.5/24']],
  [32, 'a network as it is', `values ('192.168.1'::cidr)`, 'VARCHAR', ['192.168.1.0/24']],
  [32, 'macaddr8', `values ('08:00:2b:01:02:03:04:05'::macaddr8)`, 'VARCHAR', ['08:00:2b:01:02:03:04:05']],
  [32, 'bit strings', `values (b'101'::bit(3))`, 'VARCHAR', ['101']],
  [32, 'xml', `values ('<a b="c">d</a>'::xml)`, 'VARCHAR', ['<a b="c">d</a>']],
  [32, 'tsvector', `values ('a fat cat'::tsvector)`, 'VARCHAR', [`'a' 'cat' 'fat'`]],
  [32, 'points', `values ('(1e24,-0.1)'::point)`, 'VARCHAR', ['(1e+24,-0.1)']],
  [32, 'pg_lsn', `values ('16/B374D848'::pg_lsn)`, 'VARCHAR', ['16/B374D848']],
  [33, 'uuid', `values ('A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'::uuid)`, 'UUID', ['a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11']],
  [33, 'money', `values ((-1000)::money), ('92233720368547758.07'::money)`, 'DECIMAL(19,2)', ['-1000.00', '92233720368547758.07']],
]

describe('types of Postgres', () => {
  for (const [number, what, query, type, expected] of cases)
    it(`case ${number}: ${what}`, async () => {
      const found = await values(`select * from (${query}) as given (v)`)
      expect(found).toEqual({ type, values: expected, refused: [], rows: expected.length })
    })

  it('case 24: a year beyond the calendar of explore goes to quarantine with a reason, and the other rows land', async () => {
    const found = await values(`select * from (values ('294276-12-31 23:59:59'::timestamp), ('2024-01-01')) as given (v)`)
    expect(found.values).toEqual(['2024-01-01 00:00:00'])
    expect(found.rows).toBe(2)
    expect(found.refused).toEqual([
      { file: null, line: null, column_name: 'v', reason: expect.stringContaining('timestamp'), row: '{"v":"294276-12-31 23:59:59"}' },
    ])
  })

  it('case 22: NaN in a numeric with a precision goes to quarantine with a reason', async () => {
    const found = await values(`select n::numeric(5,2) as v from unnest('{NaN,1.50,NULL}'::numeric[]) as given (n)`)
    expect(found.values).toEqual(['1.50', null])
    expect(found.refused).toMatchObject([{ column_name: 'v', row: '{"v":"NaN"}' }])
  })

  it('case 25: times are the same whatever the server takes for its own', async () => {
    const name = shop.settings.database
    await shop.run(`alter database ${name} set timezone = 'Asia/Kolkata'; alter database ${name} set datestyle = 'SQL, DMY'; alter database ${name} set intervalstyle = 'iso_8601';
      alter database ${name} set bytea_output = 'escape'; alter database ${name} set extra_float_digits = -5`)
    const all = `select '2004-10-19 10:23:54.123456-08'::timestamptz::text || ' ' || interval '1 day' || ' ' || 0.1::float8 || ' ' || '\\x00ff'::bytea as v`
    const moment = await values(`select '2004-10-19 10:23:54.123456-08'::timestamptz as v`)
    const texts = await values(all)
    await shop.run(`alter database ${name} reset all`)
    expect(moment.values).toEqual(['2004-10-19 18:23:54.123456+00'])
    expect(texts.values).toEqual(['2004-10-19 18:23:54.123456+00 1 day 0.1 \\x00ff'])
  })

  it('case 28: bytea gives identical bytes', async () => {
    await shop.run(`create table files (id int, v bytea)`)
    await shop.run(`insert into files values (1, '\\x'), (2, decode('1234', 'hex')), (3, null), (4, $1)`, [
      Buffer.from(Array.from({ length: 1_000_000 }, (_, i) => (i * 7919) % 256)),
    ])
    const [source] = [await shop.run(`select id, encode(sha256(v), 'hex') as hash from files order by id`)]
    const read = await readShop(shop, 'files')
    expect(await read.landing.query(raw(`select id, sha256(v) as hash from landed order by id`))).toEqual(source)
    expect(read.result.columns[1]?.type).toBe('BLOB')
    await read.landing.close()
  })

  it('case 31: a text that begins with U+FEFF keeps it, also as the first and only column', async () => {
    const read = await readShop(shop, 'values', { request: { query: `select chr(65279) || 'x' as v` } })
    expect(await read.landing.query(raw(`select hex(encode(v)) as v from landed`))).toEqual([{ v: 'EFBBBF78' }])
    await read.landing.close()
  })

  it('case 32: enums, domains over domains, composites and hstore-like texts come as their canonical text', async () => {
    await shop.run(`create type mood as enum ('sad', 'ok'); create domain positive as int check (value > 0); create domain small as positive check (value < 10);
      create domain price as numeric(6,2); create domain dear as price; create type item as (name text, supplier int, price numeric)`)
    await shop.run(`create table kinds (m mood, s small, d dear, i item, n text[])`)
    await shop.run(`insert into kinds values ('ok', 5, 12.5, row('fuzzy dice', 42, 1.99), array['a'])`)
    await shop.run(`alter type mood add value 'glad'`)
    await shop.run(`insert into kinds (m) values ('glad')`)
    const read = await readShop(shop, 'kinds')
    expect(read.rows).toEqual([
      { m: 'ok', s: '5', d: '12.50', i: '("fuzzy dice",42,1.99)', n: '["a"]' },
      { m: 'glad', s: null, d: null, i: null, n: null },
    ])
    expect(read.result.columns.map(({ type }) => type)).toEqual(['VARCHAR', 'INTEGER', 'DECIMAL(6,2)', 'VARCHAR', 'JSON'])
    expect(read.result.columns.map(({ sourceType }) => sourceType)).toEqual(['mood', 'small', 'dear', 'item', 'text[]'])
    await read.landing.close()
  })

  it('case 32: hstore comes as its text, with a key that has no value', async (context) => {
    const [extension] = await shop.run(`select 1 from pg_available_extensions where name = 'hstore'`)
    if (extension === undefined) return context.skip('this Postgres does not bring hstore')
    await shop.run(`create extension hstore`)
    expect((await values(`select 'a=>1, b=>NULL'::hstore as v`)).values).toEqual(['"a"=>"1", "b"=>NULL'])
  })
})
