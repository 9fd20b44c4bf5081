import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Policy } from '../../src/contract/pii.ts'
import { raw, sql } from '../../src/core/sql.ts'
import { classifyColumns, examineColumns, type ColumnFinding } from '../../src/privacy/classify-columns.ts'
import { openMemoryEngine, type MemoryEngine } from '../engine/memory-engine.ts'

let engine: MemoryEngine
beforeAll(async () => {
  engine = await openMemoryEngine()
})
afterAll(() => engine.close())

let tables = 0
async function classify(column: string, cells: string, type = 'VARCHAR'): Promise<ColumnFinding[]> {
  const table = raw(`classified_${++tables}`)
  await engine.run(sql`create table ${table} as ${raw(cells.replace('$', `as "${column}"`))}`)
  return classifyColumns(engine, table, [{ name: column, type }])
}

describe('what every cell is known to be', () => {
  const wholly = async (cells: string) => {
    const table = raw(`classified_${++tables}`)
    await engine.run(sql`create table ${table} as ${raw(cells.replace('$', 'as x'))}`)
    return [...(await examineColumns(engine, table, [{ name: 'x', type: 'VARCHAR' }])).wholly]
  }

  it.each([
    ['addresses, with blanks around them and missing cells', `select unnest(['a@b.dk', ' c@d.dk ', '', 'N/A', null]) $`, 'EMAIL_ADDRESS'],
    ['so many addresses that their values repeat', `select 'n' || i % 5 || '@example.dk' $ from range(10000) r(i)`, 'EMAIL_ADDRESS'],
    ['accounts', `select unnest(['DK5000400440116243', 'gb82 west 1234 5698 7654 32']) $`, 'IBAN_CODE'],
  ])('is said of a column of %s', async (_, cells, entity) => {
    expect(await wholly(cells)).toEqual([['x', entity]])
  })

  it.each([
    ['one cell holds an address in a text', `select unnest(['a@b.dk', 'c@d.dk', 'see e@f.dk']) $`],
    ['the millionth cell is something else', `select case when i = 999999 then 'nobody' else i || '@b.dk' end $ from range(1000000) r(i)`],
    ['cells of digits are settled by their length', `select unnest(['12345678', '22345678']) $`],
    ['there are no cells', `select null::varchar $ where false`],
  ])('is not said where %s', async (_, cells) => {
    expect(await wholly(cells)).toEqual([])
  })
})

describe('columns that are one kind of personal data', () => {
  it('P24: 950 addresses and 50 blanks are an e-mail column with full coverage', async () => {
    const [finding, ...others] = await classify(
      'email',
      `select case when i < 950 then 'name' || i || '@example.dk' else '' end $ from range(1000) r(i)`,
    )
    expect(others).toEqual([])
    expect(finding).toMatchObject({ entity: 'EMAIL_ADDRESS', within: 'column', matches: 950, rows: 950 })
    expect(finding!.confidence).toBeGreaterThanOrEqual(0.95)
  })

  it.each(['BIGINT', 'INTEGER', 'UTINYINT'])('a table of %s alone holds none, however many rows it has', async (type) => {
    for (const rows of [0, 1, 12_000])
      expect(await classify('id', `select (i % 200)::${type} $ from range(${rows}) r(i)`, type)).toEqual([])
  })

  it('P26: CPR numbers that lost their leading zero as integers are still CPR numbers', async () => {
    const findings = await classify('cpr', `select unnest([101654321, 707614285, 1201603389]) $`, 'BIGINT')
    expect(findings).toMatchObject([{ entity: 'DK_CPR', within: 'column', matches: 3, rows: 3 }])
  })

  it.each([
    [
      'cpr numbers with hyphens, whatever the column is called',
      'x',
      `select strftime(date '1950-01-01' + (i * 17)::int, '%d%m%y') || '-' || lpad((i % 4000)::varchar, 4, '0') $ from range(500) r(i)`,
      'DK_CPR',
    ],
    ['international phone numbers', 'kontakt', `select '+45 ' || (20000000 + i * 7919)::varchar $ from range(500) r(i)`, 'PHONE_NUMBER'],
    [
      'eight digits under a name that says phone',
      'telefonnummer',
      `select lpad((i * 7919)::varchar, 8, '0') $ from range(500) r(i)`,
      'PHONE_NUMBER',
    ],
    ['IP addresses', 'x', `select '192.168.' || i % 200 || '.' || i % 250 $ from range(500) r(i)`, 'IP_ADDRESS'],
    ['IBANs', 'x', `select 'DK5000400440116243' $ from range(20)`, 'IBAN_CODE'],
    ['cards', 'x', `select unnest(['4111111111111111', '5555555555554444', '378282246310005']) $`, 'CREDIT_CARD'],
  ])('%s', async (_what, column, cells, entity) => {
    const findings = await classify(column, cells)
    expect(findings.map((finding) => [finding.entity, finding.within])).toEqual([[entity, 'column']])
  })
})

describe('columns that only look like it', () => {
  it.each([
    ['running ids', 'id', `select (1000000000 + i)::varchar $ from range(20000) r(i)`, 'BIGINT'],
    ['ten random digits', 'reference', `select lpad((hash(i) % 10000000000)::varchar, 10, '0') $ from range(20000) r(i)`, 'VARCHAR'],
    [
      'sixteen random digits',
      'reference',
      `select lpad((hash(i) % 10000000000000000)::varchar, 16, '0') $ from range(20000) r(i)`,
      'VARCHAR',
    ],
    ['EANs', 'ean', `select '57' || lpad((hash(i) % 100000000000)::varchar, 11, '0') $ from range(5000) r(i)`, 'VARCHAR'],
    ['eight bare digits', 'number', `select lpad((i * 7919)::varchar, 8, '0') $ from range(5000) r(i)`, 'VARCHAR'],
    ['versions', 'version', `select '3.' || i % 20 || '.' || i % 9 || '.' || i % 30 $ from range(500) r(i)`, 'VARCHAR'],
    ['times', 'at', `select (timestamp '2024-01-01' + interval (i) minute)::varchar $ from range(5000) r(i)`, 'VARCHAR'],
    ['postcodes', 'zip', `select lpad((i % 10000)::varchar, 4, '0') $ from range(5000) r(i)`, 'VARCHAR'],
    [
      'order numbers in sentences',
      'note',
      `select 'Ordrenr. ' || lpad((hash(i) % 10000000000)::varchar, 10, '0') || ' er afsendt' $ from range(20000) r(i)`,
      'VARCHAR',
    ],
    ['seconds since 1970', 'seen', `select (1712345678 + i)::varchar $ from range(20000) r(i)`, 'BIGINT'],
    ['nothing', 'empty', `select null::varchar $ from range(10)`, 'VARCHAR'],
  ])('%s are no personal data', async (_what, column, cells, type) => {
    expect(await classify(column, cells, type)).toEqual([])
  })
})

describe('free text', () => {
  it('P27: 3 % of the sentences hold an e-mail or a CPR number: found inside text, with the rate of rows', async () => {
    const findings = await classify(
      'note',
      `select case when i < 20 then 'Write to kunde' || i || '@example.dk today' when i < 30 then 'Pt. 070761-4285 called' else 'A sentence about order ' || i end $ from range(1000) r(i)`,
    )
    expect(findings.map(({ entity, within, matches, rows }) => ({ entity, within, matches, rows }))).toEqual([
      { entity: 'EMAIL_ADDRESS', within: 'text', matches: 20, rows: 1000 },
      { entity: 'DK_CPR', within: 'text', matches: 10, rows: 1000 },
    ])
  })

  it('a column that mixes addresses and phone numbers has both', async () => {
    const findings = await classify(
      'contact',
      `select case when i % 5 < 2 then 'a' || i || '@example.dk' else '+45 ' || (20000000 + i)::varchar end $ from range(1000) r(i)`,
    )
    expect(findings.map(({ entity, within, matches }) => [entity, within, matches])).toEqual([
      ['PHONE_NUMBER', 'column', 600],
      ['EMAIL_ADDRESS', 'text', 400],
    ])
  })
})

describe('large columns of one kind', () => {
  const large = async (cells: string, policy: Policy['entities'] = {}) => {
    const table = raw(`classified_${++tables}`)
    await engine.run(sql`create table ${table} as ${raw(cells.replace('$', 'as x'))}`)
    return examineColumns(engine, table, [{ name: 'x', type: 'VARCHAR' }], { entities: policy })
  }

  it('are told by a sample, with what it can miss; what does not resemble the kind is searched to the last row', async () => {
    const { findings, wholly } = await large(
      `select case when i = 1100000 then 'Pt. 070761-4285 called' else 'n' || i || '@example.dk' end $ from range(1200000) r(i)`,
    )
    expect(findings).toMatchObject([
      { entity: 'EMAIL_ADDRESS', within: 'column', sampled: { of: 1_200_000 } },
      { entity: 'DK_CPR', within: 'text', matches: 1, rows: 1_200_000, sampled: null },
    ])
    expect(findings[0]!.matches).toBe(findings[0]!.sampled!.rows)
    expect(findings[0]!.evidence.at(-1)).toContain('of 1200000 rows were looked at')
    expect([...wholly]).toEqual([])
  })

  it('are tested cell by cell where the policy keeps the kind, or where the first rows are not like the others', async () => {
    const kept = await large(`select 'n' || i || '@example.dk' $ from range(1200000) r(i)`, { EMAIL_ADDRESS: 'keep' })
    expect(kept.findings).toMatchObject([{ entity: 'EMAIL_ADDRESS', matches: 1_200_000, rows: 1_200_000, sampled: null }])
    const mixed = await large(
      `select case when i < 600000 then 'n' || i || '@example.dk' else 'b' || i || '@example.dk;070761-4285' end $ from range(1200000) r(i)`,
    )
    expect(mixed.findings.find(({ entity }) => entity === 'DK_CPR')).toMatchObject({ within: 'text', matches: 600_000, rows: 1_200_000 })
  })
})

describe('hostile cells', () => {
  it.each([
    ['a.', 500_000],
    ['@', 100_000],
    ['1', 1_000_000],
    ['0-', 500_000],
    [' ', 10_000_000],
    ['1:', 500_000],
    ['DK50', 250_000],
  ])('P23: %j × %i is read in linear time', async (unit, times) => {
    const started = process.cpuUsage()
    expect(await classify('x', `select repeat('${unit}', ${times}) $`)).toEqual([])
    expect(process.cpuUsage(started).user / 1e6).toBeLessThan(1)
  })
})
