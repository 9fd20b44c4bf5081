import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { raw } from '../../src/core/sql.ts'
import { examineColumns, type Examined } from '../../src/privacy/classify-columns.ts'
import { missBound, upperShare } from '../../src/privacy/sampling/miss-bound.ts'
import { openMemoryEngine, type MemoryEngine } from '../engine/memory-engine.ts'

let engine: MemoryEngine
beforeAll(async () => {
  engine = await openMemoryEngine()
})
afterAll(() => engine.close())

let tables = 0
async function examine(column: string, cells: string, type = 'VARCHAR'): Promise<Examined> {
  const table = raw(`sampled_${++tables}`)
  await engine.run(raw(`create table ${table.text} as ${cells.replace('$', `as "${column}"`)}`))
  return examineColumns(engine, table, [{ name: column, type }])
}

const found = async (column: string, cells: string, type?: string) =>
  (await examine(column, cells, type)).findings.map(({ entity, within }) => `${entity} ${within}`)

/** A number with its last digits worked out, as SQL: `d` digits of `i` and weights. */
const cvr = (from: number) =>
  `select unnest([${cvrs(from, 400)
    .map((number) => `'${number}'`)
    .join(', ')}]) $`
function cvrs(from: number, count: number): string[] {
  const weights = [2, 7, 6, 5, 4, 3, 2, 1]
  const numbers: string[] = []
  for (let number = from; numbers.length < count; number += 37) {
    const digits = String(number)
    if (weights.reduce((sum, weight, index) => sum + weight * Number(digits[index]), 0) % 11 === 0) numbers.push(digits)
  }
  return numbers
}

describe('what a sample can miss', () => {
  it.each([
    [0, 10_000, 0.0002995],
    [0, 300, 0.009936],
    [1, 100, 0.04656],
    [5, 50, 0.1988],
  ])('%i of %i: the upper limit of Clopper and Pearson is %f', (hits, looked, limit) => {
    expect(upperShare(hits, looked)).toBeCloseTo(limit, 4)
    expect(missBound(hits, looked)).toBeCloseTo(limit - hits / looked, 4)
  })

  it('is all where nothing was looked at, and nothing where every cell holds it', () => {
    expect([upperShare(0, 0), missBound(100, 100)]).toEqual([1, 0])
  })
})

describe('columns of kinds that are looked for in samples', () => {
  it.each([
    ['CVR numbers under any name', 'x', cvr(10_000_007), 'DK_CVR column'],
    [
      'MAC addresses',
      'x',
      `select printf('00:1b:44:%02x:%02x:%02x', i % 256, (i // 7) % 256, (i * 13) % 256) $ from range(500) r(i)`,
      'MAC_ADDRESS column',
    ],
    ['one Norwegian number', 'x', `select '31129956715' $`, 'NO_FNR column'],
    ['Swedish numbers', 'x', `select unnest(['811218-9876', '811278-9873', '640823-3234']) $`, 'SE_PERSONNUMMER column'],
    ['Finnish codes', 'x', `select unnest(['131052-308T', '010594Y9032']) $`, 'FI_PERSONAL_IDENTITY_CODE column'],
    ['VAT numbers', 'x', `select unnest(['DK13585628', 'ATU13585627', 'DE136695976']) $`, 'EU_VAT column'],
    ['birth dates', 'foedselsdato', `select date '1950-01-01' + (i * 17)::int $ from range(500) r(i)`, 'DATE_OF_BIRTH column', 'DATE'],
    ['first names', 'First Name', `select unnest(['Anna', 'Søren', 'Bo-Erik', '']) $`, 'PERSON column'],
    [
      'text with a Norwegian number',
      'note',
      `select case when i % 50 = 0 then 'fnr 31129956715 er ringet op' else 'ikke truffet' end $ from range(1000) r(i)`,
      'NO_FNR text',
    ],
  ])('%s', async (_what, column, cells, expected, type = 'VARCHAR') => {
    expect(await found(column, cells, type)).toEqual([expected])
  })

  it('P27: a note column with something in 3 % of its rows is free text with that rate', async () => {
    const { findings } = await examine(
      'note',
      `select case when i % 100 = 0 then 'Skriv til anna' || i || '@b.dk om sagen' when i % 100 < 3 then 'Patient 070761-4285 er set' else 'Sagen er lukket uden bemaerkning' end $ from range(1000) r(i)`,
    )
    expect(findings.map(({ entity, kind, within, matches, rows }) => [entity, kind, within, matches / rows])).toEqual([
      ['EMAIL_ADDRESS', 'free_text', 'text', 0.01],
      ['DK_CPR', 'free_text', 'text', 0.02],
    ])
  })

  it('says how much of a large table was looked at, and what that can miss', async () => {
    const { findings, sampled } = await examine(
      'x',
      `select printf('00:1b:%02x:%02x:%02x:%02x', i % 256, (i // 7) % 256, (i * 13) % 256, i % 199) $ from range(200000) r(i)`,
    )
    expect(findings).toMatchObject([{ entity: 'MAC_ADDRESS', within: 'column', sampled: { of: 200_000, missBound: 0 } }])
    expect(findings[0]!.sampled!.rows).toBe(1000)
    expect(sampled).toMatchObject({ of: 200_000, rows: 10_000 })
    expect(sampled!.missBound).toBeCloseTo(0.0003, 5)
  })

  it('finds each rare kind in three of 100,000 texts, most of which are all different', async () => {
    const texts = [
      ['EU_VAT', 'Faktura til DK13585628 er sendt'],
      ['DK_CVR', 'Firmaet har CVR-nr. 13 58 56 28'],
      ['IMEI', 'IMEI 490154203237518 meldt stjålet'],
      ['DK_ECPR', 'indlagt som 0203291WQ3'],
      ['MAC_ADDRESS', 'gateway 00:1b:44:11:3a:b7 svarer ikke'],
      [
        'JWT',
        `auth ${['eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9', 'eyJzdWIiOiIxMjM0NTY3ODkwIn0', 'dozjgNryP4J3jVmNHl0w5N'].join('.')} expired`,
      ],
      ['API_KEY', `brugte AKIA${'IOSFODNN7EXAMPLE'} i jobbet`],
      ['CONNECTION_STRING', 'brugte Server=db01;Database=salg;User Id=app;Password=s3cret; igen'],
      ['SE_ORGANISATIONSNUMMER', 'kunden er 556703-7485 AB'],
    ] as const
    const cases = texts.map(([, text], at) => `when ${700 + at * 100} then '${text} (' || i || ')'`).join(' ')
    const { findings, sampled } = await examine(
      'remark',
      `select case i % 33000 ${cases} else 'Order ' || 20000000 + i || ' is done, batch ' || i % 17 end $ from range(99000) r(i)`,
    )
    for (const [entity] of texts) {
      const one = { entity, within: 'text', kind: 'free_text', matches: 3, rows: 99_000, sampled: null }
      expect(findings).toContainEqual(expect.objectContaining(one))
    }
    // Addresses and birth dates have no shape of their own.
    expect(sampled?.kinds).toBe(2)
  })

  it.each([
    ['too many cells', `'passport AB' || 1000000 + i || ' scanned'`],
    ['a cell too long to be looked at whole', `case when i = 7 then repeat('x ', 3000) || 'passport AB1000000' else 'nothing ' || i end`],
  ])(
    'says which kind is known from the sample alone where %s can hold it, and still looks at every cell that can hold another',
    async (_why, others) => {
      const { findings, sampled } = await examine(
        'remark',
        `select case when i % 20000 = 17000 then 'brugte AKIA${'IOSFODNN7EXAMPLE'} i job ' || i else ${others} end $ from range(60000) r(i)`,
      )
      expect(findings).toContainEqual(
        expect.objectContaining({ entity: 'API_KEY', within: 'text', matches: 3, rows: 60_000, sampled: null }),
      )
      expect(sampled).toMatchObject({ kinds: 3, crowded: ['PASSPORT_NUMBER'] })
    },
  )

  it('looks at every different value where values repeat, and says so', async () => {
    const { findings } = await examine(
      'x',
      `select case when i % 5 = 0 then 'fnr 31129956715' else 'none ' || i % 5 end $ from range(50000) r(i)`,
    )
    expect(findings).toMatchObject([{ entity: 'NO_FNR', within: 'text', matches: 10_000, rows: 50_000, sampled: null }])
  })

  it('looks into nested values and says where', async () => {
    const { findings } = await examine(
      'payload',
      `select {'contact': {'mails': ['a' || i || '@b.dk']}, 'cpr': 707614285, 'n': i} $ from range(200) r(i)`,
      'STRUCT(contact STRUCT(mails VARCHAR[]), cpr INTEGER, n BIGINT)',
    )
    expect(findings).toMatchObject([{ entity: 'EMAIL_ADDRESS', within: 'text', kind: 'free_text', matches: 200, rows: 200 }])
    expect(findings[0]!.evidence.join()).toContain('$.contact.mails[*]')
  })
})

describe('no false alarm', () => {
  it.each([
    [
      'eight random digits, one in eleven of which passes the CVR check',
      'x',
      `select (10000000 + hash(i) % 89999999)::varchar $ from range(20000) r(i)`,
    ],
    ['running numbers', 'id', `select (10000000 + i)::varchar $ from range(20000) r(i)`],
    ['ten random digits', 'x', `select lpad((hash(i) % 10000000000)::varchar, 10, '0') $ from range(20000) r(i)`],
    ['eleven random digits', 'x', `select lpad((hash(i) % 100000000000)::varchar, 11, '0') $ from range(20000) r(i)`],
    ['fifteen random digits', 'x', `select lpad((hash(i) % 1000000000000000)::varchar, 15, '0') $ from range(20000) r(i)`],
    ['hexadecimal ids', 'x', `select md5(i::varchar) $ from range(20000) r(i)`],
    ['uuids', 'x', `select uuid()::varchar $ from range(2000) r(i)`],
    ['product codes', 'sku', `select 'AB' || lpad((hash(i) % 100000)::varchar, 5, '0') $ from range(20000) r(i)`],
    [
      'log lines',
      'message',
      `select '2024-01-31T10:' || lpad((i % 60)::varchar, 2, '0') || ':01Z INFO worker-' || i % 9 || ' took ' || hash(i) % 100000000 || ' ns in module core.sql.ts:' || i % 500 $ from range(20000) r(i)`,
    ],
    [
      'product names',
      'product',
      `select ['Bolt M8 x 40', 'Hex nut 3.5 mm', 'Cable tie 200x4.8', 'Washer DIN 125'][1 + i % 4] || ' #' || i $ from range(20000) r(i)`,
    ],
    ['first names that are numbers', 'first_name', `select i::varchar $ from range(500) r(i)`],
  ])('in %s', async (_what, column, cells) => {
    expect((await examine(column, cells)).findings).toEqual([])
  })

  it('in the columns of a line item table', async () => {
    await engine.run(
      raw(`create table lineitem as select 1 + i // 4 as l_orderkey, 1 + hash(i) % 200000 as l_partkey, 1 + hash(i + 1) % 10000 as l_suppkey, 1 + i % 4 as l_linenumber,
        (1 + hash(i + 2) % 50)::decimal(15, 2) as l_quantity, (hash(i + 3) % 10000000 / 100.0)::decimal(15, 2) as l_extendedprice, (hash(i + 4) % 11 / 100.0)::decimal(15, 2) as l_discount,
        ['A', 'N', 'R'][1 + i % 3] as l_returnflag, date '1992-01-01' + (hash(i + 5) % 2500)::int as l_shipdate, ['DELIVER IN PERSON', 'COLLECT COD', 'NONE'][1 + i % 3] as l_shipinstruct,
        'carefully final deposits ' || md5(i::varchar)[1:6] || ' sleep' as l_comment, hash(i + 6)::varchar as l_reference, 4500000000 + hash(i + 7) % 900000000 as l_number
        from range(60000) r(i)`),
    )
    const columns = (await engine.rows(
      raw(`select column_name as name, data_type as type from information_schema.columns where table_name = 'lineitem'`),
    )) as { name: string; type: string }[]
    expect((await examineColumns(engine, raw('lineitem'), columns)).findings).toEqual([])
  })
})
