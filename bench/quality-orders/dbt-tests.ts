import type { CheckRuleInput } from '../../src/contract/quality.ts'

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
 * The statements that dbt (1.10, with dbt_utils 1.3 and dbt_expectations 0.10, over DuckDB) sends for a rule, as its macros compile: the query of the test inside
 * the count that every test gets. A rule that dbt has no single test for is as many as a project needs: "not blank in at least 97 % of the rows" is
 * `not_null_proportion` and `not_empty_string`.
 * @param model the name of a view over the Parquet file, as dbt-duckdb makes for what lies outside
 */
export function dbtTests(rule: CheckRuleInput, model: string): string[] {
  const tests = compiled[rule.check]
  if (tests === undefined) throw new Error(`no dbt test for ${rule.check}`)
  // `where` of a test makes a subquery of its model.
  const from = rule.where === undefined ? model : `(select * from ${model} where ${rule.where}) dbt_subquery`
  return tests({ ...rule.options } as unknown as Options, from).map(
    (sql) => `select count(*) as failures, count(*) != 0 as should_warn, count(*) != 0 as should_error from ( ${sql} ) dbt_internal_test`,
  )
}

const compiled: Record<string, (options: Options, model: string) => string[]> = {
  'not-null': ({ column }, model) => [`select ${column} from ${model} where ${column} is null`],
  'not-blank': ({ column }, model) => [
    `with validation as (
      select sum(case when ${column} is null then 0 else 1 end) / cast(count(*) as numeric(28, 6)) as not_null_proportion from ${model}),
    validation_errors as (select not_null_proportion from validation where not_null_proportion < 0.97 or not_null_proportion > 1.0)
    select * from validation_errors`,
    `with all_values as (select trim(${column}) as ${column} from ${model}), errors as (select * from all_values where ${column} = '')
    select * from errors`,
  ],
  'range': ({ column, min, max }, model) => [
    `with meet_condition as (select * from ${model}),
    validation_errors as (select * from meet_condition where 1 = 2
      ${min === undefined ? '' : `or not ${column} >= ${constant(min)}`} ${max === undefined ? '' : `or not ${column} <= ${constant(max)}`})
    select * from validation_errors`,
  ],
  'set': ({ column, values }, model) => [
    `with all_values as (select ${column} as value_field, count(*) as n_records from ${model} group by ${column})
    select * from all_values where value_field not in (${values.map(constant).join(', ')})`,
  ],
  // The package looks for a pattern anywhere, so that a whole value needs its anchors.
  'pattern': ({ column, pattern }, model) => [grouped(`regexp_matches(${column}, '^${pattern}$', '')`, model)],
  'length': ({ column, min, max }, model) => [
    grouped(
      `( 1=1${min === undefined ? '' : ` and length(${column}) >= ${min}`}${max === undefined ? '' : ` and length(${column}) <= ${max}`} )`,
      model,
    ),
  ],
  'compare': ({ left, operator, right }, model) => [truth(`${left} ${operator} ${right}`, model)],
  'finite': ({ column }, model) => [truth(`isfinite(${column})`, model)],
  'expression': ({ expression }, model) => [truth(expression, model)],
  'freshness': ({ column, maxAgeHours }, model) => {
    const threshold = `cast(date_add(now(), interval (-1 * ${maxAgeHours}) hour) as timestamp)`
    return [
      `with recency as (select max(${column}) as most_recent from ${model})
      select most_recent, ${threshold} as threshold from recency where most_recent < ${threshold}`,
    ]
  },
  'unique': ({ columns }, model) => {
    const [first = '', ...others] = columns
    if (others.length === 0) {
      return [
        `select ${first} as unique_field, count(*) as n_records from ${model} where ${first} is not null group by ${first} having count(*) > 1`,
      ]
    }
    const key = [first, ...others].join(', ')
    return [`with validation_errors as (select ${key} from ${model} group by ${key} having count(*) > 1) select * from validation_errors`]
  },
}

/** `dbt_utils.expression_is_true` */
function truth(expression: string, model: string): string {
  return `select 1 from ${model} where not(${expression})`
}

/** `dbt_expectations.expression_is_true`, which most tests of the package are. */
function grouped(expression: string, model: string): string {
  return `with grouped_expression as (select ${expression} as expression from ${model}),
    validation_errors as (select * from grouped_expression where not(expression = true))
    select * from validation_errors`
}

function constant(value: unknown): string {
  return typeof value === 'number' ? String(value) : `'${String(value)}'`
}
