import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { caseOf, openRuleBench, type RuleBench } from './measure-rule.ts'

let bench: RuleBench
beforeAll(async () => {
  bench = await openRuleBench()
})
afterAll(() => bench.close())

describe('columns of one row', () => {
  it.each([
    ['compare', { left: 'e', operator: '>=', right: 's' }],
    ['cross_column', { expression: 'e >= s' }],
  ])('Q22: %s takes an open end for no violation', async (check, options) => {
    const { setup_sql: setup, expect: expected } = caseOf('Q22')
    const result = await bench.rule(setup, { check, options })
    expect([result.failing, result.eligible - result.failing]).toEqual([expected['fail'], expected['pass']])
  })

  it('Q25: sums of floating point agree within a tolerance', async () => {
    const { setup_sql: setup, expect: expected } = caseOf('Q25')
    const sum = { left: ['a', 'b'], operator: '=', right: 's' }
    const naive = await bench.rule(setup, { check: 'compare', options: sum })
    const tolerant = await bench.rule(setup, { check: 'compare', options: { ...sum, tolerance: 1e-9 } })
    expect([1 - naive.failing, 1 - tolerant.failing]).toEqual([expected['naive'], expected['tolerant']])
  })

  it('Q25: decimals compare exactly', async () => {
    const setup = 'create table t as select 0.1::decimal(9,2) a, 0.2::decimal(9,2) b, 0.3::decimal(9,2) s'
    const result = await bench.rule(setup, { check: 'compare', options: { left: ['a', 'b'], operator: '=', right: 's' } })
    expect(result.failing).toBe(0)
  })

  it('a sum of columns may be compared with a number', async () => {
    const setup = 'create table t as select * from (values (60, 40), (60, 41)) v(a, b)'
    expect((await bench.rule(setup, { check: 'compare', options: { left: ['a', 'b'], operator: '=', right: 100 } })).failing).toBe(1)
  })

  it('that must differ', async () => {
    const setup = `create table t as select * from (values (1, 2, 3), (1, 2, 1), (1, null, 1)) v(a, b, c)`
    const result = await bench.rule(setup, { check: 'distinct-in-row', options: { columns: ['a', 'b', 'c'] } })
    expect([result.eligible, result.failing]).toEqual([2, 1])
  })

  it('that belong together', async () => {
    const setup = `create table t as select * from (values ('DK', 'DKK'), ('SE', 'DKK'), (null, 'DKK')) v(land, currency)`
    const combinations = [
      ['DK', 'DKK'],
      ['SE', 'SEK'],
    ]
    const result = await bench.rule(setup, { check: 'combination-set', options: { columns: ['land', 'currency'], combinations } })
    expect([result.eligible, result.failing]).toEqual([2, 1])
  })
})

describe('rows of one table', () => {
  it('what decides is decided once; NULLs take no part', async () => {
    const setup = `create table t as select * from (values (1, 'a'), (1, 'a'), (2, 'b'), (2, 'c'), (2, null), (null, 'x'), (null, 'y')) v(k, v)`
    const result = await bench.rule(setup, { check: 'functional-dependency', options: { determinant: ['k'], dependent: ['v'] } })
    expect([result.eligible, result.failing]).toEqual([4, 2])
  })

  it.each([
    [{}, [1, 2, 2, 3], 0],
    [{ strictly: true }, [1, 2, 2, 3], 1],
    [{ direction: 'decreasing' }, [3, 2, 2, 4], 1],
    [{ step: 1 }, [1, 2, 4, 5], 1],
    [{ direction: 'decreasing', step: 2 }, [9, 7, 5, 4], 1],
  ])('values in order: %j over %j', async (options, values, failing) => {
    const setup = `create table t as select unnest(range(${values.length})) o, unnest([${values.join(', ')}]) x`
    const result = await bench.rule(setup, { check: 'monotonic', options: { column: 'x', orderBy: ['o'], ...options } })
    expect([result.eligible, result.failing]).toEqual([values.length - 1, failing])
  })

  it('each meter rises by itself, and rows without a value are passed over', async () => {
    const setup = `create table t as select * from (values ('a', 1, 5), ('b', 2, 1), ('a', 3, null), ('a', 4, 4), ('b', 5, 2)) v(meter, o, x)`
    const options = { column: 'x', orderBy: ['o'], within: ['meter'] }
    const result = await bench.rule(setup, { check: 'monotonic', options })
    expect([result.eligible, result.failing]).toEqual([2, 1])
  })

  it('dates may have a step of their calendar', async () => {
    const days = `select unnest([date '2026-01-31', date '2026-02-28', date '2026-03-28', date '2026-05-28']) x`
    const result = await bench.rule(`create table t as ${days}`, {
      check: 'monotonic',
      options: { column: 'x', unit: 'month', orderBy: ['x'] },
    })
    expect([result.eligible, result.failing]).toEqual([3, 1])
  })

  it('without an order the rows count as they came', async () => {
    const result = await bench.rule('create table t as select unnest([1, 2, 1]) x', { check: 'increasing', options: { column: 'x' } })
    expect([result.eligible, result.failing]).toEqual([2, 1])
  })

  it.each([
    [
      'touch',
      [
        [1, 3],
        [3, 5],
      ],
      {},
      0,
    ],
    [
      'touch where that is refused',
      [
        [1, 3],
        [3, 5],
      ],
      { touching: false },
      1,
    ],
    [
      'overlap',
      [
        [1, 4],
        [3, 5],
      ],
      {},
      1,
    ],
    [
      'lie inside a longer one that began before',
      [
        [1, 10],
        [2, 3],
        [4, 5],
      ],
      {},
      2,
    ],
    [
      'come after an open end',
      [
        [1, null],
        [3, 5],
      ],
      {},
      1,
    ],
    [
      'leave a gap',
      [
        [1, 2],
        [3, 5],
      ],
      {},
      0,
    ],
    [
      'leave a gap where that is refused',
      [
        [1, 2],
        [3, 5],
      ],
      { gaps: 'refused' },
      1,
    ],
  ])('periods that %s', async (_, periods, options, failing) => {
    const rows = periods.map(([from, to]) => `(${from}, ${to ?? 'null::integer'})`).join(', ')
    const result = await bench.rule(`create table t as select * from (values ${rows}) v(f, u)`, {
      check: 'no-overlap',
      options: { start: 'f', end: 'u', ...options },
    })
    expect([result.eligible, result.failing]).toEqual([periods.length - 1, failing])
  })
})

describe('other tables', () => {
  it('Q23: a NULL names nothing, and a NULL among the names spoils nothing', async () => {
    const { setup_sql: setup, expect: expected } = caseOf('Q23')
    const result = await bench.rule(setup, {
      check: 'referential',
      options: { columns: ['fk'], dataset: 'chart.u', references: ['id'] },
    })
    expect([result.eligible, result.failing]).toEqual([expected['eligible'], expected['orphans']])
  })

  it('several columns name a row together, whatever they are called there', async () => {
    const setup = `create table t as select * from (values (1, 'a'), (1, 'b'), (1, null)) v(x, y); create table u as select * from (values ('a', 1), (null, 1), ('b', 2)) v(x, y)`
    const result = await bench.rule(setup, {
      check: 'relationships',
      options: { columns: ['x', 'y'], dataset: 'chart.u', references: ['y', 'x'] },
    })
    expect([result.eligible, result.failing]).toEqual([2, 1])
  })

  it.each([
    ['sum', { tolerance: 0 }, 'failed', 1],
    ['sum', { tolerance: 1 }, 'passed', 1],
    ['sum', { tolerancePercent: 20 }, 'passed', 1],
    ['max', {}, 'passed', 0],
  ])('the %s there and here, within %j: %s', async (metric, options, status, difference) => {
    const setup = `create table t as select unnest([1, 2, 3]) x; create table u as select unnest([2, 3]) y`
    const result = await bench.rule(setup, {
      check: 'aggregate-comparison',
      options: { column: 'x', metric, dataset: 'chart.u', otherColumn: 'y', ...options },
    })
    expect([result.status, result.value]).toEqual([status, difference])
  })

  it('a figure of nothing agrees with no figure', async () => {
    const setup = `create table t as select 1 x where false; create table u as select 1 x`
    const result = await bench.rule(setup, { check: 'aggregate-comparison', options: { column: 'x', metric: 'sum', dataset: 'chart.u' } })
    expect([result.status, result.message]).toEqual(['failed', 'The sum is nothing, in chart.u it is 1.'])
  })

  it.each([
    ['the same rows in another order', `(2, null), (1, 'a')`, {}, 'passed'],
    ['a row that stands twice', `(1, 'a'), (2, null), (2, null)`, {}, 'failed'],
    ['another value', `(1, 'a'), (2, 'b')`, {}, 'failed'],
    ['another value in a column that is not compared', `(1, 'a'), (2, 'b')`, { columns: ['x'] }, 'passed'],
  ])('%s', async (_, values, options, status) => {
    const setup = `create table t as select * from (values (1, 'a'), (2, null)) v(x, y); create table u as select x::bigint x, y from (values ${values}) v(x, y)`
    expect((await bench.rule(setup, { check: 'same-rows', options: { dataset: 'chart.u', ...options } })).status).toBe(status)
  })

  it.each([
    [{}, 3, 'passed'],
    [{ factor: 0.5 }, 6, 'passed'],
    [{}, 4, 'failed'],
    [{ tolerance: 1 }, 4, 'passed'],
    [{ tolerancePercent: 10 }, 4, 'failed'],
    [{ operator: '<=' }, 4, 'passed'],
    [{ operator: '<' }, 3, 'failed'],
    [{ operator: '>' }, 2, 'passed'],
  ])('three rows against another table %j of %i: %s', async (options, rows, status) => {
    const setup = `create table t as select unnest([1, 2, 3]) x; create table u as select * from range(${rows}) r(x)`
    const result = await bench.rule(setup, { check: 'row-count-match', options: { dataset: 'chart.u', ...options } })
    expect(result.status).toBe(status)
  })

  it.each([
    [5, 2, 'passed'],
    [6, 2, 'failed'],
    [null, 0, 'warned'],
  ])('three rows against %j that the source counted, %i of them in quarantine: %s', async (countedRows, quarantinedRows, status) => {
    const facts = { countedRows, quarantinedRows }
    const result = await bench.rule('create table t as select unnest([1, 2, 3]) x', { check: 'row-count-match' }, facts)
    expect(result.status).toBe(status)
  })
})

describe('queries', () => {
  const setup = 'create table t as select unnest([1, 2, 3]) x'
  const query = 'select * from rows where x > 2'

  it.each([
    [{ query }, { failing: 1, eligible: 3 }, 'failed', 1],
    [{ query }, { failing: 0, eligible: 3 }, 'passed', 0],
    [{ query: 'select avg(x) from rows', metric: true, max: 2 }, { value: 2 }, 'passed', 0],
    [{ query: 'select avg(x) from rows', metric: true, below: 2 }, { value: 2 }, 'failed', 0],
    [{ query }, { error: 'The query took too long.' }, 'error', 0],
  ])('%j answered by %j: %s', async (options, answer, status, failing) => {
    const result = await bench.rule(setup, { id: 'mine', check: 'custom_sql', options }, { answers: new Map([['mine', answer]]) })
    expect([result.status, result.failing]).toEqual([status, failing])
  })

  it('that nobody ran are an error and no pass', async () => {
    const result = await bench.rule(setup, { check: 'custom-sql', options: { query } })
    expect([result.status, result.message]).toEqual(['error', 'The query was not run.'])
  })
})
