import type { Expectation, Kwargs } from './expectation.ts'
import type { Range } from './condition.ts'
import type { RuleDraft } from './imported.ts'
import { asList, asNames, asNumber, asObject, asScalars, asText } from './read-value.ts'

/** Expectations about a figure of a column. */
export const aggregates: Record<string, Expectation> = {
  expect_column_max_to_be_between: extreme('max'),
  expect_column_min_to_be_between: extreme('min'),
  expect_column_mean_to_be_between: figure('avg'),
  expect_column_median_to_be_between: figure('median'),
  expect_column_stdev_to_be_between: figure('stddev'),
  expect_column_sum_to_be_between: figure('sum'),
  expect_column_unique_value_count_to_be_between: figure('distinct'),
  expect_column_distinct_count_to_equal: exactly('distinct'),
  expect_column_distinct_count_to_be_greater_than: (kwargs) => {
    const value = asNumber(kwargs['value'])
    return value === null ? 'its value is no number' : aggregate(kwargs, 'distinct', { above: value })
  },
  expect_column_distinct_count_to_be_less_than: (kwargs) => {
    const value = asNumber(kwargs['value'])
    return value === null ? 'its value is no number' : aggregate(kwargs, 'distinct', { below: value })
  },
  expect_column_proportion_of_unique_values_to_be_between: (kwargs) => {
    const range = rangeOf(kwargs)
    return range === null ? 'it has no limit that is a number' : aggregate(kwargs, 'distinct-percent', percent(range))
  },
  expect_column_proportion_of_non_null_values_to_be_between: (kwargs) => {
    const range = rangeOf(kwargs)
    if (range === null) return 'it has no limit that is a number'
    // At least so many are there: at most the others are not.
    const { min = 0, max, below } = percent(range)
    const name = nameOf(kwargs)
    if (max !== undefined && max < 100) return 'Atlas has no check that a column must have NULLs'
    if (name === null || below !== undefined) return 'it names no column, or asks for NULLs'
    return [{ check: 'not-null', options: { column: name }, fail: { percent: Math.round((100 - min) * 1e9) / 1e9 } }]
  },
  expect_column_distinct_values_to_be_in_set: listed('set'),
  expect_column_distinct_values_to_contain_set: listed('contains-values'),
  expect_column_distinct_values_to_equal_set: (kwargs) => {
    const [one, other] = [listed('set')(kwargs, { layer: 'chart' }), listed('contains-values')(kwargs, { layer: 'chart' })]
    return typeof one === 'string' || typeof other === 'string' ? 'it has no plain list of values' : [...one, ...other]
  },
  expect_column_most_common_value_to_be_in_set: (kwargs, options) =>
    (asNumber(kwargs['top_n']) ?? 1) === 1 ? listed('most-common')(kwargs, options) : 'Atlas looks at the most common value alone',
  expect_column_quantile_values_to_be_between: (kwargs) => {
    const ranges = asObject(kwargs['quantile_ranges'])
    if (ranges === null) return quantile(kwargs, asNumber(kwargs['quantile']), kwargs['min_value'], kwargs['max_value'])
    const limits = asList(ranges['value_ranges']).map(asList)
    const drafts = asList(ranges['quantiles']).map((share, index) =>
      quantile(kwargs, asNumber(share), limits[index]?.[0], limits[index]?.[1]),
    )
    const wrong = drafts.find((draft) => typeof draft === 'string')
    return wrong ?? drafts.flatMap((draft) => (typeof draft === 'string' ? [] : draft))
  },
  expect_column_kl_divergence_to_be_less_than: (kwargs) => {
    const partition = asObject(kwargs['partition_object'])
    const [shares, limit, column] = [asList(partition?.['weights']).map(asNumber), asNumber(kwargs['threshold']), nameOf(kwargs)]
    const [values, bins] = [asScalars(partition?.['values']), asList(partition?.['bins']).map(asNumber)]
    if (column === null || limit === null || !(limit > 0) || shares.length === 0) return 'it lacks a column, a threshold or weights'
    // Bins name both their ends; Atlas has the last one open.
    const expected = values === null ? { edges: bins.slice(1, -1), shares } : { values, shares }
    return [{ check: 'drift', options: { column, statistic: 'kl', max: limit, expected } }]
  },
  expect_column_value_z_scores_to_be_less_than: (kwargs) => {
    const [column, threshold] = [nameOf(kwargs), asNumber(kwargs['threshold'])]
    if (column === null || threshold === null || threshold <= 0) return 'it lacks a column or a threshold'
    if (kwargs['double_sided'] === false) return 'Atlas looks at both sides'
    return [{ check: 'outliers', options: { column, method: 'z-score', threshold, scale: 'linear' } }]
  },
}

function nameOf(kwargs: Kwargs): string | null {
  return asText(kwargs['column']) ?? asText(kwargs['column_name'])
}

function aggregate(kwargs: Kwargs, metric: string, limits: Range, more: Record<string, unknown> = {}): ReturnType<Expectation> {
  const column = nameOf(kwargs)
  return column === null ? 'it names no column' : [{ check: 'aggregate', options: { column, metric, ...more, ...limits } }]
}

function figure(metric: string): Expectation {
  return (kwargs) => {
    const range = rangeOf(kwargs)
    return range === null ? 'it has no limit that is a number' : aggregate(kwargs, metric, range)
  }
}

/** The greatest and least value may be dates, whose limits are then those of every value. */
function extreme(metric: 'min' | 'max'): Expectation {
  return (kwargs, options) => {
    const numbers = figure(metric)(kwargs, options)
    if (typeof numbers !== 'string') return numbers
    const [side, key] = metric === 'max' ? (['max', 'max_value'] as const) : (['min', 'min_value'] as const)
    const [limit, other, column] = [asText(kwargs[key]), kwargs[metric === 'max' ? 'min_value' : 'max_value'] ?? null, nameOf(kwargs)]
    if (column === null) return numbers
    const isStrict = kwargs['strictly'] === true || kwargs['strict_min'] === true || kwargs['strict_max'] === true
    if (other === null && !isStrict && limit !== null && TIME.test(limit)) return [{ check: 'range', options: { column, [side]: limit } }]
    return extremeTime(metric, column, kwargs) ?? numbers
  }
}

const TIME = /^\d{4}-\d{2}-\d{2}(?:[ T][\d:.]+(?:Z|[+-]\d{2}:?\d{2})?)?$/

/** The figure of a column of times between two times, as a query that answers a row where it is not. Null where a limit is no time. */
function extremeTime(metric: string, column: string, kwargs: Kwargs): RuleDraft[] | null {
  const figure = `${metric}("${column.replaceAll('"', '""')}")`
  const sides = [
    { value: kwargs['min_value'], outside: '<', isStrict: kwargs['strict_min'] === true },
    { value: kwargs['max_value'], outside: '>', isStrict: kwargs['strict_max'] === true },
  ].filter(({ value }) => value != null)
  if (sides.length === 0 || sides.some(({ value }) => typeof value !== 'string' || !TIME.test(value))) return null
  const wrong = sides.map(
    ({ value, outside, isStrict }) => `${figure} ${outside}${isStrict || kwargs['strictly'] === true ? '=' : ''} '${asText(value) ?? ''}'`,
  )
  return [{ check: 'custom-sql', options: { query: `select ${figure} as ${metric} from rows having ${wrong.join(' or ')}` } }]
}

function exactly(metric: string): Expectation {
  return (kwargs) => {
    const value = asNumber(kwargs['value'])
    return value === null ? 'its value is no number' : aggregate(kwargs, metric, { min: value, max: value })
  }
}

function listed(check: string): Expectation {
  return (kwargs) => {
    const values = asScalars(kwargs['value_set'] ?? kwargs['values'])
    const column = nameOf(kwargs) ?? asNames(kwargs['column_list'])[0]
    return values === null || column === undefined ? 'it has no plain list of values' : [{ check, options: { column, values } }]
  }
}

function quantile(kwargs: Kwargs, share: number | null, min: unknown, max: unknown): ReturnType<Expectation> {
  const range = rangeOf({ ...kwargs, min_value: min, max_value: max })
  if (share === null || range === null) return 'a quantile or its limits are no numbers'
  return aggregate(kwargs, 'percentile', range, { percentile: Math.round(share * 100 * 1e9) / 1e9 })
}

/** Null where no limit is given, or one is no number. */
export function rangeOf(kwargs: Kwargs): Range | null {
  const given = [kwargs['min_value'], kwargs['max_value']]
  const [min, max] = given.map(asNumber)
  if (given.some((value, index) => value != null && [min, max][index] === null) || (min == null && max == null)) return null
  const strict = kwargs['strictly'] === true
  return {
    ...(min == null ? {} : strict || kwargs['strict_min'] === true ? { above: min } : { min }),
    ...(max == null ? {} : strict || kwargs['strict_max'] === true ? { below: max } : { max }),
  }
}

function percent(range: Range): Range {
  return Object.fromEntries(Object.entries(range).map(([key, value]: [string, number]) => [key, Math.round(value * 100 * 1e9) / 1e9]))
}
