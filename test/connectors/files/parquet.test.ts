import { copyFile, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { describe, expect, it } from 'vitest'
import { raw } from '../../../src/core/sql.ts'
import type { TestLanding } from '../../support/landing.ts'
import { readFiles } from '../../support/read-files.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const CASES = path.join(import.meta.dirname, 'cases')

/** A folder of Parquet files, each from a SELECT. */
async function parquetFolder(queries: Record<string, string>): Promise<string> {
  const folder = await temporaryFolder(Object.fromEntries(Object.keys(queries).map((name) => [name, ''])))
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  for (const [name, query] of Object.entries(queries))
    await connection.run(`copy (${query}) to '${path.join(folder, name)}' (format parquet)`)
  connection.closeSync()
  instance.closeSync()
  return folder
}

async function caseFolder(name: string): Promise<string> {
  const folder = await temporaryFolder()
  await copyFile(path.join(CASES, name), path.join(folder, name))
  return folder
}

describe('Parquet (case 83)', () => {
  it('keeps uint64, dictionaries, durations and nested values of another writer', async () => {
    const { table, result } = await readFiles(await caseFolder('types.parquet'), { path: 'types.parquet' })
    expect(table).toEqual([
      { c: 'red', dur: '1500000', u: '18446744073709551615', l: '[{"a":1,"b":"x"}]' },
      { c: 'blue', dur: null, u: '0', l: '[]' },
      { c: 'red', dur: '-1', u: '1', l: null },
      { c: null, dur: '0', u: null, l: '[{"a":null,"b":""}]' },
    ])
    expect(result.columns.map(({ type }) => type)).toEqual(['VARCHAR', 'BIGINT', 'UBIGINT', 'JSON'])
    expect(result.text).toBeNull()
  })

  it('reads INT96 timestamps', async () => {
    expect((await readFiles(await caseFolder('int96.parquet'), { path: 'int96.parquet' })).table).toEqual([
      { t: '2020-01-02 03:04:05.123456' },
    ])
  })

  it('refuses a decimal of more than 38 digits by name', async () => {
    await expect(readFiles(await caseFolder('decimal256.parquet'), { path: 'decimal256.parquet' })).rejects.toMatchObject({
      code: 'file.unsupported_type',
      message: expect.stringMatching(/Column d .*50 digits.*38/),
    })
  })

  it('keeps types as they are, and decimals inside of nested values digit by digit', async () => {
    const folder = await parquetFolder({
      'a.parquet': `select 1.10::decimal(38,2) as d, 'x'::blob as b, date '2024-02-29' as day, timestamptz '2024-01-01 00:00:00+00' as tz, '00000000-0000-0000-0000-000000000001'::uuid as u, {'m': 1.10::decimal(20,2), 'DECIMAL(1,0)': 1} as s, interval '1 month 3 microseconds' as i`,
    })
    let stored: unknown
    const inspect = async (landing: TestLanding) => {
      stored = await landing.query(raw('select typeof(i) as i from landed'))
    }
    const { table, result } = await readFiles(folder, { path: 'a.parquet' }, { inspect })
    expect(stored).toEqual([{ i: 'VARCHAR' }])
    expect(result.columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'd DECIMAL(38,2)',
      'b BLOB',
      'day DATE',
      'tz TIMESTAMP WITH TIME ZONE',
      'u UUID',
      's JSON',
      'i VARCHAR',
    ])
    expect(table[0]).toMatchObject({ d: '1.10', s: '{"m":"1.10","DECIMAL(1,0)":1}' })
  })

  it('widens int32 to int64 over a set, adds a column of the second file, and takes partition values', async () => {
    const folder = await parquetFolder({
      'country=DK/a.parquet': 'select 1::int as id',
      'country=__HIVE_DEFAULT_PARTITION__/b.parquet': `select 9223372036854775807 as id, 'new' as extra`,
      'plain/c.parquet': 'select 3::smallint as id',
    })
    const { table, result } = await readFiles(folder, { path: '.' })
    expect(result.columns).toEqual([
      { name: 'id', type: 'BIGINT' },
      { name: 'country', type: 'VARCHAR' },
      { name: 'extra', type: 'VARCHAR' },
    ])
    expect(table).toEqual([
      { id: '1', country: 'DK', extra: null },
      { id: '9223372036854775807', country: null, extra: 'new' },
      { id: '3', country: null, extra: null },
    ])
  })

  it.each([
    ['bigint and double', '9007199254740993::bigint', '0.5::double', 'VARCHAR', ['9007199254740993', '0.5']],
    ['integer and double', '7::int', '0.5::double', 'DOUBLE', ['7.0', '0.5']],
    [
      'bigint and ubigint',
      '(-9223372036854775808)::bigint',
      '18446744073709551615::ubigint',
      'DECIMAL(20,0)',
      ['-9223372036854775808', '18446744073709551615'],
    ],
    ['decimals', '1.5::decimal(4,1)', '0.125::decimal(5,3)', 'DECIMAL(6,3)', ['1.500', '0.125']],
    [
      'date and timestamp',
      `date '2024-01-02'`,
      `timestamp '2024-01-02 12:00:00.000001'`,
      'TIMESTAMP',
      ['2024-01-02 00:00:00', '2024-01-02 12:00:00.000001'],
    ],
    ['text and number', `'x'`, '1::int', 'VARCHAR', ['x', '1']],
  ])('joins %s without losing a digit', async (_what, first, second, type, values) => {
    const folder = await parquetFolder({ 'a.parquet': `select ${first} as v`, 'b.parquet': `select ${second} as v` })
    const { table, result } = await readFiles(folder, { path: '*.parquet' })
    expect(result.columns).toEqual([{ name: 'v', type }])
    expect(table.map((row) => row['v'])).toEqual(values)
  })

  it('keeps filters right over a set with a widened column', async () => {
    const folder = await parquetFolder({ 'a.parquet': 'select 2::int as v', 'b.parquet': 'select 1.5::double as v' })
    let found: unknown
    await readFiles(
      folder,
      { path: '*.parquet' },
      { inspect: async (landing) => void (found = await landing.query(raw('select v from landed where v = 1.5'))) },
    )
    expect(found).toEqual([{ v: 1.5 }])
  })

  it('refuses a file that is cut, one that is no Parquet, and one without rows', async () => {
    const folder = await parquetFolder({
      'a.parquet': 'select range as id from range(10000)',
      'none.parquet': 'select 1 as id where false',
    })
    const bytes = await readFile(path.join(folder, 'a.parquet'))
    await writeFile(path.join(folder, 'cut.parquet'), bytes.subarray(0, bytes.length - 50))
    await writeFile(path.join(folder, 'text.parquet'), 'a,b\n1,2\n')
    await writeFile(
      path.join(folder, 'broken.parquet'),
      Buffer.concat([bytes.subarray(0, 8), Buffer.alloc(bytes.length - 16, 7), bytes.subarray(-8)]),
    )
    await expect(readFiles(folder, { path: 'cut.parquet' })).rejects.toMatchObject({ code: 'file.truncated' })
    await expect(readFiles(folder, { path: 'text.parquet' })).rejects.toMatchObject({ code: 'file.corrupt' })
    await expect(readFiles(folder, { path: 'broken.parquet' })).rejects.toMatchObject({ code: 'file.corrupt' })
    await expect(readFiles(folder, { path: 'none.parquet' })).rejects.toMatchObject({ code: 'file.no_rows' })
  })
})
