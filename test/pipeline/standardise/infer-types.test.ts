import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TextReading } from '../../../src/connectors/connector.ts'
import type { ColumnRule } from '../../../src/contract/pipelines.ts'
import { id, raw, sql } from '../../../src/core/sql.ts'
import { inferTypes, type InferredColumn } from '../../../src/pipeline/standardise/infer-types.ts'
import { openMemoryEngine, type MemoryEngine } from '../../engine/memory-engine.ts'

const dots: TextReading = { decimal: '.', dateOrder: 'iso' }
const danish: TextReading = { decimal: ',', dateOrder: 'day-first' }
let engine: MemoryEngine
beforeAll(async () => {
  engine = await openMemoryEngine()
})
afterAll(() => engine.close())

interface Read {
  column: InferredColumn
  /** The typed cells as DuckDB prints them. */
  values: (string | null)[]
  refused: (string | null)[]
}

async function read(cells: (string | null)[], text: TextReading | null = dots, rule?: ColumnRule): Promise<Read> {
  const relation = await engine.texts(cells)
  const [column] = await inferTypes(engine, relation, [{ name: 'x', type: 'VARCHAR' }], {
    text,
    declared: rule === undefined ? {} : { x: rule },
  })
  const values = await engine.rows(
    sql`select (${column!.cast(id('x'))})::varchar as "v", typeof(${column!.cast(id('x'))}) as "t" from ${relation}`,
  )
  const refused = column!.invalid === null ? [] : await engine.rows(sql`select "x" from ${relation} where ${column!.invalid}`)
  expect(values.every((row) => row['t'] === column!.type)).toBe(true)
  return {
    column: column!,
    values: values.map((row) => row['v'] as string | null),
    refused: refused.map((row) => row['x'] as string | null),
  }
}

describe('types found over the whole column', () => {
  it.each<[string, (string | null)[], string, (string | null)[]]>([
    ['whole numbers', ['1', '-20', '0', null], 'BIGINT', ['1', '-20', '0', null]],
    ['64-bit extremes', ['9223372036854775807', '-9223372036854775808'], 'BIGINT', ['9223372036854775807', '-9223372036854775808']],
    ['one more than 64 bits', ['9223372036854775808', '1'], 'DECIMAL(19,0)', ['9223372036854775808', '1']],
    ['38 digits', ['99999999999999999999999999999999999999'], 'DECIMAL(38,0)', ['99999999999999999999999999999999999999']],
    ['decimals', ['1.10', '-0.25', '3'], 'DECIMAL(3,2)', ['1.10', '-0.25', '3.00']],
    ['scientific notation', ['1.5e-3', '2', 'NaN'], 'DOUBLE', ['0.0015', '2.0', 'nan']],
    ['true and false', ['true', 'FALSE', null], 'BOOLEAN', ['true', 'false', null]],
    ['ISO dates', ['2026-11-20', '2024-02-29'], 'DATE', ['2026-11-20', '2024-02-29']],
    ['dates with the day first, told by one', ['31-12-2025', '02-03-2026'], 'DATE', ['2025-12-31', '2026-03-02']],
    ['dates with the month first, told by one', ['12/31/2025', '02/03/2026'], 'DATE', ['2025-12-31', '2026-02-03']],
    [
      'local moments',
      ['2026-11-20 14:30:05', '2026-11-20T14:30:05.123456', '2026-11-20 14:30'],
      'TIMESTAMP',
      ['2026-11-20 14:30:05', '2026-11-20 14:30:05.123456', '2026-11-20 14:30:00'],
    ],
    [
      'moments with offsets',
      ['2026-11-20T14:30:05Z', '2026-11-20 14:30:05+02:00', '2026-11-20T14:30:05.000+0000', '2026-11-20T14:30Z'],
      'TIMESTAMP WITH TIME ZONE',
      ['2026-11-20 14:30:05+00', '2026-11-20 12:30:05+00', '2026-11-20 14:30:05+00', '2026-11-20 14:30:00+00'],
    ],
    ['Danish moments', ['31-12-2025 14:30', '01-02-2026 08:05:09'], 'TIMESTAMP', ['2025-12-31 14:30:00', '2026-02-01 08:05:09']],
    ['times', ['14:30', '08:05:09.25'], 'TIME', ['14:30:00', '08:05:09.25']],
    ['UUIDs', ['0b6ef0d6-5b36-4f5e-9a2e-3d0f1c2b3a4d'], 'UUID', ['0b6ef0d6-5b36-4f5e-9a2e-3d0f1c2b3a4d']],
    ['blank cells among numbers', ['1', '', '  ', '\u00a0'], 'BIGINT', ['1', null, null, null]],
  ])('%s', async (_what, cells, type, values) => {
    const found = await read(cells)
    expect(found.column.type).toBe(type)
    expect(found.values).toEqual(values)
    expect(found.column.invalid).toBeNull()
  })

  it.each<[string, (string | null)[]]>([
    ['digits with zeros in front', ['0123', '4567']],
    ['a plus', ['+4512345678']],
    ['39 digits', ['999999999999999999999999999999999999999']],
    ['more digits than a double keeps', ['1.12345678901234567890e3', '2.0']],
    ['codes that look scientific', ['1e5', '2E3']],
    ['nanoseconds', ['2026-11-20 14:30:05.123456789']],
    ['moments with and without offset', ['2026-11-20 14:30:05', '2026-11-20 14:30:05Z']],
    ['dates and moments', ['2026-11-20', '2026-11-20 14:30:05']],
    ['dates among other words', [...Array<string>(99).fill('2026-11-20'), 'unknown']],
    ['dates that nobody can tell', ['02/03/2026', '04/05/2026']],
    ['upper-case UUIDs', ['0B6EF0D6-5B36-4F5E-9A2E-3D0F1C2B3A4D']],
    ['white space around numbers', [' 1', '2 ']],
    ['hexadecimal, underscores, words', ['0x1F', '1_000', 'yes']],
    ['nothing', [null, null]],
    ['blanks alone', ['', ' ']],
    ['years before Christ', ['2020-01-01 BC']],
    ['only NaN', ['nan', 'NaN']],
  ])('%s stay text as they stood', async (_what, cells) => {
    const found = await read(cells)
    expect(found.column.type).toBe('VARCHAR')
    expect(found.values).toEqual(cells)
  })

  it('sees the one decimal in the millionth row', async () => {
    await engine.run(
      sql`create table million as select case when i = 999999 then '1.5' else i::varchar end as "x" from range(1000000) r(i)`,
    )
    const [column] = await inferTypes(engine, raw('million'), [{ name: 'x', type: 'VARCHAR' }], { text: dots, declared: {} })
    expect(column).toMatchObject({ type: 'DECIMAL(7,1)', nonNull: 1_000_000 })
    expect(await engine.rows(sql`select (${column!.cast(id('x'))})::varchar as "v" from million where "x" = '1.5'`)).toEqual([{ v: '1.5' }])
  })

  it('sees the one word in the last row', async () => {
    await engine.run(sql`create table worded as select case when i = 99999 then 'x' else i::varchar end as "x" from range(100000) r(i)`)
    const [column] = await inferTypes(engine, raw('worded'), [{ name: 'x', type: 'VARCHAR' }], { text: dots, declared: {} })
    expect(column?.type).toBe('VARCHAR')
  })
})

describe('decimal commas and thousands', () => {
  it.each<[string, string[], TextReading, string, string[]]>([
    ['Danish amounts', ['1.234,56', '-12,5', '7'], danish, 'DECIMAL(6,2)', ['1234.56', '-12.50', '7.00']],
    ['commas in a file with dots', ['2,5', '13,75'], dots, 'DECIMAL(4,2)', ['2.50', '13.75']],
    ['American thousands', ['1,234.56', '12'], dots, 'DECIMAL(6,2)', ['1234.56', '12.00']],
    ['thousands in a Danish file', ['1.250', '12.500', '900'], danish, 'BIGINT', ['1250', '12500', '900']],
    ['the same text in a file with dots', ['1.250', '12.500', '900'], dots, 'DECIMAL(6,3)', ['1.250', '12.500', '900.000']],
    ['degrees with dots in a Danish file', ['55.676', '12.5683'], danish, 'DECIMAL(6,4)', ['55.6760', '12.5683']],
  ])('%s', async (_what, cells, text, type, values) => {
    const found = await read(cells, text)
    expect([found.column.type, found.values]).toEqual([type, values])
  })
})

describe('dates by the majority of their column', () => {
  it('quarantines the few dates that no calendar has, and counts those that fit both orders', async () => {
    const good = Array.from({ length: 19 }, (_, index) => `${13 + (index % 15)}-01-2026`)
    const found = await read([...good, '02-03-2026', '05-05-2026', '31-02-2026'])
    expect(found.column).toMatchObject({ type: 'DATE', misfits: 1, ambiguous: 1 })
    expect(found.refused).toEqual(['31-02-2026'])
    expect(found.column.invalidReason).toBe('column "x" is not a date written day-month-year')
  })

  it('Q16: three spellings without a majority stay text', async () => {
    expect((await read(['2026-02-30', '31-12-2025', '02/03/2026'])).column.type).toBe('VARCHAR')
  })

  it('asks the file where every date fits both orders', async () => {
    const found = await read(['02/03/2026', '04/05/2026'], danish)
    expect([found.column.type, found.values, found.column.ambiguous]).toEqual(['DATE', ['2026-03-02', '2026-05-04'], 2])
  })
})

describe('declared types', () => {
  it.each<[string, ColumnRule, string[], (string | null)[], string[]]>([
    ['text', { type: 'text' }, ['1', '2'], ['1', '2'], []],
    [
      'integer',
      { type: 'integer' },
      ['007', '12.0', 'zz', '1.5', '3000000000'],
      ['7', '12', null, null, null],
      ['zz', '1.5', '3000000000'],
    ],
    ['decimal(6,2)', { type: 'decimal(6,2)' }, ['1.5', '1.255', '12345.00'], ['1.50', null, null], ['1.255', '12345.00']],
    ['boolean', { type: 'boolean' }, ['ja', 'NEJ', '1', 'maybe'], ['true', 'false', 'true', null], ['maybe']],
    ['date by format', { type: 'date', format: '%d.%m.%y' }, ['31.12.25', '2025-12-31'], ['2025-12-31', null], ['2025-12-31']],
    ['date', { type: 'date' }, ['31-12-2025', '30-11-2025', 'soon'], ['2025-12-31', '2025-11-30', null], ['soon']],
    ['uuid', { type: 'uuid' }, ['0B6EF0D6-5B36-4F5E-9A2E-3D0F1C2B3A4D', 'zz'], ['0b6ef0d6-5b36-4f5e-9a2e-3d0f1c2b3a4d', null], ['zz']],
    ['json', { type: 'json' }, ['{"a": 10}', '{'], ['{"a": 10}', null], ['{']],
  ])('%s keeps what fits and names what does not', async (_what, rule, cells, values, refused) => {
    const found = await read(cells, dots, rule)
    expect(found.refused).toEqual(refused)
    expect(found.values.map((value, index) => (refused.includes(cells[index]!) ? null : value))).toEqual(values)
    expect(found.column.misfits).toBe(refused.length)
    expect(refused.filter((value) => found.column.invalidReason?.includes(`"${value}"`))).toEqual([])
  })

  it('refuses a format that is none', async () => {
    await expect(read(['x'], dots, { type: 'date', format: '%Q' })).rejects.toMatchObject({ code: 'pipeline.invalid' })
  })

  it('retypes a typed column only where nothing is lost', async () => {
    await engine.run(sql`create table typed as select unnest([1.0::double, 2.5, null]) as "x"`)
    const [column] = await inferTypes(engine, raw('typed'), [{ name: 'x', type: 'DOUBLE' }], {
      text: null,
      declared: { x: { type: 'integer' } },
    })
    expect(column).toMatchObject({ type: 'INTEGER', misfits: 1 })
    expect(await engine.rows(sql`select "x" from typed where ${column!.invalid}`)).toEqual([{ x: 2.5 }])
  })
})

describe('typed sources', () => {
  it('keep their types, text included', async () => {
    const relation = await engine.texts(['1', '2'])
    const found = await inferTypes(
      engine,
      relation,
      [
        { name: 'x', type: 'VARCHAR' },
        { name: 'y', type: 'DOUBLE' },
      ],
      { text: null, declared: {} },
    )
    expect(found.map((column) => [column.type, column.invalid])).toEqual([
      ['VARCHAR', null],
      ['DOUBLE', null],
    ])
  })
})
