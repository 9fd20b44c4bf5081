import { raw, sql, type Sql } from '../../core/sql.ts'
import type { Figure } from '../check.ts'
import { aggregateCall } from '../scan/filter-aggregate.ts'
import { mergeMoments, type Moments, NO_MOMENTS } from './moments.ts'

/** What is kept of an aggregate for one file, so that the aggregate of many files can be told from theirs. */
export type AggregateState =
  | { kind: 'count'; n: number }
  | { kind: 'sum'; n: number; sum: number }
  | { kind: 'extreme'; value: number | null }
  | { kind: 'moments'; moments: Moments }
  | { kind: 'values'; values: string[] }

/** An aggregate that can be told from the states of files. */
export interface MergeableAggregate {
  /** Columns of the query that makes a state. */
  select: Sql[]
  /** Distinct values are asked for by a query of their own, as hashes `v` (no cell is kept), and only where they are few. */
  values?(relation: Sql): Sql
  /** Null for cells that cannot be kept: then the rule looks at all rows. */
  read(cells: readonly Figure[], values: readonly string[]): AggregateState | null
  merge(states: readonly AggregateState[]): Figure
}

/** More distinct values than this are not kept for a file. */
export const MOST_VALUES = 10_000
const CALL = /^([a-z_]+)\(\s*(distinct\s+)?(.*)\)$/is

/**
 * How an aggregate is told from states; null for one that cannot be: medians and other quantiles, and expressions of aggregates. Counts, whole sums,
 * extremes and distinct values are exact; means and variances are merged pairwise.
 */
export function mergeable(aggregate: Sql): MergeableAggregate | null {
  const parsed = aggregateCall(aggregate.text)
  if (parsed === null) return null
  const [, name = '', distinct, argument = ''] = CALL.exec(parsed.call) ?? []
  const filter = parsed.filter === undefined ? null : raw(`(${parsed.filter})`)
  if (distinct !== undefined) return name.toLowerCase() === 'count' ? distinctValues(raw(argument), filter) : null
  return byName[name.toLowerCase()]?.(argument, filter) ?? null
}

type Maker = (argument: string, filter: Sql | null) => MergeableAggregate

/** An aggregate over the rows that a filter chooses. */
function over(name: string, argument: string, filter: Sql | null): Sql {
  return sql`${raw(name)}(${raw(argument)})${filter === null ? raw('') : sql` filter (where ${filter})`}`
}

const count =
  (name: string): Maker =>
  (argument, filter) => ({
    select: [over(name, argument, filter)],
    read: ([n]) => ({ kind: 'count', n: Number(n ?? 0) }),
    merge: (states) => states.reduce((sum, state) => sum + (state.kind === 'count' ? state.n : 0), 0),
  })

const sum: Maker = (argument, filter) => ({
  select: [over('count', argument, filter), sql`${over('sum', argument, filter)}::double`],
  read: ([n, whole]) => (Number(n) > 0 && whole === null ? null : { kind: 'sum', n: Number(n), sum: Number(whole ?? 0) }),
  merge: (states) => {
    const known = states.filter((state) => state.kind === 'sum').filter(({ n }) => n > 0)
    return known.length === 0 ? null : known.reduce((total, state) => total + state.sum, 0)
  },
})

/** Numbers only: JavaScript orders texts and times otherwise than DuckDB. */
const extreme =
  (name: 'min' | 'max'): Maker =>
  (argument, filter) => ({
    select: [over(name, argument, filter), over('count', argument, filter)],
    read: ([value, n]) => (typeof value === 'number' ? { kind: 'extreme', value } : n === 0 ? { kind: 'extreme', value: null } : null),
    merge: (states) => {
      const values = states.flatMap((state) => (state.kind === 'extreme' && state.value !== null ? [state.value] : []))
      return values.length === 0 ? null : Math[name](...values)
    },
  })

const moments =
  (finish: (moments: Moments) => number | null): Maker =>
  (argument, filter) => ({
    select: ['count', 'avg', 'var_pop'].map((name) => over(name, argument, filter)),
    read: ([count, mean, variance]) => {
      const n = Number(count)
      if (n === 0) return { kind: 'moments', moments: NO_MOMENTS }
      return typeof mean === 'number' && typeof variance === 'number' ? { kind: 'moments', moments: { n, mean, m2: variance * n } } : null
    },
    merge: (states) =>
      finish(states.reduce((all, state) => (state.kind === 'moments' ? mergeMoments(all, state.moments) : all), NO_MOMENTS)),
  })

function distinctValues(value: Sql, filter: Sql | null): MergeableAggregate {
  const chosen = filter === null ? sql`${value} is not null` : sql`${value} is not null and ${filter}`
  return {
    select: [over('count', `distinct ${value.text}`, filter)],
    values: (relation) => sql`select distinct md5(${value}::varchar) as v from ${relation} where ${chosen} limit ${MOST_VALUES + 1}`,
    // Values that are equal and have several texts, such as 0 and -0, are not kept.
    read: ([n], values) => (Number(n) === values.length ? { kind: 'values', values: [...values] } : null),
    merge: (states) => new Set(states.flatMap((state) => (state.kind === 'values' ? state.values : []))).size,
  }
}

const sampleVariance = ({ n, m2 }: Moments): number | null => (n < 2 ? null : m2 / (n - 1))
const wholeVariance = ({ n, m2 }: Moments): number | null => (n === 0 ? null : m2 / n)
const rootOf = (variance: (moments: Moments) => number | null) => (of: Moments) => {
  const found = variance(of)
  return found === null ? null : Math.sqrt(found)
}

const byName: Readonly<Record<string, Maker>> = {
  count: count('count'),
  count_if: count('count_if'),
  sum,
  min: extreme('min'),
  max: extreme('max'),
  avg: moments(({ n, mean }) => (n === 0 ? null : mean)),
  stddev: moments(rootOf(sampleVariance)),
  stddev_samp: moments(rootOf(sampleVariance)),
  stddev_pop: moments(rootOf(wholeVariance)),
  variance: moments(sampleVariance),
  var_samp: moments(sampleVariance),
  var_pop: moments(wholeVariance),
}
