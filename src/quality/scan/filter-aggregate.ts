import { AtlasError } from '../../core/errors.ts'
import { raw, sql, type Sql } from '../../core/sql.ts'
import { closesAt } from './closes-at.ts'

/** Aggregates of one value that pass over NULL. */
const PASSES_NULL =
  /^(avg|sum|min|max|median|mad|stddev|stddev_samp|stddev_pop|variance|var_samp|var_pop|skewness|count)\((?!\s*(?:distinct|\*))(.*)\)$/is

/**
 * A plain aggregate call, such as `median(x)` or `avg(x) filter (where y)`, over the rows that a condition chooses.
 * @throws AtlasError `pipeline.invalid` for anything else
 */
export function filterAggregate(aggregate: Sql, where: Sql): Sql {
  // One of several quantiles: `quantile_cont(x, [0.25, 0.75])[1]`.
  const [, list, place = ''] = /^(.*\))(\[\d+\])$/s.exec(aggregate.text) ?? []
  const { call, filter } = aggregateCall(list ?? aggregate.text) ?? {}
  if (call !== undefined)
    return sql`(${raw(call)} filter (where (${where})${filter === undefined ? raw('') : raw(` and (${filter})`)}))${raw(place)}`
  throw new AtlasError('pipeline.invalid', 'This check cannot be combined with a `where`.', {
    next: 'Leave the `where` out, or measure a transform that keeps only those rows.',
  })
}

/** The same aggregate without a filter, where that can be told from its text: DuckDB cuts every column of the scan for every filter. */
export function withoutFilter(aggregate: Sql): Sql {
  const { call, filter } = aggregateCall(aggregate.text) ?? {}
  if (call === undefined || filter === undefined) return aggregate
  if (/^count\(\s*\*\s*\)$/i.test(call)) return sql`coalesce(count_if(${raw(filter)}), 0)`
  const [, name, value] = PASSES_NULL.exec(call) ?? []
  // A comma may part two arguments.
  return name === undefined || value!.includes(',') ? aggregate : sql`${raw(name)}(case when ${raw(filter)} then ${raw(value!)} end)`
}

/** One call of a function, and its filter where it has one; null for every other expression, also for one that only begins with a call. */
export function aggregateCall(text: string): { call: string; filter?: string } | null {
  if (!/^[a-z_][a-z0-9_]*\s*\(/i.test(text)) return null
  const end = closesAt(text)
  if (end === text.length - 1) return { call: text }
  const rest = text.slice(end + 1)
  const [, bracket, filter] = /^\s*filter\s*(\(\s*where\b(.*)\))$/is.exec(rest) ?? []
  if (bracket === undefined || filter === undefined || closesAt(bracket) !== bracket.length - 1) return null
  return { call: text.slice(0, end + 1), filter }
}
