import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Threshold } from '../../../src/contract/quality.ts'
import { AtlasError } from '../../../src/core/errors.ts'
import { assertRules, checkOf, checks, parseOptions } from '../../../src/quality/index.ts'
import { openRuleBench, type RuleBench } from './measure-rule.ts'

let bench: RuleBench
beforeAll(async () => {
  bench = await openRuleBench()
})
afterAll(() => bench.close())

const NASTY = 'order"; drop table t;--'
const quoted = `"${NASTY.replaceAll('"', '""')}"`

describe('a rule that makes no sense', () => {
  it.each([
    ['a column that is not there', 'range', { column: 'y', min: 1 }, 'names the column "y", which is not there'],
    ['a range of texts', 'range', { column: 's', min: 1 }, 'A range needs a number, date or time; the column "s" is VARCHAR.'],
    ['a limit that is no number', 'range', { column: 'x', min: 'abc' }, '"abc" is no value of the column "x", which is INTEGER.'],
    ['a limit that is no date', 'range', { column: 'd', max: '31-12-2025' }, '"31-12-2025" is no value of the column "d", which is DATE.'],
    [
      'a limit that no calendar has',
      'range',
      { column: 'd', max: '2026-02-30' },
      '"2026-02-30" is no value of the column "d", which is DATE.',
    ],
    ['a limit that is no time', 'range', { column: 'noted', min: 'noon' }, '"noon" is no value of the column "noted", which is TIMESTAMP.'],
    ['a limit with half a time', 'range', { column: 'noted', min: '2026-01-01 7' }, '"2026-01-01 7" is no value of the column "noted"'],
    [
      'a member that would be rounded',
      'set',
      { column: 'p', values: [0.001] },
      '"0.001" is no value of the column "p", which is DECIMAL(12,2).',
    ],
    ['a member that is too large', 'set', { column: 'p', values: [1e10] }, '"10000000000" is no value of the column "p"'],
    ['days the wrong way round', 'range', { column: 'd', min: '2026-01-02', max: '2026-01-01' }, 'No value of "d" lies between'],
    ['limits that leave nothing between', 'range', { column: 'x', above: 5, max: 5 }, 'No value of "x" lies between 5 and 5.'],
    ['limits the wrong way round', 'range', { column: 'x', min: 9, max: 1 }, 'No value of "x" lies between 9 and 1.'],
    ['no limit', 'range', { column: 'x' }, 'The range of "x" has no limit.'],
    ['a member that is no number', 'set', { column: 'x', values: ['a'] }, '"a" is no value of the column "x", which is INTEGER.'],
    ['a pattern that cannot compile', 'pattern', { column: 's', pattern: '(' }, 'missing )'],
    ['look-around', 'pattern', { column: 's', pattern: '(?=a)' }, 'invalid perl operator'],
    [
      'a dataset that is not there',
      'referential',
      { columns: ['x'], dataset: 'chart.gone' },
      'The dataset chart.gone that this rule compares with',
    ],
    ['a reference that is not there', 'reference', { column: 'x', keys: ['x'], dataset: 'chart.gone' }, 'chart.gone'],
    ['a baseline that is not there', 'drift', { column: 'x', dataset: 'chart.gone' }, 'chart.gone'],
    ['totals of a dataset that is not there', 'aggregate-comparison', { column: 'x', metric: 'sum', dataset: 'chart.gone' }, 'chart.gone'],
    [
      'a column that is not there in the other',
      'referential',
      { columns: ['x'], dataset: 'chart.u', references: ['nix'] },
      'The dataset chart.u has no column "nix".',
    ],
    [
      'more columns than the other has',
      'referential',
      { columns: ['x', 's'], dataset: 'chart.u', references: ['x'] },
      '2 columns are compared with 1.',
    ],
    ['a mean of texts', 'aggregate', { column: 's', metric: 'avg', min: 0 }, 'The metric avg needs numbers; the column "s" is VARCHAR.'],
    ['a percentile of no number', 'aggregate', { column: 'x', metric: 'percentile', min: 0 }, 'The metric percentile needs to know which.'],
    ['a figure without limit', 'aggregate', { column: 'x', metric: 'avg' }, 'The avg of "x" has no limit.'],
    ['a figure between nothing', 'aggregate', { column: 'x', metric: 'avg', above: 5, max: 5 }, 'can never lie'],
    ['plausible texts', 'outliers', { column: 's' }, 'Plausibility needs numbers; the column "s" is VARCHAR.'],
    ['the age of a number', 'freshness', { column: 'x', maxAgeHours: 1 }, 'needs a date or timestamp; the column "x" is INTEGER.'],
    ['a zone that is none', 'freshness', { column: 'd', maxAgeHours: 1, zone: 'Mars/Olympus' }, '"Mars/Olympus" is not a time zone.'],
    ['a step of texts', 'monotonic', { column: 's', step: 1 }, 'A step needs numbers'],
    ['a column that decides itself', 'functional-dependency', { determinant: ['x'], dependent: ['x'] }, '"x" cannot depend on itself.'],
    [
      'a combination that is too short',
      'combination-set',
      { columns: ['x', 's'], combinations: [[1]] },
      'A combination has 1 values for 2 columns.',
    ],
    ['one column that differs', 'distinct-in-row', { columns: ['x', 'x'] }, 'At least two columns can differ.'],
    ['a change without limit', 'row-count-change', {}, 'A change of rows needs a limit.'],
    ['a query without limit', 'custom-sql', { query: 'select 1', metric: true }, 'has no limit'],
    ['shares that do not match', 'drift', { column: 'x', expected: { edges: [1, 2], shares: [1] } }, 'has 1 shares for 3 bins'],
    ['lengths the wrong way round', 'length', { column: 's', min: 5, max: 4 }, 'No text has at least 5 and at most 4 characters.'],
    ['a tolerance of texts', 'reference', { column: 's', keys: ['x'], dataset: 'chart.u', tolerance: 1 }, 'A tolerance needs numbers'],
  ])('%s is an error that names it: %s', async (_, check, options, message) => {
    const setup = `create table t as select 1 x, 'a' s, date '2026-01-01' d, timestamp '2026-01-01' noted, 1.5::decimal(12,2) p; create table u as select 1 x, 'a' s`
    const result = await bench.rule(setup, { check, options })
    expect([result.status, result.failing]).toEqual(['error', 0])
    expect(result.message).toContain(message)
  })

  it.each([
    ['a share above all', 'row-count-change', { maxDropPercent: 120 }],
    ['a percentile above all', 'aggregate', { column: 'x', metric: 'percentile', percentile: 120 }],
    ['a metric that is none', 'aggregate', { column: 'x', metric: 'averege', min: 0 }],
    ['no pattern', 'pattern', { column: 'x' }],
    ['no values', 'set', { column: 'x', values: [] }],
    ['an option that is none', 'not-null', { column: 'x', colum: 'y' }],
    ['a dataset without a layer', 'referential', { columns: ['x'], dataset: 'customers' }],
    ['a kind that is none', 'semantic-type', { column: 'x', type: 'planet' }],
    ['no column', 'unique', { columns: [] }],
    ['an age that is none', 'freshness', { column: 'x', maxAgeHours: 0 }],
  ])('%s is refused when the rule is saved', (_, check, options) => {
    expect(() => parseOptions(checkOf(check), options)).toThrow(AtlasError)
  })

  it('a threshold of 120 % is refused', () => {
    expect(Threshold.safeParse({ percent: 120 }).success).toBe(false)
  })

  it('a check that is none is refused with the list of those that are', () => {
    expect(() => assertRules([{ check: 'no-such-check' } as never])).toThrow('There is no check "no-such-check"')
  })
})

describe('a column with a hostile name', () => {
  const setup = [`create table t as select 1 ${quoted}, 2 b`, `create table u as select 1 ${quoted}`]
  const name = NASTY

  it.each([
    ['not-null', { column: name }],
    ['not-blank', { column: name }],
    ['range', { column: name, min: 0 }],
    ['unique', { columns: [name] }],
    ['duplicate-rows', { columns: [name] }],
    ['set', { column: name, values: [1] }],
    ['length', { column: name, max: 3 }],
    ['pattern', { column: name, pattern: '1' }],
    ['aggregate', { column: name, metric: 'sum', min: 1 }],
    ['compare', { left: name, operator: '<', right: 'b' }],
    ['functional-dependency', { determinant: [name], dependent: ['b'] }],
    ['referential', { columns: [name], dataset: 'chart.u' }],
    ['reference', { column: name, keys: [name], dataset: 'chart.u' }],
    ['schema', { columns: [{ name }, { name: 'b' }] }],
    ['contains-values', { column: name, values: [1] }],
  ])('is a name like any other to %s', async (check, options) => {
    const result = await bench.rule(setup, { check, options })
    expect([result.status, result.message]).toEqual(['passed', null])
  })
})

describe('the registry', () => {
  it.each([
    ['value_range', 'range'],
    ['pattern_match', 'pattern'],
    ['not_null', 'not-null'],
    ['unique', 'unique'],
    ['cross_column', 'expression'],
    ['statistical', 'outliers'],
    ['temporal', 'freshness'],
    ['custom_sql', 'custom-sql'],
    ['row_count', 'row-count'],
    ['relationships', 'referential'],
  ])('%s is the check %s', (alias, checkId) => {
    expect(checkOf(alias).id).toBe(checkId)
  })

  it('has no name twice', () => {
    const names = checks.flatMap((check) => [check.id, ...(check.aliases ?? [])]).map((name) => name.replaceAll('_', '-'))
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
  })

  it('every option has a title, so that a form can be drawn', () => {
    const untitled = checks.flatMap((check) => {
      const { shape } = check.options as unknown as { shape: Record<string, { meta(): { title?: string } | undefined }> }
      return Object.entries(shape).flatMap(([name, field]) => (field.meta()?.title === undefined ? [`${check.id}.${name}`] : []))
    })
    expect(untitled).toEqual([])
  })
})
