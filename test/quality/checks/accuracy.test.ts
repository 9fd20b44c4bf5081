import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { caseOf, openRuleBench, type RuleBench } from './measure-rule.ts'

let bench: RuleBench
beforeAll(async () => {
  bench = await openRuleBench()
})
afterAll(() => bench.close())

describe('agreement with a reference', () => {
  it('Q21: four of five keys are found and three of four values agree, both told apart', async () => {
    const { setup_sql: setup, expect: expected } = caseOf('Q21')
    const result = await bench.rule(setup, {
      check: 'reference',
      options: { column: 'x', dataset: 'chart.u', keys: ['k'], tolerance: 0.005 },
    })
    expect([result.eligible, result.eligible - result.failing]).toEqual([expected['matched'], expected['agree']])
    expect(result.figures).toEqual({ basis: 'reference', matched: expected['matched'], matchRate: 4 / Number(expected['rows']) })
    expect(result.summary.dimensions.accuracy).toBe(expected['accuracy'])
  })

  it.each([
    ['a NULL here does not agree', `(1, null::varchar)`, `(1, 'a')`, {}, [1, 1]],
    ['a NULL there cannot be compared with', `(1, 'a')`, `(1, null::varchar)`, {}, [0, 0]],
    ['a NULL as key finds nothing', `(null, 'a'), (1, 'a')`, `(null, 'b'), (1, 'a')`, {}, [1, 0]],
    ['a key that stands twice with two values is no reference', `(1, 'a')`, `(1, 'a'), (1, 'b')`, {}, [0, 0]],
    ['a key that stands twice with one value is', `(1, 'a')`, `(1, 'a'), (1, 'a')`, {}, [1, 0]],
    ['percent of the other', `(1, 101), (2, 111)`, `(1, 100), (2, 100)`, { tolerancePercent: 10 }, [2, 1]],
  ])('%s', async (_, mine, theirs, options, counts) => {
    const setup = `create table t as select * from (values ${mine}) v(k, x); create table u as select * from (values ${theirs}) v(k, x)`
    const result = await bench.rule(setup, { check: 'reference', options: { column: 'x', dataset: 'chart.u', keys: ['k'], ...options } })
    expect([result.eligible, result.failing]).toEqual(counts)
  })

  it('columns that are called the other way round there are kept apart', async () => {
    const setup = `create table t as select 1 a, 2 b; create table u as select 2 a, 1 b`
    const options = { column: 'b', dataset: 'chart.u', keys: ['a'], otherKeys: ['b'], otherColumn: 'a' }
    const result = await bench.rule(setup, { check: 'agreement', options })
    expect([result.eligible, result.failing]).toEqual([1, 0])
  })
})

describe('plausibility', () => {
  it('Q18: the MAD sees the value that hides behind its own deviation', async () => {
    const { setup_sql: setup, expect: expected } = caseOf('Q18')
    const robust = await bench.rule(setup, { check: 'outliers', options: { column: 'x' } })
    const sigma = await bench.rule(setup, { check: 'outliers', options: { column: 'x', method: 'z-score' } })
    expect([robust.figures['median'], robust.figures['mad']]).toEqual([expected['median'], expected['mad']])
    expect([robust.failing, sigma.failing]).toEqual([expected['outliers_mad'], expected['outliers_3sigma']])
  })

  it('Q20: skewed amounts are judged by their logarithm', async () => {
    const { setup_sql: setup, expect: expected } = caseOf('Q20')
    const auto = await bench.rule(setup, { check: 'statistical', options: { column: 'x' } })
    const linear = await bench.rule(setup, { check: 'outliers', options: { column: 'x', scale: 'linear' } })
    expect(auto.failing / auto.eligible).toBeLessThanOrEqual(Number(expected['flag_rate_max']))
    expect(linear.failing / linear.eligible).toBeGreaterThan(0.05)
    expect(auto.message === null || auto.message.includes('log')).toBe(true)
  })

  it.each([
    ['half are equal, so the MAD is 0', '[5, 5, 5, 5, 5, 5, 6, 7, 4, 5, 3, 1000]', 1],
    ['nine in ten are equal', 'list_concat(list_resize([5], 95, 5), [1000, 6, 6, 6, 6])', 1],
    ['all are equal', 'list_resize([7], 20, 7)', 0],
    ['infinity and NULL take no part', `list_concat(range(20)::double[], ['inf'::double, null])`, 0],
  ])('%s', async (_, values, failing) => {
    const result = await bench.rule(`create table t as select unnest(${values}) x`, { check: 'outliers', options: { column: 'x' } })
    expect([result.status, result.failing]).toEqual([failing === 0 ? 'passed' : 'failed', failing])
  })

  it('quartiles as fence', async () => {
    const setup = 'create table t as select unnest([1, 2, 3, 4, 5, 6, 7, 8, 9, 19, 30]) x'
    const outside = async (options: object) =>
      (await bench.rule(setup, { check: 'outliers', options: { column: 'x', method: 'iqr', ...options } })).failing
    // Quartiles 3 and 9: fences at -15 and 27, and with 1.5 at -6 and 18.
    expect([await outside({}), await outside({ threshold: 1.5 })]).toEqual([1, 2])
  })

  it('few values are not judged', async () => {
    const result = await bench.rule('create table t as select unnest([1, 2, 99]) x', { check: 'outliers', options: { column: 'x' } })
    expect([result.status, result.message]).toEqual(['not_run', 'Only 3 values; plausibility needs 10.'])
  })

  it('a rule over part of the rows takes the median of these', async () => {
    const setup = `create table t as select i % 2 k, case when i % 2 = 0 then i else 100000 + i end x from range(100) r(i)`
    const result = await bench.rule(setup, { check: 'outliers', options: { column: 'x' }, where: 'k = 0' })
    expect([result.figures['median'], result.eligible, result.failing]).toEqual([49, 50, 0])
  })
})

describe('drift', () => {
  const normal = (shift: number) =>
    `select ${shift} + sqrt(-2 * ln((i + 0.5) / 5000.0)) * cos(2 * pi() * ((i * 7919) % 5000) / 5000.0) x from range(5000) r(i)`

  it.each([
    ['nothing, where nothing changed', 0, 'psi', 'passed'],
    ['a shift by half a deviation', 0.5, 'psi', 'failed'],
    ['nothing', 0, 'ks', 'passed'],
    ['a shift by half a deviation', 0.5, 'ks', 'failed'],
    ['a shift by half a deviation', 0.5, 'kl', 'failed'],
  ])('%s (%d, %s): %s', async (_, shift, statistic, status) => {
    const setup = `create table before as ${normal(0)}; create table t as ${normal(shift)}`
    const result = await bench.rule(setup, { check: 'drift', options: { column: 'x', statistic } })
    expect([result.status, result.value === result.figures[statistic]]).toEqual([status, true])
  })

  it('of a normal distribution by half a deviation is what theory says', async () => {
    const setup = `create table before as ${normal(0)}; create table t as ${normal(0.5)}`
    const { figures } = await bench.rule(setup, { check: 'drift', options: { column: 'x' } })
    // Kolmogorov distance 2Φ(1/4) - 1 = 0.1974; Kullback-Leibler δ²/2 = 0.125, both ways δ² = 0.25, less what ten bins lose.
    expect(figures['ks']).toBeCloseTo(0.1974, 1)
    expect(Number(figures['kl'])).toBeGreaterThan(0.1)
    expect(Number(figures['kl'])).toBeLessThanOrEqual(0.135)
    expect(Number(figures['psi'])).toBeGreaterThan(0.2)
    expect(Number(figures['psi'])).toBeLessThanOrEqual(0.26)
  })

  it.each([
    ['the same shares', `['a', 'a', 'b', null]`, 'passed'],
    ['a value that was not there', `['a', 'a', 'z', null]`, 'failed'],
    ['more NULLs', `['a', 'b', null, null]`, 'failed'],
  ])('of words: %s', async (_, values, status) => {
    const rows = (list: string) => `select unnest(${list}) x from range(100)`
    const setup = `create table before as ${rows(`['a', 'a', 'b', null]`)}; create table t as ${rows(values)}`
    const result = await bench.rule(setup, { check: 'drift', options: { column: 'x', max: 0.1 } })
    expect(result.status).toBe(status)
    expect(Object.keys(result.figures).toSorted()).toEqual(['baselineRows', 'basis', 'kl', 'ks', 'psi', 'rows'])
  })

  it('against a dataset, or a distribution that is told', async () => {
    const setup = `create table t as select unnest(['a', 'b']) x from range(100); create table u as select unnest(['a', 'b']) y from range(50)`
    const options = { column: 'x', dataset: 'chart.u', otherColumn: 'y' }
    expect((await bench.rule(setup, { check: 'drift', options })).status).toBe('passed')
    const told = (shares: number[]) => ({ column: 'x', statistic: 'kl', expected: { values: ['a', 'b'], shares } })
    expect((await bench.rule(setup, { check: 'drift', options: told([1, 1]) })).value).toBeCloseTo(0, 5)
    // 0.5 ln(0.5/0.2) + 0.5 ln(0.5/0.8)
    expect((await bench.rule(setup, { check: 'drift', options: told([0.2, 0.8]) })).value).toBeCloseTo(0.2231, 2)
  })

  it('against edges and shares of numbers', async () => {
    const setup = 'create table t as select range x from range(100)'
    const expected = { edges: [24, 49, 74], shares: [1, 1, 1, 1] }
    const result = await bench.rule(setup, { check: 'drift', options: { column: 'x', statistic: 'ks', expected } })
    expect([result.status, result.value]).toEqual(['passed', 0])
  })

  it.each([
    ['no earlier snapshot', 'create table t as select range x from range(200)', 'There is no earlier snapshot to compare with.'],
    [
      'a column that was not there',
      'create table t as select range x from range(200); create table before as select range y from range(200)',
      'The snapshot before has no column "x".',
    ],
    [
      'few rows',
      'create table t as select range x from range(200); create table before as select range x from range(5)',
      'Only 5 rows to compare; drift needs 100.',
    ],
    [
      'a baseline of NULLs',
      'create table t as select range x from range(200); create table before as select null::bigint x from range(200)',
      'The baseline has no values.',
    ],
  ])('is not measured with %s, and nothing is kept of the baseline', async (_, setup, message) => {
    const result = await bench.rule(setup, { check: 'drift', options: { column: 'x' } })
    expect([result.status, result.message, result.figures]).toEqual(['not_run', message, {}])
  })

  it('of dates', async () => {
    const setup = `create table before as select date '2026-01-01' + (i % 300)::integer x from range(3000) r(i); create table t as select date '2026-01-01' + (i % 300)::integer x from range(1500) r(i)`
    expect((await bench.rule(setup, { check: 'drift', options: { column: 'x', statistic: 'ks' } })).status).toBe('passed')
  })
})
