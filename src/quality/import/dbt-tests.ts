import { boundOf, expectations } from './expectations.ts'
import { customSql, otherDataset } from './expectations-table.ts'
import type { ImportOptions, RuleDraft } from './imported.ts'
import { asList, asNames, asNumber, asObject, asScalars, asText, isOff, isTemplate, own } from './read-value.ts'

type Args = Record<string, unknown>
type Test = (args: Args, options: ImportOptions, column: string | null) => RuleDraft[] | string

const noColumn = 'it names no column'

/** Tests of dbt itself and of its package dbt_utils, by their names. */
const tests: Record<string, Test> = {
  not_null: of((name) => [{ check: 'not-null', options: { column: name } }]),
  unique: of((name) => [{ check: 'unique', options: { columns: [name] } }]),
  accepted_values: of((name, args) => members('set', name, args)),
  relationships: of((name, args, options) => {
    const dataset = otherDataset(args['to'], options)
    const field = asText(args['field'])
    return dataset === null || field === null
      ? 'it names no other table or field'
      : [{ check: 'referential', options: { columns: [name], dataset, references: [field] } }]
  }),
  relationships_where: of((name, args, options) => {
    const [dataset, field, condition] = [otherDataset(args['to'], options), asText(args['field']), asText(args['from_condition'])]
    if (dataset === null || field === null) return 'it names no other table or field'
    if (args['to_condition'] != null) return 'Atlas looks at all rows of the other dataset'
    if (condition !== null && isTemplate(condition)) return 'its from_condition has parameters that are filled in elsewhere'
    const where = condition === null ? {} : { where: condition }
    return [{ check: 'referential', options: { columns: [name], dataset, references: [field] }, ...where }]
  }),
  unique_where: of((name) => [{ check: 'unique', options: { columns: [name] } }]),
  not_null_where: of((name) => [{ check: 'not-null', options: { column: name } }]),
  not_constant: of((name) => [{ check: 'aggregate', options: { column: name, metric: 'distinct', above: 1 } }]),
  // A blank text is a value in dbt, so the row with NULL does not fail. Spaces around it are left out unless told.
  not_empty_string: of((name, args) => {
    const text = isOff(args['trim_whitespace']) ? quoted(name) : `trim(${quoted(name)})`
    return [{ check: 'expression', options: { expression: `${text} <> ''` } }]
  }),
  not_accepted_values: of((name, args) => members('not-in-set', name, args)),
  not_null_proportion: of((name, args) => {
    const [least, most] = [asNumber(args['at_least']), asNumber(args['at_most'] ?? 1)]
    if (least === null || most === null) return 'it has no plain at_least or at_most'
    if (most === 1) return [{ check: 'not-null', options: { column: name }, fail: { percent: percentBelow(least) } }]
    return [{ check: 'aggregate', options: { column: name, metric: 'nulls-percent', min: percentBelow(most), max: percentBelow(least) } }]
  }),
  at_least_one: of((name) => [{ check: 'aggregate', options: { column: name, metric: 'present', min: 1 } }]),
  accepted_range: of((name, args) => {
    const [min, max] = [boundOf(args['min_value']), boundOf(args['max_value'])]
    if (min === undefined || max === undefined) return 'a limit is no plain number or date'
    const open = args['inclusive'] === false
    return [
      {
        check: 'range',
        options: {
          column: name,
          ...(min === null ? {} : { [open ? 'above' : 'min']: min }),
          ...(max === null ? {} : { [open ? 'below' : 'max']: max }),
        },
      },
    ]
  }),
  expression_is_true: (args, _, column) => {
    const expression = asText(args['expression'])
    const condition = asText(args['condition'])
    if (expression === null) return 'it has no expression'
    if (isTemplate(expression)) return 'its expression has parameters that are filled in elsewhere'
    if (condition !== null && isTemplate(condition)) return 'its condition has parameters that are filled in elsewhere'
    // Under a column, dbt puts the column in front of the expression.
    const text = column === null ? expression : `${quoted(column)} ${expression}`
    return [{ check: 'expression', options: { expression: text }, ...(condition === null ? {} : { where: condition }) }]
  },
  unique_combination_of_columns: (args) => {
    const columns = asNames(args['combination_of_columns'])
    return columns.length === 0 ? 'it names no columns' : [{ check: 'unique', options: { columns } }]
  },
  equal_rowcount: (args, options) => compared(args, options, '='),
  fewer_rows_than: (args, options) => compared(args, options, '<'),
  recency: (args) =>
    args['ignore_time_component'] === true
      ? 'Atlas compares times, not days'
      : recent(args, asText(args['field']), asNames(args['group_by_columns'])),
  sequential_values: of((name, args) => {
    const [step, unit, within] = [asNumber(args['interval'] ?? 1), asText(args['datepart']), asNames(args['group_by_columns'])]
    if (step === null || step <= 0) return 'its interval is no number'
    const each = within.length === 0 ? {} : { within }
    return [{ check: 'monotonic', options: { column: name, orderBy: [name], step, ...(unit === null ? {} : { unit }), ...each } }]
  }),
  cardinality_equality: of((name, args, options) => {
    const [dataset, field] = [otherDataset(args['to'], options), asText(args['field'])]
    if (dataset === null || field === null) return 'it names no other table or field'
    return customSql(sameCardinality(name, field, dataset), options)
  }),
  mutually_exclusive_ranges: (args) => {
    if (args['zero_length_range_allowed'] === true && args['gaps'] === 'required')
      return 'Atlas has no gaps before periods without a length'
    const [start, end] = [asText(args['lower_bound_column']), asText(args['upper_bound_column'])]
    if (start === null || end === null) return 'it names no columns'
    if (!isName(start) || !isName(end)) return 'a bound is an expression and no column'
    const within = asNames(args['partition_by'])
    // It also fails a period that ends before it starts, has no length unless that is allowed, or lacks an end.
    const ends = { left: start, operator: args['zero_length_range_allowed'] === true ? '<=' : '<', right: end }
    return [
      { check: 'not-null', options: { column: start } },
      { check: 'not-null', options: { column: end } },
      { check: 'compare', options: ends },
      {
        check: 'no-overlap',
        options: {
          start,
          end,
          gaps: args['gaps'] === 'not_allowed' ? 'refused' : 'allowed',
          ...(args['gaps'] === 'required' ? { touching: false } : {}),
          ...(within.length === 0 ? {} : { within }),
        },
      },
    ]
  },
  equality: (args, options) => {
    const [dataset, columns] = [otherDataset(args['compare_model'], options), asNames(args['compare_columns'])]
    if (dataset === null) return 'it names no other table'
    if (args['precision'] != null || asNames(args['exclude_columns']).length > 0)
      return 'Atlas compares all columns or those named, as they are'
    return [{ check: 'same-rows', options: { dataset, ...(columns.length === 0 ? {} : { columns }) } }]
  },
  custom_sql: (args, options) => {
    const query = asText(args['query'] ?? args['sql'])
    return query === null ? 'it has no query' : customSql(query, options)
  },
}

/** Those whose groups Atlas has too. */
const grouping = new Set(['recency', 'sequential_values'])

/** Tests of dbt_expectations that Great Expectations has not, or has otherwise. */
const expected: Record<string, Test> = {
  expression_is_true: tests['expression_is_true']!,
  expect_column_values_to_not_match_like_pattern_list: notAll('expect_column_values_to_not_match_like_pattern_list', 'like_pattern_list'),
  expect_column_values_to_not_match_regex_list: notAll('expect_column_values_to_not_match_regex_list', 'regex_list'),
  expect_column_values_to_be_increasing: (args, options, column) => inOrder('expect_column_values_to_be_increasing', args, options, column),
  expect_column_values_to_be_decreasing: (args, options, column) => inOrder('expect_column_values_to_be_decreasing', args, options, column),
  // A sum over all rows here; in Great Expectations of each row.
  expect_multicolumn_sum_to_equal: (args, options) => {
    const [columns, total] = [asNames(args['column_list']), asNumber(args['sum_total'])]
    if (columns.length === 0 || total === null) return 'it names no columns, or its sum_total is no number'
    if (asList(args['group_by']).length > 0) return 'Atlas does not group the rows of this check'
    const drafts = customSql(`select ${columns.map((name) => `sum(${quoted(name)})`).join(' + ')} from rows`, options)
    if (typeof drafts === 'string') return drafts
    return drafts.map((draft) => ({ ...draft, options: { ...draft.options, metric: true, min: total, max: total } }))
  },
  expect_row_values_to_have_recent_data: (args, _, column) => recent(args, column),
  expect_row_values_to_have_data_for_every_n_datepart: (args, _, column) => {
    const [date, every] = [asText(args['date_col']) ?? column, asText(args['date_part']) ?? 'day']
    if (date === null || !isName(date)) return 'it names no column'
    if ((asNumber(args['interval']) ?? 1) !== 1) return 'Atlas looks for rows in every period, and not in every so many'
    const since = /^\d{4}-\d{2}-\d{2}$/.exec(asText(args['test_start_date']) ?? '')?.[0]
    const options = { column: date, every, zone: 'UTC', ...(since === undefined ? {} : { since }) }
    return [{ check: 'schedule-coverage', options, ...(typeof args['row_condition'] === 'string' ? { where: args['row_condition'] } : {}) }]
  },
  expect_column_values_to_be_within_n_stdevs: (args, _, column) => {
    const threshold = asNumber(args['sigma_threshold']) ?? 3
    if (column === null) return noColumn
    if (asList(args['group_by']).length > 0 || threshold <= 0) return 'Atlas does not group the rows of this check'
    return [{ check: 'outliers', options: { column, method: 'z-score', threshold, scale: 'linear' } }]
  },
  expect_grouped_row_values_to_have_recent_data: (args) => recent(args, asText(args['timestamp_column']), asNames(args['group_by'])),
  expect_table_aggregation_to_equal_other_table: () => 'its expression is no single metric of a column; write it as aggregate-comparison',
  expect_column_distinct_count_to_equal_other_table: (args, options, column) => {
    const dataset = otherDataset(args['compare_model'], options)
    const other = asText(args['compare_column_name'])
    if (dataset === null || column === null) return 'it names no column or other table'
    return [
      {
        check: 'aggregate-comparison',
        options: { column, metric: 'distinct', dataset, ...(other === null ? {} : { otherColumn: other }) },
      },
    ]
  },
}

/**
 * The rules that are the same as a generic test of dbt.
 * @param name as it is called, with or without its package
 * @param column under which it stands
 * @returns why there are none
 */
export function dbtTest(name: string, column: string | null, args: Args, options: ImportOptions): RuleDraft[] | string {
  const [, owner = '', plain = name] = /^(?:([\w-]+)\.)?(.+)$/.exec(name) ?? []
  if (/expectations/.test(owner) || plain.startsWith('expect_')) {
    const test = own(expected, plain)
    if (test !== undefined) return test(args, options, column ?? asText(args['column_name']))
    const { group_by: groups } = args
    if (asList(groups).length > 0) return 'Atlas does not group the rows of this check'
    const expectation = own(expectations, plain.toLowerCase())
    if (expectation === undefined) return 'Atlas has no check for this test'
    return expectation(args, options)
  }
  const test = own(tests, plain)
  if (test === undefined) return 'Atlas has no check for this test'
  if (asList(args['group_by_columns']).length > 0 && !grouping.has(plain)) return 'Atlas does not group the rows of this check'
  return test(args, options, column ?? asText(args['column_name']))
}

/** The dbt package lets a value pass that lacks one of the patterns, unless `match_on` is `all`; Great Expectations does not. */
function notAll(name: string, list: string): Test {
  return (args, options) =>
    asText(args['match_on']) !== 'all' && asList(args[list]).length > 1
      ? 'it fails only where every pattern matches; Atlas has no check for this'
      : own(expectations, name)!(args, options)
}

/** The dbt package sorts by the column itself unless told, and takes equal values for wrong unless told. */
function inOrder(name: string, args: Args, options: ImportOptions, column: string | null): RuleDraft[] | string {
  if (asList(args['group_by']).length > 0) return 'Atlas does not group the rows of this check'
  const order = asText(args['sort_column']) ?? column
  return own(expectations, name)!({ ...args, column, step: args['step'], sort_column: order, strictly: !isOff(args['strictly']) }, options)
}

/** Each value stands as often in one column as in the other; NULL is a value like others. */
function sameCardinality(column: string, field: string, dataset: string): string {
  const counted = (name: string, from: string): string => `select ${quoted(name)} as "value", count(*) as times from ${from} group by all`
  return [
    `with here as (${counted(column, 'rows')}), there as (${counted(field, dataset)})`,
    '(select * from here except select * from there) union all (select * from there except select * from here)',
  ].join('\n')
}

function of(work: (column: string, args: Args, options: ImportOptions) => RuleDraft[] | string): Test {
  return (args, options, column) => {
    const expression = column ?? asText(args['column_name']) ?? asText(args['field'])
    if (expression === null) return noColumn
    if (!/^["`]?[^"`()|:+*/{}]+["`]?$/.test(expression)) return `"${expression}" is an expression and no column`
    return work(expression.replaceAll(/["`]/g, ''), args, options)
  }
}

function members(check: string, column: string, args: Args): RuleDraft[] | string {
  const values = asScalars(args['values'])
  return values === null ? 'it has no plain list of values' : [{ check, options: { column, values } }]
}

function compared(args: Args, options: ImportOptions, operator: string): RuleDraft[] | string {
  const dataset = otherDataset(args['compare_model'], options)
  return dataset === null ? 'it names no other table' : [{ check: 'row-count-match', options: { dataset, operator } }]
}

const HOURS: Record<string, number> = {
  second: 1 / 3600,
  minute: 1 / 60,
  hour: 1,
  day: 24,
  week: 168,
  month: 730,
  quarter: 2190,
  year: 8760,
}

function recent(args: Args, column: string | null, within: string[] = []): RuleDraft[] | string {
  const hours = (asNumber(args['interval']) ?? Number.NaN) * (HOURS[asText(args['datepart']) ?? ''] ?? Number.NaN)
  if (column === null) return noColumn
  if (!(hours > 0)) return 'it has no datepart and interval'
  const filter = asObject(args)?.['row_condition']
  const options = { column, maxAgeHours: hours, zone: 'UTC', ...(within.length === 0 ? {} : { within }) }
  return [{ check: 'freshness', options, ...(typeof filter === 'string' ? { where: filter } : {}) }]
}

/** What may be missing where a share must be there, in percent without the noise of floating point. */
function percentBelow(share: number): number {
  return Math.round((1 - share) * 100 * 1e9) / 1e9
}

function isName(text: string): boolean {
  return /^["`]?[A-Za-z_][\w $]*["`]?$/.test(text)
}

function quoted(name: string): string {
  // Always: a name may be a word of SQL, such as order.
  return `"${name.replaceAll('"', '""')}"`
}
