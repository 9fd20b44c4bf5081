import { rangeOf } from './expectations-aggregate.ts'
import type { Expectation } from './expectation.ts'
import type { ImportOptions, RuleDraft } from './imported.ts'
import { normaliseName } from '../../core/names.ts'
import { asNames, asNumber, asText, isTemplate } from './read-value.ts'
import { toColumnType } from './column-type.ts'

/** Expectations about the table: its rows, its columns, and other tables. */
export const tables: Record<string, Expectation> = {
  expect_table_row_count_to_be_between: bounded('row-count'),
  expect_table_row_count_to_equal: equal('row-count'),
  expect_table_column_count_to_be_between: bounded('column-count'),
  expect_table_column_count_to_equal: equal('column-count'),
  expect_table_row_count_to_equal_other_table: sameCount,
  expect_table_row_count_to_equal_other_table_times_factor: sameCount,
  expect_column_to_exist: (kwargs) => {
    const name = asText(kwargs['column']) ?? asText(kwargs['column_name'])
    return name === null ? 'it names no column' : oneColumn({ name })
  },
  expect_table_columns_to_match_set: (kwargs) => columns(kwargs, { match: kwargs['exact_match'] === false ? 'at-least' : 'exact' }),
  expect_table_columns_to_contain_set: (kwargs) => columns(kwargs, { match: 'at-least' }),
  expect_table_columns_to_not_contain_set: (kwargs) => columns(kwargs, { match: 'none' }),
  expect_table_columns_to_match_ordered_list: (kwargs) => columns(kwargs, { match: 'exact', order: true }),
  expect_column_values_to_be_of_type: (kwargs) => typed(kwargs, asText(kwargs['type_']) ?? asText(kwargs['column_type'])),
  expect_column_type_to_be: (kwargs) => typed(kwargs, asText(kwargs['type_'])),
  expect_column_values_to_be_in_type_list: (kwargs) => {
    const name = asText(kwargs['column']) ?? asText(kwargs['column_name'])
    const types = asNames(kwargs['type_list'] ?? kwargs['column_type_list'])
    if (types.some(isTemplate)) return 'a type has parameters that are filled in elsewhere'
    // Names that other engines have for the same types are of no use here.
    const known = [...new Set(types.flatMap((type) => toColumnType(type) ?? []))]
    if (name === null || known.length === 0) return `none of the types ${types.join(', ')} is one of Atlas`
    return oneColumn({ name, type: known.length === 1 ? known[0]! : known })
  },
  unexpected_rows_expectation: (kwargs, options) => {
    const query = asText(kwargs['unexpected_rows_query'])
    return query === null ? 'it has no query' : customSql(query.replaceAll(/\{batch\}|\{active_batch\}/g, 'rows'), options)
  },
  expect_query_results_to_match_comparison: () => 'Atlas does not run SQL in other databases',
}

function sameCount(kwargs: Record<string, unknown>, options: ImportOptions): RuleDraft[] | string {
  const dataset = otherDataset(kwargs['other_table_name'] ?? kwargs['compare_model'], options)
  if (dataset === null) return 'it names no other table'
  const factor = asNumber(kwargs['factor']) ?? 1
  if (kwargs['group_by'] !== undefined || kwargs['compare_group_by'] !== undefined) return 'Atlas has no row count by group'
  return [{ check: 'row-count-match', options: { dataset, ...(factor === 1 ? {} : { factor }) } }]
}

/** A rule of SQL that answers failing rows; its table is called `rows`. */
export function customSql(query: string, _options: ImportOptions): RuleDraft[] | string {
  return isTemplate(query) || /\{\w*\}/.test(query)
    ? 'its SQL has parameters that are filled in elsewhere'
    : [{ check: 'custom-sql', options: { query } }]
}

/** `layer.name` of a table named by another tool: `ref('orders')`, `source('shop', 'orders')`, `db.schema.orders`. */
export function otherDataset(name: unknown, { layer }: ImportOptions): string | null {
  const text = asText(name)
  if (text === null) return null
  const inside = [...text.matchAll(/['"]([^'"]+)['"]/g)].map(([, part]) => part!)
  const last = (/(ref|source)\s*\(/.test(text) ? inside.at(-1) : text.replaceAll(/["'`]/g, ''))?.split(/[./]/).at(-1)
  const table = last === undefined ? '' : normaliseName(last)
  return table === '' ? null : `${layer}.${table}`
}

/** One column of the table; others are no surprise. */
function oneColumn(column: { name: string; type?: string | string[] }): RuleDraft[] {
  return [{ check: 'schema', options: { columns: [column], added: 'allow' } }]
}

function columns(kwargs: Record<string, unknown>, more: Record<string, unknown>): ReturnType<Expectation> {
  const names = asNames(kwargs['column_set'] ?? kwargs['column_list'])
  return names.length === 0 ? 'it has no list of columns' : [{ check: 'column-set', options: { columns: names, ...more } }]
}

function typed(kwargs: Record<string, unknown>, type: string | null): ReturnType<Expectation> {
  const name = asText(kwargs['column']) ?? asText(kwargs['column_name'])
  const known = type === null ? null : toColumnType(type)
  if (name === null || known === null) return `the type ${type ?? 'that it leaves out'} is none of Atlas`
  return oneColumn({ name, type: known })
}

function bounded(check: string): Expectation {
  return (kwargs) => {
    const range = rangeOf(kwargs)
    return range === null ? 'it has no limit that is a number' : [{ check, options: { ...range } }]
  }
}

function equal(check: string): Expectation {
  return (kwargs) => {
    const value = asNumber(kwargs['value'])
    return value === null ? 'its value is no number' : [{ check, options: { min: value, max: value } }]
  }
}
