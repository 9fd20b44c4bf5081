import { AtlasError } from '../../core/errors.ts'
import { raw, sql, type Sql } from '../../core/sql.ts'
import { closesAt } from './closes-at.ts'

const CALL = /^[a-z_][a-z0-9_]*\s*\(/i
/** Aggregates of one value that pass over NULL. */
const PASSES_NULL =
  /^(avg|sum|min|max|median|mad|stddev|stddev_samp|stddev_pop|variance|var_samp|var_pop|skewness|count)\((?!\s*(?:distinct|\*))(.*)\)$/is
const FILTERED = /^(.*\))\s*filter\s*\(\s*where\b(.*)\)$/is

/**
 * A plain aggregate call, such as `median(x)` or `avg(x) filter (where y)`, over the rows that a condition chooses.
 * @throws AtlasError `pipeline.invalid` for anything else
 */
export function filterAggregate(aggregate: Sql, where: Sql): Sql {
  // One of several quantiles: `quantile_cont(x, [0.25, 0.75])[1]`.
  const [, list, place = ''] = /^(.*\))(\[\d+\])$/s.exec(aggregate.text) ?? []
  const [, call = list ?? aggregate.text, filter] = FILTERED.exec(list ?? aggregate.text) ?? []
  if (CALL.test(call) && closesAt(call) === call.length - 1)
    return sql`(${raw(call)} filter (where (${where})${filter === undefined ? raw('') : raw(` and (${filter})`)}))${raw(place)}`
  throw new AtlasError('pipeline.invalid', 'This check cannot be combined with a `where`.', {
    next: 'Leave the `where` out, or measure a transform that keeps only those rows.',
  })
}

/** The same aggregate without a filter, where that can be told from its text: DuckDB cuts every column of the scan for every filter. */
export function withoutFilter(aggregate: Sql): Sql {
  const [, call, filter] = FILTERED.exec(aggregate.text) ?? []
  if (call === undefined || filter === undefined || closesAt(call) !== call.length - 1) return aggregate
  if (/^count\(\s*\*\s*\)$/i.test(call)) return sql`coalesce(count_if(${raw(filter)}), 0)`
  const [, name, value] = PASSES_NULL.exec(call) ?? []
  // A comma may part two arguments.
  return name === undefined || value!.includes(',') ? aggregate : sql`${raw(name)}(case when ${raw(filter)} then ${raw(value!)} end)`
}
