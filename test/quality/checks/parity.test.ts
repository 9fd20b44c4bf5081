import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { checks } from '../../../src/quality/index.ts'

const docs = readFileSync('docs/quality.md', 'utf8')
const ids = new Set(checks.map((check) => check.id))

/** The rows of the table under a heading: what another tool has, and the checks of Atlas named beside it. */
function mapping(heading: string): { theirs: string; ours: string[] }[] {
  const [section = ''] = docs.split(`### ${heading}\n`).slice(1)
  const table = section.split(/\n#+ /)[0]!
  return [...table.matchAll(/^\| (.+?) +\| (.+?) +\|$/gm)]
    .filter(([, left]) => left!.includes('`'))
    .map(([, left, right]) => ({
      theirs: left!,
      ours: [...right!.matchAll(/`([a-z-]+)`/g)].map(([, name]) => name!).filter((name) => ids.has(name)),
    }))
}

const soda = ['schema', 'row_count', 'missing', 'invalid', 'duplicate', 'freshness', 'aggregate', 'metric', 'failed_rows']
// oxfmt-ignore
const sodaValidity = [
  'valid_values', 'invalid_values', 'valid_format', 'invalid_format', 'valid_min', 'valid_max', 'valid_length', 'valid_min_length',
  'valid_max_length', 'valid_reference_data', 'missing_values', 'missing_format',
]
const dbt = ['unique', 'not_null', 'accepted_values', 'relationships']
/** Core expectations of Great Expectations 1 that look at one table, of which the last may read others. */
// oxfmt-ignore
const expectations = [
  'column_distinct_values_to_be_in_set', 'column_distinct_values_to_contain_set', 'column_distinct_values_to_equal_set',
  'column_kl_divergence_to_be_less_than', 'column_max_to_be_between', 'column_mean_to_be_between', 'column_median_to_be_between',
  'column_min_to_be_between', 'column_most_common_value_to_be_in_set', 'column_pair_values_a_to_be_greater_than_b',
  'column_pair_values_to_be_equal', 'column_pair_values_to_be_in_set', 'column_proportion_of_non_null_values_to_be_between',
  'column_proportion_of_unique_values_to_be_between', 'column_quantile_values_to_be_between', 'column_stdev_to_be_between',
  'column_sum_to_be_between', 'column_to_exist', 'column_unique_value_count_to_be_between', 'column_value_lengths_to_be_between',
  'column_value_lengths_to_equal', 'column_value_z_scores_to_be_less_than', 'column_values_to_be_between',
  'column_values_to_be_dateutil_parseable', 'column_values_to_be_decreasing', 'column_values_to_be_in_set',
  'column_values_to_be_in_type_list', 'column_values_to_be_increasing', 'column_values_to_be_json_parseable', 'column_values_to_be_null',
  'column_values_to_be_of_type', 'column_values_to_be_unique', 'column_values_to_match_json_schema',
  'column_values_to_match_like_pattern', 'column_values_to_match_like_pattern_list', 'column_values_to_match_regex',
  'column_values_to_match_regex_list', 'column_values_to_match_strftime_format', 'column_values_to_not_be_in_set',
  'column_values_to_not_be_null', 'column_values_to_not_match_like_pattern', 'column_values_to_not_match_like_pattern_list',
  'column_values_to_not_match_regex', 'column_values_to_not_match_regex_list', 'compound_columns_to_be_unique',
  'multicolumn_sum_to_equal', 'multicolumn_values_to_be_unique', 'query_results_to_match_comparison',
  'select_column_values_to_be_unique_within_record', 'table_column_count_to_be_between', 'table_column_count_to_equal',
  'table_columns_to_match_ordered_list', 'table_columns_to_match_set', 'table_row_count_to_be_between', 'table_row_count_to_equal',
  'table_row_count_to_equal_other_table',
]

describe('Q40: every check of other tools has a check here', () => {
  it.each([
    ['Soda contract language 4', [...soda, ...sodaValidity]],
    ['dbt', dbt],
    ['Great Expectations', [...expectations.map((name) => `expect_${name}`), 'unexpected_rows_expectation']],
  ])('%s', (heading, names) => {
    const rows = mapping(heading)
    const found = (name: string) => rows.find(({ theirs }) => theirs.includes(`\`${name}\``))
    expect(names.filter((name) => found(name) === undefined)).toEqual([])
    expect(rows.filter(({ theirs, ours }) => ours.length === 0 && !theirs.includes('`filter`'))).toEqual([])
  })

  it('each check is told in the docs of its dimension', () => {
    const untold = checks.filter((check) => {
      const [section = ''] = docs.split(new RegExp(`\n### ${check.dimension[0]!.toUpperCase()}${check.dimension.slice(1)}: .*\n`)).slice(1)
      return !section.split(/\n#+ /)[0]!.includes(`\`${check.id}\``)
    })
    expect(untold.map(({ id, dimension }) => `${id} (${dimension})`)).toEqual([])
  })
})
