import type { CheckRuleInput } from '../../../src/contract/quality.ts'

/** A test as it stands under `data_tests` of a model or, with a column, of one of its columns. */
export interface DbtTest {
  column: string | null
  test: string
  arguments: Record<string, unknown>
  where: string | undefined
}

/** Options of the rules of the benchmark, each where its check has it. */
interface Options {
  column: string
  columns: string[]
  min?: number | string
  max?: number | string
  values: unknown[]
  pattern: string
  left: string
  operator: string
  right: string
  expression: string
  maxAgeHours: number
}

/**
 * The tests of a dbt project that ask what a rule asks. A rule that dbt has no single test for is as many as a project needs: "not blank in at least
 * 97 % of the rows" is `not_null_proportion` and `not_empty_string`.
 */
export function dbtTests(rule: CheckRuleInput): DbtTest[] {
  const tests = testsOf[rule.check]
  if (tests === undefined) throw new Error(`no dbt test for ${rule.check}`)
  const options = { ...rule.options } as unknown as Options
  return tests(options).map(([column, test, given]) => ({ column, test, arguments: given, where: rule.where }))
}

type Test = [column: string | null, test: string, given: Record<string, unknown>]

const testsOf: Record<string, (options: Options) => Test[]> = {
  'not-null': ({ column }) => [[column, 'not_null', {}]],
  'not-blank': ({ column }) => [
    [column, 'not_null_proportion', { at_least: 0.97 }],
    [column, 'not_empty_string', {}],
  ],
  'range': ({ column, min, max }) => [[column, 'accepted_range', { min_value: constant(min), max_value: constant(max) }]],
  'set': ({ column, values }) => [[column, 'accepted_values', { values, quote: typeof values[0] === 'string' }]],
  // The packages look for a pattern anywhere, so that a whole value needs its anchors.
  'pattern': ({ column, pattern }) => [[column, 'match_regex', { regex: `^${pattern}$` }]],
  'length': ({ column, min, max }) => [[column, 'lengths_between', { min_value: min, max_value: max }]],
  'compare': ({ left, operator, right }) => [truth(`${left} ${operator} ${right}`)],
  'finite': ({ column }) => [truth(`isfinite(${column})`)],
  'expression': ({ expression }) => [truth(expression)],
  'freshness': ({ column, maxAgeHours }) => [[null, 'recency', { field: column, datepart: 'hour', interval: maxAgeHours }]],
  'unique': ({ columns }) =>
    columns.length === 1 ? [[columns[0]!, 'unique', {}]] : [[null, 'unique_combination_of_columns', { combination_of_columns: columns }]],
}

function truth(expression: string): Test {
  return [null, 'expression_is_true', { expression }]
}

/** A limit as SQL: dates stand in quotes. */
function constant(limit: number | string | undefined): number | string | undefined {
  return typeof limit === 'string' ? `'${limit}'` : limit
}
