import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { CheckRule } from '../../../src/contract/quality.ts'
import { importRules } from '../../../src/quality/import/detect-format.ts'

const fixture = async (name: string) => {
  const text = await readFile(path.join(import.meta.dirname, 'fixtures', name), 'utf8')
  return importRules(text, name, undefined, { layer: 'chart' })
}
/** What a rule says beyond the defaults. */
const said = ({ check, options, where, fail, warn, severity, id }: CheckRule) => ({
  check,
  ...options,
  ...(where === undefined ? {} : { where }),
  ...(fail === undefined ? {} : { fail }),
  ...(warn === undefined ? {} : { warn }),
  ...(severity === 'error' ? {} : { severity }),
  ...(id === undefined ? {} : { id }),
})
const rulesOf = async (name: string) => {
  const { from, contracts, couldNotCarryOver } = await fixture(name)
  return { from, couldNotCarryOver, rules: Object.fromEntries(contracts.map(({ dataset, rules }) => [dataset, rules.map(said)])) }
}
const lost = (all: { where: string; what: string }[]) => all.map(({ where, what }) => `${where}: ${what}`)

describe('a dbt schema.yml', () => {
  it('gives a contract for each model and source, with severity, limits and filters', async () => {
    const { from, rules } = await rulesOf('schema.yml')
    expect(from).toBe('dbt')
    expect(rules['chart.orders']).toEqual([
      { check: 'unique', columns: ['order_id', 'line'] },
      { check: 'expression', expression: 'total >= 0', severity: 'warning' },
      { check: 'set', column: 'status', values: ['placed', 'shipped'], where: `channel = 'web'`, fail: { rows: 10 }, warn: { rows: 0 } },
      { check: 'referential', columns: ['customer_id'], dataset: 'chart.customers', references: ['id'] },
      { check: 'not-null', column: 'customer_id', severity: 'warning' },
      { check: 'range', column: 'customer_id', above: 1, where: 'x > 1' },
      { check: 'set', column: 'customer_id', values: [1, 2], id: 'weird' },
    ])
    expect(rules['chart.raw_orders']).toEqual([
      { check: 'unique', columns: ['id'] },
      { check: 'not-null', column: 'id' },
      { check: 'load-freshness', maxAgeHours: 24, column: '_loaded_at', zone: 'UTC' },
      { check: 'load-freshness', maxAgeHours: 12, column: '_loaded_at', zone: 'UTC', severity: 'warning' },
    ])
  })

  it('lists what could not be carried over by its place', async () => {
    const { couldNotCarryOver } = await rulesOf('schema.yml')
    expect(lost(couldNotCarryOver)).toEqual([
      'models[0].tests[0]: dbt_utils.unique_combination_of_columns: rows with a missing value',
      'models[0].columns[1].tests[1]: not_null: limit',
      'models[0].columns[1].tests[3]: my_custom_test',
    ])
  })
})

describe('a SodaCL checks file', () => {
  it('gives the rules of its dataset', async () => {
    const { from, rules } = await rulesOf('soda-checks.yml')
    expect(from).toBe('soda')
    expect(rules['chart.orders']).toEqual([
      { check: 'row-count', above: 0, where: `placed_at > '2024-01-01'` },
      { check: 'row-count', min: 10, max: 1000 },
      { check: 'not-null', column: 'customer', fail: { rows: 4 } },
      { check: 'not-null', column: 'customer', warn: { percent: 5 }, fail: { percent: 10 } },
      { check: 'semantic-type', column: 'phone', type: 'phone', fail: { percent: 1 - 1e-9 } },
      { check: 'range', column: 'lines', min: 1, max: 6, where: `country = 'DK'` },
      { check: 'set', column: 'state', values: ['new', 'paid'], warn: { rows: 0 }, fail: { rows: 10 } },
      { check: 'unique', columns: ['phone', 'name'] },
      { check: 'freshness', column: 'placed_at', maxAgeHours: 30, zone: 'UTC' },
      { check: 'aggregate', column: 'amount', metric: 'avg', min: 100, max: 300 },
      { check: 'aggregate', column: 'amount', metric: 'percentile', percentile: 95, above: 50 },
      { check: 'referential', columns: ['customer_id'], dataset: 'chart.customers', references: ['id'] },
      { check: 'row-count-match', dataset: 'chart.orders_copy' },
      { check: 'expression', expression: 'not (shipped_at < placed_at)' },
      {
        check: 'custom-sql',
        query:
          'with late as (select * from rows where days > 30)\nselect late.* from late join chart.customers c on c.id = late.customer_id\n',
      },
      { check: 'schema', columns: [{ name: 'note' }], added: 'allow', severity: 'warning' },
      { check: 'schema', columns: [{ name: 'lines', type: 'integer' }], added: 'allow' },
      { check: 'custom-sql', query: 'select AVG(price - cost) from rows', metric: true, min: 5, max: 10 },
    ])
  })

  it('lists what could not be carried over by its place', async () => {
    expect(lost((await rulesOf('soda-checks.yml')).couldNotCarryOver)).toEqual([
      'checks for orders[3]: invalid_percent: threshold',
      'checks for orders[10]: max(amount) not between 2 and 3',
      'checks for orders[15]: when forbidden column present: pii*',
      'checks for orders[17]: anomaly score for row_count < default',
      'checks for orders[18]: row_count > ${LEAST}',
    ])
  })
})

describe('a Soda contract', () => {
  it('gives the rules of its dataset, each with the filter of the whole', async () => {
    const { rules } = await rulesOf('soda-contract.yml')
    const where = 'deleted = false'
    expect(rules['chart.orders']).toEqual([
      {
        check: 'schema',
        added: 'allow',
        order: true,
        where,
        columns: [
          {
            name: 'order_id',
            type: 'text',
          },
          {
            name: 'customer_id',
            type: 'integer',
          },
          {
            name: 'amount',
            optional: true,
          },
        ],
      },
      { check: 'row-count', above: 0, where },
      { check: 'expression', expression: 'not (shipped_at < placed_at)', fail: { percent: 1 }, where, id: 'shipping-dates' },
      { check: 'freshness', column: 'placed_at', maxAgeHours: 48, zone: 'UTC', where },
      { check: 'custom-sql', query: 'select avg(amount) from rows', metric: true, above: 10, max: 20, where },
      { check: 'unique', columns: ['order_id', 'line'], where },
      { check: 'not-null', column: 'order_id', where },
      { check: 'unique', columns: ['order_id'], warn: { percent: 5 - 1e-9 }, severity: 'warning', where },
      { check: 'pattern', column: 'order_id', pattern: '[0-9a-f-]{36}', where },
      { check: 'referential', columns: ['customer_id'], dataset: 'chart.customers', references: ['id'], where },
      { check: 'aggregate', column: 'customer_id', metric: 'missing', above: 5, where },
      { check: 'aggregate', column: 'amount', metric: 'avg', min: 1, max: 9, where },
    ])
  })

  it('lists what could not be carried over by its place', async () => {
    expect(lost((await rulesOf('soda-contract.yml')).couldNotCarryOver)).toEqual([
      'checks[0]: amount: geometry',
      'columns[0].checks[1]: duplicate: threshold',
      'columns[2].checks[1]: aggregate',
      'soda_runner: soda_runner',
    ])
  })
})

describe('a suite of Great Expectations', () => {
  it('gives the rules of its table, of the old form and the new', async () => {
    const { from, rules } = await rulesOf('suite.json')
    expect(from).toBe('gx')
    expect(rules['chart.orders']).toEqual([
      { check: 'not-null', column: 'id', fail: { percent: 5 } },
      { check: 'range', column: 'amount', above: 0, max: 1000, where: `state = 'paid' and amount is not null`, severity: 'warning' },
      { check: 'pattern', column: 'code', pattern: String.raw`[A-Z]{3}\d+` },
      { check: 'compare', left: 'shipped', operator: '>=', right: 'placed' },
      { check: 'column-set', columns: ['id', 'amount'], match: 'exact', order: true },
      { check: 'aggregate', column: 'amount', metric: 'percentile', percentile: 5, min: 0, max: 1 },
      { check: 'aggregate', column: 'amount', metric: 'percentile', percentile: 50, max: 5 },
      { check: 'custom-sql', query: 'SELECT * FROM rows WHERE amount > 10' },
    ])
  })

  it('lists what could not be carried over by its place', async () => {
    expect(lost((await rulesOf('suite.json')).couldNotCarryOver)).toEqual([
      'expectations[3]: expect_column_values_to_match_regex',
      'expectations[7]: row_condition',
      'expectations[9]: expect_something_of_their_own',
    ])
  })

  it('takes the note of an expectation as what the rule is about', async () => {
    const { contracts } = await fixture('suite.json')
    expect(contracts[0]?.rules[0]?.description).toBe('An order has a number')
  })
})

describe('forms that public files have', () => {
  const read = (content: object) => importRules(JSON.stringify(content), 'file.json', undefined, { layer: 'chart' })
  const dbt = (test: unknown) => read({ models: [{ name: 'orders', columns: [{ name: 'a', tests: [test] }] }] })
  const gx = (type: string, kwargs: object) => read({ name: 'orders', expectations: [{ type, kwargs: { column: 'a', ...kwargs } }] })
  const soda = (content: object) => read({ dataset: 'orders', ...content })
  const given = ({ contracts }: ReturnType<typeof read>) => contracts.flatMap(({ rules }) => rules.map(said))

  it.each<[string, ReturnType<typeof read>, object[]]>([
    [
      'dbt_utils.equality is same-rows',
      dbt({ 'dbt_utils.equality': { compare_model: `ref('b')`, compare_columns: ['a'] } }),
      [{ check: 'same-rows', dataset: 'chart.b', columns: ['a'] }],
    ],
    [
      'a share of NULLs between two limits is a figure',
      dbt({ 'dbt_utils.not_null_proportion': { at_least: 0.4, at_most: 0.9 } }),
      [{ check: 'aggregate', column: 'a', metric: 'nulls-percent', min: 10, max: 60 }],
    ],
    [
      'a step in time is a step with a unit',
      dbt({ 'dbt_utils.sequential_values': { interval: 1, datepart: 'day' } }),
      [{ check: 'monotonic', column: 'a', orderBy: ['a'], step: 1, unit: 'day' }],
    ],
    [
      'recency by group is freshness within',
      dbt({ 'dbt_utils.recency': { datepart: 'day', field: 't', interval: 1, group_by_columns: ['g'] } }),
      [{ check: 'freshness', column: 't', maxAgeHours: 24, zone: 'UTC', within: ['g'] }],
    ],
    [
      'a foreign key of a constraint is referential',
      read({
        models: [{ name: 'orders', columns: [{ name: 'c', constraints: [{ type: 'foreign_key', to: `ref('x')`, to_columns: ['id'] }] }] }],
      }),
      [{ check: 'referential', columns: ['c'], dataset: 'chart.x', references: ['id'] }],
    ],
    [
      'the filter of freshness holds for it',
      read({
        sources: [
          {
            name: 's',
            loaded_at_field: 't',
            freshness: { filter: 'x > 1', error_after: { count: 1, period: 'day' } },
            tables: [{ name: 'p' }],
          },
        ],
      }),
      [{ check: 'load-freshness', column: 't', maxAgeHours: 24, zone: 'UTC', where: 'x > 1' }],
    ],
    [
      'columns that must not be there',
      read({
        models: [{ name: 'orders', tests: [{ 'dbt_expectations.expect_table_columns_to_not_contain_set': { column_list: ['x'] } }] }],
      }),
      [{ check: 'column-set', columns: ['x'], match: 'none' }],
    ],
    [
      'one of several types',
      gx('expect_column_values_to_be_in_type_list', { type_list: ['INTEGER', 'int64', 'Int64Dtype'] }),
      [{ check: 'schema', added: 'allow', columns: [{ name: 'a', type: ['integer', 'bigint'] }] }],
    ],
    [
      'a JSON Schema',
      gx('expect_column_values_to_match_json_schema', { json_schema: { type: 'object' } }),
      [{ check: 'json-schema', column: 'a', schema: { type: 'object' } }],
    ],
    [
      'outliers by Tukey’s fences',
      gx('expect_column_values_to_not_be_outliers', { method: 'iqr', multiplier: 2 }),
      [{ check: 'outliers', column: 'a', method: 'iqr', threshold: 2, scale: 'linear' }],
    ],
    [
      'dbt warns from the first failure where only error_if is told',
      dbt({ not_null: { config: { error_if: '>10' } } }),
      [{ check: 'not-null', column: 'a', warn: { rows: 0 }, fail: { rows: 10 } }],
    ],
    [
      'dbt_utils.cardinality_equality counts each value in both tables',
      dbt({ 'dbt_utils.cardinality_equality': { to: `ref('b')`, field: 'order' } }),
      [
        {
          check: 'custom-sql',
          query:
            'with here as (select "a" as "value", count(*) as times from rows group by all), there as (select "order" as "value", count(*) as times from chart.b group by all)\n' +
            '(select * from here except select * from there) union all (select * from there except select * from here)',
        },
      ],
    ],
    [
      'dbt_utils.mutually_exclusive_ranges wants both ends, in their order',
      dbt({ 'dbt_utils.mutually_exclusive_ranges': { lower_bound_column: 'b', upper_bound_column: 'c' } }),
      [
        { check: 'not-null', column: 'b' },
        { check: 'not-null', column: 'c' },
        { check: 'compare', left: 'b', operator: '<', right: 'c' },
        { check: 'no-overlap', start: 'b', end: 'c', gaps: 'allowed' },
      ],
    ],
    [
      'dbt_utils.accepted_range between dates',
      dbt({ 'dbt_utils.accepted_range': { min_value: "'2020-01-01'", max_value: "cast('2030-12-31' as date)", inclusive: false } }),
      [{ check: 'range', column: 'a', above: '2020-01-01', below: '2030-12-31' }],
    ],
    [
      'the dbt package adds up all rows where Great Expectations adds up each',
      dbt({ 'dbt_expectations.expect_multicolumn_sum_to_equal': { column_list: ['a', 'b'], sum_total: 4 } }),
      [{ check: 'custom-sql', query: 'select sum("a") + sum("b") from rows', metric: true, min: 4, max: 4 }],
    ],
    [
      'the dbt package sorts by the column itself and refuses equal values',
      dbt('dbt_expectations.expect_column_values_to_be_increasing'),
      [{ check: 'monotonic', column: 'a', direction: 'increasing', strictly: true, orderBy: ['a'] }],
    ],
    [
      'the latest time between two times',
      gx('expect_column_max_to_be_between', { min_value: '2019-01-01', max_value: '2019-02-01', strict_max: true }),
      [
        {
          check: 'custom-sql',
          query: `select max("a") as max from rows having max("a") < '2019-01-01' or max("a") >= '2019-02-01'`,
        },
      ],
    ],
    [
      'signs in a class of a regular expression are characters',
      gx('expect_column_values_to_match_regex', { regex: '^[a-z.*+?=-]+@[a-z]+$' }),
      [{ check: 'pattern', column: 'a', pattern: '[a-z.*+?=-]+@[a-z]+' }],
    ],
    [
      'a positive decimal of Soda has no minus',
      soda({ columns: [{ name: 'a', checks: [{ invalid: { valid_format: 'positive decimal' } }] }] }),
      [{ check: 'pattern', column: 'a', pattern: String.raw`\+?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)` }],
    ],
    [
      'columns of a row that are equal',
      gx('expect_multicolumn_values_to_be_equal', { column_list: ['a', 'b', 'c'] }),
      [
        { check: 'compare', left: 'a', operator: '=', right: 'b' },
        { check: 'compare', left: 'a', operator: '=', right: 'c' },
      ],
    ],
    [
      'a scope of a Soda contract is a filter',
      soda({ scopes: { eu: { filter: `country = 'DK'` } }, checks: [{ row_count: { scope: 'eu' } }] }),
      [{ check: 'row-count', where: `country = 'DK'` }],
    ],
    [
      'the columns of a Soda contract before version 4 are its schema',
      soda({
        columns: [
          { name: 'a', data_type: 'VARCHAR' },
          { name: 'b', optional: true },
        ],
        checks: [{ type: 'rows_exist' }],
      }),
      [
        { check: 'row-count' },
        {
          check: 'schema',
          added: 'fail',
          order: true,
          columns: [
            { name: 'a', type: 'text' },
            { name: 'b', optional: true },
          ],
        },
      ],
    ],
    [
      'several columns without duplicates',
      soda({ checks: [{ type: 'multi_column_no_duplicates', columns: ['a', 'b'] }, { type: 'schema' }], columns: [] }),
      [{ check: 'unique', columns: ['a', 'b'] }],
    ],
    [
      'settings of SodaCL hold for all checks of the column',
      read({ 'checks for orders': ['invalid_count(a) = 0'], 'configurations for orders': { 'valid values for a': ['x'] } }),
      [{ check: 'set', column: 'a', values: ['x'] }],
    ],
    [
      'a column that SodaCL forbids',
      read({ 'checks for orders': [{ schema: { fail: { 'when forbidden column present': ['pii'] } } }] }),
      [{ check: 'column-set', columns: ['pii'], match: 'none' }],
    ],
  ])('%s', (_, imported, rules) => {
    expect(given(imported)).toEqual(rules)
  })

  it.each<[string, ReturnType<typeof read>, object[], string[]]>([
    [
      'flags of a regular expression are its own',
      dbt({ 'dbt_expectations.expect_column_values_to_match_regex': { arguments: { regex: '^a+$', flags: 'i', is_raw: true } } }),
      [{ check: 'pattern', column: 'a', pattern: '(?i)a+' }],
      [],
    ],
    [
      'a value that may match one of several patterns, but not all',
      dbt({ 'dbt_expectations.expect_column_values_to_not_match_like_pattern_list': { like_pattern_list: ['%a%', '%b%'] } }),
      [],
      ['dbt_expectations.expect_column_values_to_not_match_like_pattern_list'],
    ],
    [
      'patterns of which every one must match',
      dbt({ 'dbt_expectations.expect_column_values_to_match_like_pattern_list': { like_pattern_list: ['a%', '%b'], match_on: 'all' } }),
      [
        { check: 'pattern', column: 'a', like: ['a%'] },
        { check: 'pattern', column: 'a', like: ['%b'] },
      ],
      [],
    ],
    [
      'the second most common value',
      dbt({ 'dbt_expectations.expect_column_most_common_value_to_be_in_set': { value_set: [1], top_n: 2 } }),
      [],
      ['dbt_expectations.expect_column_most_common_value_to_be_in_set'],
    ],
    [
      'an argument that nobody knows',
      dbt({ 'dbt_utils.not_null_proportion': { arguments: { at_least: 0.9, by_moonlight: true } } }),
      [{ check: 'not-null', column: 'a', fail: { percent: 10 } }],
      ['dbt_utils.not_null_proportion: by_moonlight'],
    ],
    [
      'keys in which dbt takes two NULLs for the same',
      dbt({ 'dbt_utils.unique_combination_of_columns': { combination_of_columns: ['a', 'b'] } }),
      [{ check: 'unique', columns: ['a', 'b'] }],
      ['dbt_utils.unique_combination_of_columns: rows with a missing value'],
    ],
    [
      'freshness that one table of a source turns off',
      read({ sources: [{ name: 's', freshness: { error_after: { count: 1, period: 'day' } }, tables: [{ name: 'a', freshness: null }] }] }),
      [],
      [],
    ],
    [
      'a share of rows for what is no rule of rows',
      gx('expect_column_median_to_be_between', { min_value: 1, mostly: 0.9 }),
      [{ check: 'aggregate', column: 'a', metric: 'median', min: 1 }],
      ['expect_column_median_to_be_between: mostly'],
    ],
    [
      'the place of a column',
      gx('expect_column_to_exist', { column_index: 2 }),
      [{ check: 'schema', added: 'allow', columns: [{ name: 'a' }] }],
      ['expect_column_to_exist: column_index'],
    ],
    [
      'a condition that Python chains and SQL cannot',
      gx('expect_column_values_to_be_between', { min_value: 1, row_condition: '1 < b <= 5', condition_parser: 'pandas' }),
      [],
      ['row_condition'],
    ],
    [
      'None in a condition',
      gx('expect_column_values_to_be_between', { min_value: 1, row_condition: 'b != None and c == "x < 3 < y"' }),
      [{ check: 'range', column: 'a', min: 1, where: "b is not null and c = 'x < 3 < y'" }],
      [],
    ],
    [
      'pairs of which one value may be missing',
      gx('expect_column_pair_values_to_be_equal', { column_A: 'a', column_B: 'b', ignore_row_if: 'neither' }),
      [{ check: 'compare', left: 'a', operator: '=', right: 'b' }],
      ['expect_column_pair_values_to_be_equal: rows with a missing value'],
    ],
    [
      'a type with its precision beside it, and one that Atlas has not',
      soda({
        checks: [{ schema: {} }],
        columns: [
          { name: 'a', data_type: 'decimal', numeric_precision: 10, numeric_scale: 2 },
          { name: 'b', data_type: 'geography' },
          { name: 'c', data_type: 'varchar', character_maximum_length: 9 },
        ],
      }),
      [
        {
          check: 'schema',
          added: 'fail',
          order: true,
          columns: [{ name: 'a', type: 'decimal(10,2)' }, { name: 'b' }, { name: 'c', type: 'text' }],
        },
      ],
      ['b: geography', 'c: character_maximum_length'],
    ],
    [
      'one limit for all that is missing, as one rule',
      soda({
        columns: [{ name: 'a', checks: [{ missing: { missing_values: ['?'], threshold: { metric: 'count', must_be_less_than: 4 } } }] }],
      }),
      [{ check: 'not-blank', column: 'a', sentinels: ['?'], onlyNamed: true, fail: { rows: 3 } }],
      [],
    ],
    [
      'one limit for several conditions',
      soda({
        columns: [{ name: 'a', checks: [{ invalid: { valid_min: 1, valid_length: 2, threshold: { must_be_less_than: 4 } } }] }],
      }),
      [
        { check: 'range', column: 'a', min: 1, fail: { rows: 3 } },
        { check: 'length', column: 'a', min: 2, max: 2, fail: { rows: 3 } },
      ],
      ['invalid: threshold'],
    ],
    [
      'what a column calls missing holds for its checks, and not for what is invalid',
      soda({
        filter: 'x = 1',
        columns: [
          {
            name: 'a',
            missing_values: ['-'],
            missing_format: { regex: '^_' },
            valid_min: 1,
            checks: [{ missing: null }, { invalid: null }],
          },
          { name: 'b', valid_min: 1 },
        ],
      }),
      [
        { check: 'not-blank', column: 'a', sentinels: ['-'], pattern: '(?s:.*)(?:^_)(?s:.*)', onlyNamed: true, where: 'x = 1' },
        { check: 'range', column: 'a', min: 1, where: 'x = 1' },
        { check: 'range', column: 'b', min: 1, where: 'x = 1' },
      ],
      ['missing values'],
    ],
    [
      'keys that stand beside a check, that nobody knows, or that contradict each other',
      soda({
        checks: [
          { row_count: null, threshold: { must_be: 3 } },
          { row_count: { threshold: { must_be: 3, must_be_less_than: 2 } } },
          { row_count: { frob: 1, attributes: { owner: 'Finance' } } },
          { freshness: { column: 't', threshold: { unit: 'fortnight', must_be_less_than: 3 } } },
          { freshness: { column: 't', now_variable: 'NOW', threshold: { unit: 'day', must_be_less_than: 3 } } },
        ],
        columns: [{ name: 'a', frob: 1 }],
      }),
      [{ check: 'row-count' }, { check: 'row-count' }],
      ['threshold', 'row_count', 'row_count: frob', 'freshness', 'freshness', 'a: frob'],
    ],
    [
      'keys of SodaCL that stand beside a check or that nobody knows, and a list without its dashes',
      read({
        'checks for orders': [
          { 'missing_count(a) < 5': null, 'filter': 'b = 1' },
          { 'invalid_percent(a) < 5': { 'valid min': 1, 'valid max': 'x', 'valid colour': 'red' } },
          { 'invalid_count(a)': { 'valid length': 3, 'fail': 'when between 5 and 10' } },
          { schema: { fail: { 'when required column absent': ['a'] } } },
          { 'failed rows': { 'fail condition': 'a < 0', 'fail': 'when > 5' } },
          'row_count < 10%',
        ],
        'checks for lines': { 'row_count > 0': null, 'missing_count(a) = 0': null },
        'for each dataset d': { checks: ['row_count > 0'] },
      }),
      [
        { check: 'not-null', column: 'a', fail: { rows: 4 } },
        { check: 'range', column: 'a', min: 1, fail: { percent: 5 - 1e-9 } },
        { check: 'length', column: 'a', min: 3, max: 3, fail: { rows: 4 } },
        { check: 'expression', expression: 'not (a < 0)' },
        { check: 'row-count', above: 0 },
        { check: 'not-null', column: 'a' },
      ],
      [
        'filter',
        'valid max',
        'invalid_percent: threshold',
        'invalid_percent(a) < 5: valid colour',
        'invalid_count: threshold',
        'when required column absent',
        'failed rows: fail',
        'row_count < 10%',
        'for each dataset d',
      ],
    ],
    [
      'what is turned off in dbt, or is so by a variable',
      read({
        models: [
          {
            name: 'orders',
            columns: [{ name: 'a', tests: [{ not_null: { config: { enabled: '{{ x }}' } } }, { unique: { enabled: 'no' } }] }],
          },
          { name: 'old', config: { enabled: false }, columns: [{ name: 'a', tests: ['not_null'] }] },
        ],
        sources: [{ name: 'shop', config: { enabled: '{{ x }}' }, tables: [{ name: 'b', columns: [{ name: 'a', tests: ['not_null'] }] }] }],
      }),
      [{ check: 'unique', columns: ['a'] }],
      ['not_null', 'old', 'shop'],
    ],
    [
      'a severity, a filter and a condition that only a variable knows',
      dbt({ not_null: { config: { severity: '{{ x }}' } } }),
      [{ check: 'not-null', column: 'a' }],
      ['not_null: severity'],
    ],
    [
      'a filter of a relation that only a variable knows',
      dbt({ 'dbt_utils.relationships_where': { to: `ref('b')`, field: 'id', from_condition: `x = '{{ y }}'` } }),
      [],
      ['dbt_utils.relationships_where'],
    ],
    [
      'tests of one version of a model, and keys that nobody knows',
      read({
        models: [
          {
            name: 'orders',
            tests: [{ unique: { column_name: 'a' } }],
            versions: [{ v: 1 }, { v: 2, columns: [{ name: 'b', tests: ['unique'] }] }],
          },
        ],
        sources: [{ name: 'shop', tests: ['not_null'], tables: [] }],
        frobs: [],
      }),
      [{ check: 'unique', columns: ['a'] }],
      ['version 2: columns', 'tests', 'frobs'],
    ],
    [
      'texts that are not empty, with spaces and without',
      read({
        models: [
          {
            name: 'orders',
            columns: [{ name: 'a', tests: ['dbt_utils.not_empty_string', { 'dbt_utils.not_empty_string': { trim_whitespace: false } }] }],
          },
        ],
      }),
      [
        { check: 'expression', expression: `trim("a") <> ''` },
        { check: 'expression', expression: `"a" <> ''` },
      ],
      [],
    ],
    [
      'a share that is filled in elsewhere',
      gx('expect_column_values_to_be_unique', { mostly: { $PARAMETER: 'm' } }),
      [],
      ['mostly: {"$PARAMETER":"m"}'],
    ],
    [
      'what stands beside the arguments of an expectation',
      read({
        name: 'orders',
        expectations: [{ type: 'expect_column_values_to_be_null', kwargs: { column: 'a' }, windows: [{}], id: 'x' }],
      }),
      [{ check: 'is-null', column: 'a' }],
      ['expect_column_values_to_be_null: windows'],
    ],
    [
      'duplicates of which a few may be',
      read({ 'checks for orders': ['duplicate_count(a) < 5', 'duplicate_count(b) = 0'] }),
      [
        { check: 'unique', columns: ['a'], fail: { rows: 4 } },
        { check: 'unique', columns: ['b'] },
      ],
      ['duplicate_count: threshold'],
    ],
    [
      'a clock of its own, and failing rows that are good where they are many',
      read({ 'checks for orders': ['freshness(a, now) < 1d', { 'invalid_count(a) not between 1 and 5': { 'valid length': 3 } }] }),
      [],
      ['freshness(a, now) < 1d', 'invalid_count(a) not between 1 and 5'],
    ],
  ])('carries over or tells: %s', (_, imported, rules, told) => {
    expect(given(imported)).toEqual(rules)
    expect(imported.couldNotCarryOver.map(({ what }) => what)).toEqual(told)
  })

  it('a scope that stands in no file is told, and not left out of the rule', () => {
    const { contracts, couldNotCarryOver } = soda({ checks: [{ row_count: { scope: 'us' } }] })
    expect([contracts[0]?.rules, lost(couldNotCarryOver)]).toEqual([[], ['checks[0]: row_count']])
  })

  it.each([
    [
      'models:\n  - name: orders\n    columns:\n      - name: a\n        tests: [not_null]\n        "tests": [unique]\n',
      'schema.yml',
      'line 6: tests',
    ],
    [
      'checks for orders:\n  - row_count > 0\n  - row_count > 1:\n      name: a\n      name: b\nvariables: {a: 1, a: 2}\n',
      'c.yml',
      'line 5: name|line 6: a',
    ],
    ['dataset: orders\nchecks: [schema]\nchecks:\n  - row_count:\n', 'contract.yml', 'line 3: checks'],
    ['{"name": "o", "expectations": [],\n "meta": {},\n "name": "p"}', 'suite.json', 'line 3: name'],
  ])('a key that stands twice is told with its line: %#', (text, file, told) => {
    const { couldNotCarryOver } = importRules(text, file, undefined, { layer: 'chart' })
    expect(lost(couldNotCarryOver).join('|')).toBe(told)
  })

  it.each([
    ['models:\n  - name: "or\\0ders"\n', 'schema.yml', 'models[0].name'],
    ['dataset: a\ncolumns:\n  - name: "b\\x00"\n', 'contract.yml', 'columns[0].name'],
    [JSON.stringify({ expectations: [{ type: 'x', kwargs: { column: 'a\0b' } }] }), 'suite.json', 'expectations[0].kwargs.column'],
  ])('a name with a NUL is refused by its place and not made another name: %#', (text, file, place) => {
    expect(() => importRules(text, file, undefined, { layer: 'chart' })).toThrow(`${file} has the character NUL in ${place}`)
  })

  it('a mapping that is merged into another is read with it', () => {
    const text =
      'models:\n  - name: orders\n    columns:\n      - {name: a, tests: [{not_null: &quiet {severity: warn}}]}\n      - {name: b, tests: [{not_null: {<<: *quiet, where: x = 1}}]}\n'
    expect(given(importRules(text, 'schema.yml', undefined, { layer: 'chart' }))).toEqual([
      { check: 'not-null', column: 'a', severity: 'warning' },
      { check: 'not-null', column: 'b', severity: 'warning', where: 'x = 1' },
    ])
  })

  it.each([
    ['sales_suite', 'chart.sales'],
    ['orders_expectations_suite', 'chart.orders'],
    ['orders.warning', 'chart.orders'],
    ['suite', 'chart.suite'],
  ])('a suite called %s is about %s', (name, dataset) => {
    expect(read({ name, expectations: [] }).contracts.map((contract) => contract.dataset)).toEqual([dataset])
  })

  it('a file that is not UTF-8 is refused by its line, and no name of it is mangled', () => {
    const text = Buffer.from('models:\n  - name: caf\xe9\n', 'latin1').toString('utf8')
    expect(() => importRules(text, 'schema.yml', undefined, { layer: 'chart' })).toThrow('schema.yml:2 has bytes that are not UTF-8')
  })

  it('dbt properties in JSON are dbt’s, whatever package their tests are from', () => {
    expect(dbt('dbt_expectations.expect_column_values_to_not_be_null').from).toBe('dbt')
  })
})

describe('what stands in a file is never a reason to crash', () => {
  const oddities: unknown[] = [null, 1, 'text', true, [], {}, [null], { a: null }, { name: {} }, { columns: 'x' }, [[{}]]]
  const forms: ((odd: unknown) => string)[] = [
    (odd) => JSON.stringify({ models: odd }),
    (odd) => JSON.stringify({ models: [odd] }),
    (odd) => JSON.stringify({ models: [{ name: 'orders', tests: odd, columns: odd, config: odd, freshness: odd, constraints: odd }] }),
    (odd) =>
      JSON.stringify({
        models: [{ name: 'orders', tests: [odd, { accepted_values: odd }], columns: [odd, { name: 'a', tests: [odd, { unique: odd }] }] }],
      }),
    (odd) => JSON.stringify({ dataset: odd, checks: odd, columns: odd }),
    (odd) =>
      JSON.stringify({
        dataset: 'a/b',
        checks: [odd, { schema: odd }, { metric: odd }, { freshness: odd }],
        columns: [odd, { name: 'a', checks: [odd, { invalid: odd }, { missing: { threshold: odd } }] }],
      }),
    (odd) => JSON.stringify({ 'checks for orders': odd }),
    (odd) =>
      JSON.stringify({
        'checks for orders': [odd, { 'missing_count(a)': odd }, { schema: odd }, { 'failed rows': odd }, { 'invalid_count(a) = 0': odd }],
        'for each x': odd,
      }),
    (odd) => JSON.stringify({ expectations: odd }),
    (odd) =>
      JSON.stringify({ expectations: [odd, { type: 'expect_column_values_to_be_in_set', kwargs: odd, meta: odd }], meta: odd, name: odd }),
  ]
  it.each(forms.flatMap((form) => oddities.map((odd) => [form(odd)])))('%s', (text) => {
    const { contracts, couldNotCarryOver } = importRules(text, 'odd.yml', undefined, { layer: 'chart' })
    expect(Array.isArray(contracts) && Array.isArray(couldNotCarryOver)).toBe(true)
  })
})
