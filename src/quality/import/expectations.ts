import type { Expectation, Kwargs } from './expectation.ts'
import type { ImportOptions, RuleDraft } from './imported.ts'
import { aggregates } from './expectations-aggregate.ts'
import { tables } from './expectations-table.ts'
import { asList, asNames, asNumber, asObject, asScalars, asText, isTemplate } from './read-value.ts'
import { textMatch } from './text-pattern.ts'

const regexRefused = 'its regular expression uses what RE2 has not (look-around, back-references), or is empty'

/** Expectations about values of one column, or of columns of one row; those of Great Expectations and the dbt package of the same names. */
const values: Record<string, Expectation> = {
  expect_column_values_to_not_be_null: column((name) => [{ check: 'not-null', options: { column: name } }]),
  expect_column_values_to_be_null: column((name) => [{ check: 'is-null', options: { column: name } }]),
  expect_column_values_to_be_unique: column((name) => [{ check: 'unique', options: { columns: [name] } }]),
  expect_column_values_to_be_in_set: members('set'),
  expect_column_values_to_not_be_in_set: members('not-in-set'),
  expect_column_values_to_be_between: column((name, kwargs) => {
    const range = rangeOf(kwargs)
    return typeof range === 'string' ? range : [{ check: 'range', options: { column: name, ...range } }]
  }),
  expect_column_value_lengths_to_be_between: column((name, kwargs) => {
    const { min_value: min, max_value: max } = kwargs
    const strict = kwargs['strictly'] === true
    const [low, high] = [asNumber(min), asNumber(max)]
    if (low === null && high === null) return 'it has neither min_value nor max_value'
    const lowest = low === null ? {} : { min: low + (strict || kwargs['strict_min'] === true ? 1 : 0) }
    return [
      {
        check: 'length',
        options: { column: name, ...lowest, ...(high === null ? {} : { max: high - (strict || kwargs['strict_max'] === true ? 1 : 0) }) },
      },
    ]
  }),
  expect_column_value_lengths_to_equal: column((name, { value }) => {
    const length = asNumber(value)
    return length === null ? 'its value is no number' : [{ check: 'length', options: { column: name, min: length, max: length } }]
  }),
  expect_column_values_to_match_regex: matching('pattern', ({ regex }) => asList(regex)),
  expect_column_values_to_not_match_regex: matching('not-pattern', ({ regex }) => asList(regex)),
  expect_column_values_to_match_regex_list: column((name, kwargs) => {
    const patterns = flagged(
      kwargs,
      asList(kwargs['regex_list']).flatMap((item) => asText(item) ?? []),
    )
    if (typeof patterns === 'string') return patterns
    const groups = kwargs['match_on'] === 'all' ? patterns.map((pattern) => [pattern]) : [patterns]
    const drafts = groups.map((group) => textMatch(name, group))
    return drafts.some((options) => options === null) ? regexRefused : drafts.map((options) => ({ check: 'pattern', options: options! }))
  }),
  expect_column_values_to_not_match_regex_list: matching('not-pattern', (kwargs) => asList(kwargs['regex_list'])),
  expect_column_values_to_match_like_pattern: like('pattern', ({ like_pattern: pattern }) => asList(pattern)),
  expect_column_values_to_not_match_like_pattern: like('not-pattern', ({ like_pattern: pattern }) => asList(pattern)),
  expect_column_values_to_match_like_pattern_list: column((name, kwargs) => {
    const patterns = asList(kwargs['like_pattern_list']).flatMap((item) => asText(item) ?? [])
    if (patterns.length === 0) return 'it has no pattern'
    const groups = kwargs['match_on'] === 'all' ? patterns.map((pattern) => [pattern]) : [patterns]
    return groups.map((group) => ({ check: 'pattern', options: { column: name, like: group } }))
  }),
  expect_column_values_to_not_match_like_pattern_list: like('not-pattern', (kwargs) => asList(kwargs['like_pattern_list'])),
  expect_column_values_to_match_strftime_format: column((name, kwargs) => {
    const format = asText(kwargs['strftime_format'])
    return format === null ? 'it has no strftime_format' : [{ check: 'date-format', options: { column: name, formats: [format] } }]
  }),
  expect_column_values_to_be_dateutil_parseable: column((name) => [{ check: 'date-format', options: { column: name } }]),
  expect_column_values_to_be_json_parseable: column((name) => [{ check: 'semantic-type', options: { column: name, type: 'json' } }]),
  expect_column_values_to_match_json_schema: column((name, kwargs) => {
    const schema = asObject(kwargs['json_schema'])
    return schema === null ? 'it has no json_schema' : [{ check: 'json-schema', options: { column: name, schema } }]
  }),
  expect_column_values_to_not_be_outliers: column((name, kwargs) => {
    const [method, threshold] = [asText(kwargs['method']) ?? 'iqr', asNumber(kwargs['multiplier'] ?? 1.5)]
    if (threshold === null || threshold <= 0 || !['iqr', 'std'].includes(method)) return 'its method or multiplier is none of Atlas'
    return [{ check: 'outliers', options: { column: name, method: method === 'std' ? 'z-score' : 'iqr', threshold, scale: 'linear' } }]
  }),
  expect_column_values_to_be_increasing: column((name, kwargs) => monotonic(name, 'increasing', kwargs)),
  expect_column_values_to_be_decreasing: column((name, kwargs) => monotonic(name, 'decreasing', kwargs)),
  expect_column_pair_values_to_be_equal: pair('='),
  expect_column_pair_values_a_to_be_greater_than_b: (kwargs, options) => pair(kwargs['or_equal'] === true ? '>=' : '>')(kwargs, options),
  expect_column_pair_values_to_be_in_set: (kwargs) => {
    const [one, other] = [asText(kwargs['column_A']), asText(kwargs['column_B'])]
    const combinations = asList(kwargs['value_pairs_set']).map(asScalars)
    if (one === null || other === null || combinations.some((values) => values?.length !== 2))
      return 'it lacks a column, or a pair has a missing value'
    return [{ check: 'combination-set', options: { columns: [one, other], combinations } }]
  },
  expect_multicolumn_values_to_be_equal: (kwargs) =>
    several(kwargs, ([left, ...others]) => others.map((right) => ({ check: 'compare', options: { left, operator: '=', right } }))),
  expect_compound_columns_to_be_unique: (kwargs) => several(kwargs, (columns) => [{ check: 'unique', options: { columns } }]),
  expect_multicolumn_values_to_be_unique: (kwargs) => several(kwargs, (columns) => [{ check: 'distinct-in-row', options: { columns } }]),
  expect_select_column_values_to_be_unique_within_record: (kwargs) =>
    several(kwargs, (columns) => [{ check: 'distinct-in-row', options: { columns } }]),
  expect_multicolumn_sum_to_equal: (kwargs) => {
    const total = asNumber(kwargs['sum_total'])
    if (total === null) return 'its sum_total is no number'
    return several(kwargs, (columns) => [{ check: 'compare', options: { left: columns, operator: '=', right: total } }])
  },
}

/** What each expectation is in Atlas, by its name. */
export const expectations: Readonly<Record<string, Expectation>> = { ...values, ...aggregates, ...tables }

/** Its column, which the dbt package takes from where the test stands. */
function column(work: (name: string, kwargs: Kwargs, options: ImportOptions) => RuleDraft[] | string): Expectation {
  return (kwargs, options) => {
    const name = asText(kwargs['column']) ?? asText(kwargs['column_name'])
    return name === null ? 'it names no column' : work(name, kwargs, options)
  }
}

function several(kwargs: Kwargs, work: (columns: string[]) => RuleDraft[]): RuleDraft[] | string {
  const columns = asNames(kwargs['column_list'] ?? kwargs['columns'])
  return columns.length === 0 ? 'it names no columns' : work(columns)
}

function members(check: string): Expectation {
  return column((name, kwargs) => {
    const listed = asScalars(kwargs['value_set'] ?? kwargs['values'])
    return listed === null ? 'it has no plain list of values' : [{ check, options: { column: name, values: listed } }]
  })
}

function matching(check: string, patternsOf: (kwargs: Kwargs) => unknown[]): Expectation {
  return column((name, kwargs) => {
    const patterns = flagged(
      kwargs,
      patternsOf(kwargs).flatMap((item) => asText(item) ?? []),
    )
    if (typeof patterns === 'string') return patterns
    const options = textMatch(name, patterns)
    return options === null ? regexRefused : [{ check, options }]
  })
}

function like(check: string, patternsOf: (kwargs: Kwargs) => unknown[]): Expectation {
  return column((name, kwargs) => {
    const patterns = patternsOf(kwargs).flatMap((item) => asText(item) ?? [])
    return patterns.length === 0 ? 'it has no pattern' : [{ check, options: { column: name, like: patterns } }]
  })
}

function pair(operator: string): Expectation {
  return (kwargs) => {
    const [left, right] = [asText(kwargs['column_A'] ?? kwargs['column_a']), asText(kwargs['column_B'] ?? kwargs['column_b'])]
    if (left === null || right === null) return 'it lacks a column'
    if (isName(left) && isName(right)) return [{ check: 'compare', options: { left, operator, right } }]
    return isTemplate(left + right)
      ? 'its expressions have parameters that are filled in elsewhere'
      : [{ check: 'expression', options: { expression: `(${left}) ${operator} (${right})` } }]
  }
}

function isName(text: string): boolean {
  return !/[-+*/()|,]/.test(text)
}

/** Patterns with the flags that stand beside them: `i` is one of RE2's own. */
function flagged({ flags }: Kwargs, patterns: string[]): string[] | string {
  const given = asText(flags) ?? ''
  if (given === '') return patterns
  if (!/^[ims]+$/.test(given)) return `Atlas does not know the flags "${given}"`
  return patterns.map((pattern) => pattern.replace(/^(\^|\\A)?/, (anchor) => `${anchor}(?${given})`))
}

function monotonic(name: string, direction: string, kwargs: Kwargs): RuleDraft[] | string {
  if (asNumber(kwargs['step']) !== null) return 'Atlas has no step with a direction; write it as monotonic with step'
  const order = asText(kwargs['sort_column'])
  const strictly = kwargs['strictly'] === true || (kwargs['strictly'] === undefined && order !== null)
  return [{ check: 'monotonic', options: { column: name, direction, strictly, ...(order === null ? {} : { orderBy: [order] }) } }]
}

/** `min_value` and `max_value`, which are allowed themselves unless strict; dates are texts. */
function rangeOf(kwargs: Kwargs): Record<string, unknown> | string {
  const [min, max] = [boundOf(kwargs['min_value']), boundOf(kwargs['max_value'])]
  if (min === undefined || max === undefined) return 'a limit is no plain number, date or text'
  if (min === null && max === null) return 'it has neither min_value nor max_value'
  const strict = kwargs['strictly'] === true
  return {
    ...(min === null ? {} : { [strict || kwargs['strict_min'] === true ? 'above' : 'min']: min }),
    ...(max === null ? {} : { [strict || kwargs['strict_max'] === true ? 'below' : 'max']: max }),
  }
}

/** A limit that is a number, a date or a time. @returns null for no limit, undefined for one that cannot be read: a parameter, or SQL */
export function boundOf(value: unknown): number | string | null | undefined {
  if (value === undefined || value === null) return null
  if (typeof value === 'number') return value
  if (typeof value !== 'string') return undefined
  const number = asNumber(value)
  if (number !== null) return number
  const day = /^(?:cast\(\s*)?'?(\d{4}-\d{2}-\d{2}(?:[ T][\d:.+Z-]+)?)'?(?:\s*(?:as\s+\w+\s*\)|::\s*\w+))?$/i.exec(value.trim())
  return day?.[1]
}
