import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { caseOf, openRuleBench, type RuleBench } from './measure-rule.ts'

let bench: RuleBench
beforeAll(async () => {
  bench = await openRuleBench()
})
afterAll(() => bench.close())

describe('values are present', () => {
  it('Q01: NULL, empty, blanks, no-break space and N/A are missing; 0 is not', async () => {
    const { setup_sql: setup, expect: expected } = caseOf('Q01')
    const result = await bench.rule(setup, { check: 'not-blank', options: { column: 'x' } })
    expect([result.eligible, result.failing, result.summary.dimensions.completeness]).toEqual([
      expected['rows'],
      expected['missing'],
      expected['completeness'],
    ])
  })

  it('Q02: an empty table is measured by no rule of rows and has no score', async () => {
    const result = await bench.rule(caseOf('Q02').setup_sql, { check: 'not-null', options: { column: 'x' } })
    expect([result.status, result.eligible, result.summary.score, result.summary.reasons.completeness]).toEqual([
      'not_run',
      0,
      null,
      'no rows',
    ])
  })

  it.each([
    ['not-null', { column: 'email', where: { column: 'channel', equals: 'web' } }],
    ['required-if', { column: 'email', condition: "channel = 'web'" }],
  ])('Q03: %s asks only where the value is required', async (check, options) => {
    const { setup_sql: setup, expect: expected } = caseOf('Q03')
    const result = await bench.rule(setup, { check, options })
    expect([result.eligible, result.failing, result.status]).toEqual([expected['eligible'], expected['missing'], 'failed'])
    expect(result.summary.dimensions.completeness).toBe(expected['completeness'])
  })

  it('a condition that is NULL requires nothing', async () => {
    const setup = `create table t as select * from (values (null, null), ('web', ' ')) v(channel, email)`
    const result = await bench.rule(setup, { check: 'required-if', options: { column: 'email', condition: "channel = 'web'" } })
    expect([result.eligible, result.failing]).toEqual([1, 1])
  })

  it.each([
    ['numbers', `(values (-999), (0), (5), (null)) v(x)`, { sentinels: [-999] }, 2],
    ['floating point', `(values (-999.0::double), (0)) v(x)`, { sentinels: [-999] }, 1],
    ['text in any case', `(values ('Unknown '), ('unknowns'), ('x')) v(x)`, { sentinels: ['unknown'] }, 1],
    ['text that has a form', `(values ('xxx'), ('xy')) v(x)`, { pattern: 'x+' }, 1],
    ['nothing but NULL', `(values (''), ('N/A'), (' '), ('-'), (null)) v(x)`, { onlyNamed: true }, 1],
    [
      'only what is named',
      `(values (''), ('N/A'), ('n/a'), ('--'), (null)) v(x)`,
      { onlyNamed: true, sentinels: ['', 'N/A'], pattern: '-+' },
      4,
    ],
    ['only a number that is named', `(values (-999), (0), (null)) v(x)`, { onlyNamed: true, sentinels: [-999] }, 2],
  ])('values that stand for none count as missing: %s', async (_, values, options, missing) => {
    const result = await bench.rule(`create table t as select * from ${values}`, {
      check: 'not-blank',
      options: { column: 'x', ...options },
    })
    expect(result.failing).toBe(missing)
  })

  it('a column that must be empty fails where it has a value', async () => {
    const result = await bench.rule('create table t as select unnest([1, null, null]) x', { check: 'is-null', options: { column: 'x' } })
    expect([result.eligible, result.failing]).toEqual([3, 1])
  })
})

describe('rows are present', () => {
  it.each([
    [{}, 'passed'],
    [{ min: 3, max: 3 }, 'passed'],
    [{ above: 3 }, 'failed'],
    [{ max: 2 }, 'failed'],
    [{ below: 4 }, 'passed'],
  ])('three rows against %j: %s', async (options, status) => {
    const result = await bench.rule('create table t as select unnest([1, 2, 3]) x', { check: 'row-count', options })
    expect([result.value, result.eligible, result.failing, result.status]).toEqual([3, 0, 0, status])
  })

  it('Q02: an empty table has 0 rows, which is a finding', async () => {
    const result = await bench.rule(caseOf('Q02').setup_sql, { check: 'row_count' })
    expect([result.status, result.value]).toEqual(['failed', 0])
    expect(result.message).toContain('at 1 or more')
  })

  it('counts the rows that the filter leaves', async () => {
    const result = await bench.rule('create table t as select unnest([1, 2, 3]) x', {
      check: 'row-count',
      options: { max: 2 },
      where: 'x > 1',
    })
    expect([result.status, result.value]).toEqual(['passed', 2])
  })

  it.each([
    [100, 80, { maxDropPercent: 20 }, 'passed', -20],
    [100, 79, { maxDropPercent: 20 }, 'failed', -21],
    [100, 150, { maxDropPercent: 20 }, 'passed', 50],
    [100, 150, { maxRisePercent: 49 }, 'failed', 50],
    [0, 5, { maxRisePercent: 10 }, 'not_run', null],
  ])('from %i to %i rows under %j: %s', async (before, now, options, status, change) => {
    const setup = `create table t as select * from range(${now}) r(x); create table before as select * from range(${before}) r(x)`
    const result = await bench.rule(setup, { check: 'row-count-change', options })
    expect([result.status, result.value]).toEqual([status, change])
  })

  it('the first snapshot has nothing to compare with', async () => {
    const result = await bench.rule('create table t as select 1 x', { check: 'row-count-change', options: { maxDropPercent: 5 } })
    expect([result.status, result.message]).toEqual(['not_run', 'There is no earlier snapshot to compare with.'])
  })

  it('every value of a list must occur somewhere', async () => {
    const setup = `create table t as select unnest(['a', 'b', 'c', null]) x`
    const missing = await bench.rule(setup, { check: 'contains-values', options: { column: 'x', values: ['a', 'z', 'y'] } })
    const all = await bench.rule(setup, { check: 'contains-values', options: { column: 'x', values: ['a', 'b'] } })
    expect([missing.status, missing.value, all.status, all.value]).toEqual(['failed', 2, 'passed', 0])
  })
})
