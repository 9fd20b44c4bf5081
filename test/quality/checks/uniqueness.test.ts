import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { caseOf, openRuleBench, type RuleBench } from './measure-rule.ts'

let bench: RuleBench
beforeAll(async () => {
  bench = await openRuleBench()
})
afterAll(() => bench.close())

describe('keys', () => {
  it('Q04: a million different keys are exactly 1', async () => {
    const result = await bench.rule(caseOf('Q04').setup_sql, { check: 'unique', options: { columns: ['id'] } })
    expect([result.figures['distinct'], result.failing, result.summary.dimensions.uniqueness]).toEqual([1_000_000, 0, 1])
  })

  it('Q06: three copies of one key are one value, three rows and two in excess', async () => {
    const { setup_sql: setup, expect: expected } = caseOf('Q06')
    const { figures, failing } = await bench.rule(setup, { check: 'unique', options: { columns: ['k'] } })
    expect([figures['distinct'], figures['duplicatedValues'], figures['rowsInvolved'], figures['excess'], failing]).toEqual([
      expected['distinct'],
      expected['duplicated_values'],
      expected['rows_involved'],
      expected['excess'],
      3,
    ])
  })

  it.each([
    ['lie close together and are all different', 'BIGINT', '(-3), (0), (2), (null)', [3, 3, 0, 0]],
    ['lie close together and stand twice', 'INTEGER', '(-3), (7), (7), (null), (8), (8), (8)', [6, 3, 2, 5]],
    ['are all there are', 'TINYINT', '(-128), (127), (127)', [3, 2, 1, 2]],
    ['are the least and the greatest', 'BIGINT', '(-9223372036854775808), (9223372036854775807), (9223372036854775807)', [3, 2, 1, 2]],
    ['are far apart', 'UINTEGER', '(0), (4294967295), (0)', [3, 2, 1, 2]],
    [
      'are beyond what a double tells apart',
      'UBIGINT',
      '(18446744073709551614), (18446744073709551615), (18446744073709551614)',
      [3, 2, 1, 2],
    ],
    ['are all NULL', 'BIGINT', '(null), (null)', [0, 0, 0, 0]],
  ])('keys of whole numbers that %s are counted exactly', async (_, type, values, expected) => {
    const result = await bench.rule(`create table t as select x::${type} as x from (values ${values}) v(x)`, {
      check: 'unique',
      options: { columns: ['x'] },
    })
    const { distinct, duplicatedValues, rowsInvolved } = result.figures
    expect([result.eligible, distinct, duplicatedValues, rowsInvolved]).toEqual(expected)
  })

  it('a NULL in a composite key takes its row out', async () => {
    const setup = `create table t as select * from (values (1, null), (1, null), (1, 'a'), (1, 'a'), (2, 'a')) v(a, b)`
    const result = await bench.rule(setup, { check: 'composite-key', options: { columns: ['a', 'b'] } })
    expect([result.eligible, result.failing, result.column]).toEqual([3, 2, null])
  })

  it('Q07: case, edge spaces and Unicode forms are one key when normalised and three when raw', async () => {
    const { setup_sql: setup, expect: expected } = caseOf('Q07')
    const raw = await bench.rule(setup, { check: 'unique', options: { columns: ['x'] } })
    const near = await bench.rule(setup, { check: 'near-duplicate', options: { columns: ['x'] } })
    expect([raw.figures['distinct'], near.figures['distinct'], near.failing]).toEqual([
      expected['raw_distinct'],
      expected['normalised_distinct'],
      3,
    ])
  })

  it.each([
    ['spaces inside', `('A  B'), ('a b')`, {}, 1],
    ['a tab or a no-break space', `('A' || chr(9) || 'B'), ('a' || chr(160) || 'b'), ('a b')`, {}, 1],
    ['accents stay unless told', `('Ren' || chr(233)), ('rene')`, {}, 2],
    ['accents told', `('Ren' || chr(233)), ('rene')`, { ignoreAccents: true }, 1],
    ['punctuation told', `('Foo A/S'), ('foo as')`, { ignorePunctuation: true }, 1],
    ['what is left is nothing', `(' '), (''), ('a')`, {}, 1],
  ])('near-duplicates: %s', async (_, values, options, distinct) => {
    const result = await bench.rule(`create table t as select * from (values ${values}) v(x)`, {
      check: 'near-duplicate',
      options: { columns: ['x'], ...options },
    })
    expect(result.figures['distinct']).toBe(distinct)
  })
})

describe('whole rows', () => {
  const setup = `create table t as select * from (values (1, null, 10), (1, null, 11), (2, 'b', 12), (2, 'b', 12)) v(a, b, loaded)`

  it.each([
    ['all columns', {}, 2],
    ['without a load time', { except: ['loaded'] }, 4],
    ['columns that are named', { columns: ['b'] }, 4],
  ])('that stand twice fail, NULL equals NULL: %s', async (_, options, failing) => {
    const result = await bench.rule(setup, { check: 'duplicate-rows', options })
    expect([result.eligible, result.failing]).toEqual([4, failing])
  })

  it('cannot be compared by no column', async () => {
    const result = await bench.rule(setup, { check: 'duplicate-rows', options: { except: ['a', 'b', 'loaded'] } })
    expect([result.status, result.message]).toEqual(['error', 'No column is left to compare rows by.'])
  })
})
