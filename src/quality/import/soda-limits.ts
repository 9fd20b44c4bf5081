import { type Condition, type Range, toRange, toThreshold } from './condition.ts'
import type { RuleDraft } from './imported.ts'

/** One limit of a check of Soda, and whether it warns. */
export interface Limit {
  /** What is good. */
  condition: Condition
  unit: 'rows' | 'percent'
  warns: boolean
}

/** Rules of rows with the limits of failing rows; null where a limit asks for failing rows. */
export function onRows(rules: readonly RuleDraft[], limits: readonly Limit[]): RuleDraft[] | null {
  const read = limits.map(({ condition, unit, warns }) => ({ warns, threshold: toThreshold(condition, unit) }))
  if (read.some(({ threshold }) => threshold === null)) return null
  const warn = read.find(({ warns }) => warns)?.threshold
  const fail = read.find(({ warns }) => !warns)?.threshold
  // No failing row is what a rule says that has no limit.
  const isStrict = warn == null && fail?.rows === 0
  const severity = warn != null && fail == null ? { severity: 'warning' as const } : {}
  return rules.map((rule) => ({ ...rule, ...severity, ...(warn == null ? {} : { warn }), ...(fail == null || isStrict ? {} : { fail }) }))
}

/** A rule of a figure for each limit; why there are none where one is no range. */
export function onFigure(
  check: string,
  options: Record<string, unknown>,
  limits: readonly Limit[],
  canBeNegative: boolean,
): RuleDraft[] | string {
  if (limits.length === 0) return 'it has no threshold'
  const ranges = limits.map(({ condition }) => toRange(condition, canBeNegative))
  if (ranges.some((range) => range === null)) return 'Atlas has no limit that a figure must lie outside of a range'
  return ranges.map((range, index) => ({
    check,
    options: { ...options, ...(range as Range) },
    ...(limits[index]!.warns ? { severity: 'warning' as const } : {}),
  }))
}

/** Keys that stand once. With limits that ask for duplicates they are a figure. */
export function onDuplicates(columns: readonly string[], limits: readonly Limit[]): RuleDraft[] | string {
  if (columns.length === 0) return 'it names no columns'
  const rules = onRows([{ check: 'unique', options: { columns } }], limits)
  if (rules !== null) return rules
  if (columns.length > 1) return 'Atlas has no check that duplicates must be there'
  const metric = limits.some(({ unit }) => unit === 'percent') ? 'duplicates-percent' : 'duplicates'
  return onFigure('aggregate', { column: columns[0], metric }, limits, false)
}

/** Values that are there. With limits that ask for missing ones they are a figure. */
export function onMissing(column: string, rules: readonly RuleDraft[], limits: readonly Limit[]): RuleDraft[] | string {
  const metric = limits.some(({ unit }) => unit === 'percent') ? 'missing-percent' : 'missing'
  return onRows(rules, limits) ?? onFigure('aggregate', { column, metric }, limits, false)
}

/** What is to be told where a limit of several conditions together becomes one of each. */
export function eachApart(type: string, rules: readonly RuleDraft[], limits: readonly Limit[]): [string, string][] {
  return rules.length > 1 && hasRoom(limits)
    ? [[`${type}: threshold`, 'Atlas counts each of its conditions by itself, so that together more rows may fail']]
    : []
}

/** What is to be told where a limit of duplicated values becomes one of the rows that hold them. */
export function duplicatesApart(type: string, limits: readonly Limit[]): [string, string][] {
  return hasRoom(limits) && onRows([], limits) !== null
    ? [
        [
          `${type}: threshold`,
          'Atlas counts every row of a repeated key, where Soda counts the values or the copies: the limit is stricter here',
        ],
      ]
    : []
}

/** What is to be told of limits of invalid values: Soda takes a percentage of all rows, and fails between two limits and not above the second. */
export function limitsApart(type: string, limits: readonly Limit[]): [string, string][] {
  const hasShare = limits.some(({ unit, condition }) => unit === 'percent' && (toThreshold(condition, unit)?.percent ?? 0) > 0)
  const isOpen = limits.some(({ condition, warns }) => !warns && 'outside' in condition && (condition.outside.min ?? 0) > 0)
  return [
    ...(hasShare && type.startsWith('invalid')
      ? [
          [`${type}: threshold`, 'Soda takes the share of all rows, Atlas of those that have a value: the limit is stricter here'] as [
            string,
            string,
          ],
        ]
      : []),
    ...(isOpen ? [[`${type}: threshold`, 'from the lower limit on it fails here, also above the upper one'] as [string, string]] : []),
  ]
}

/** Whether some failing rows are accepted. */
function hasRoom(limits: readonly Limit[]): boolean {
  return limits.some(({ condition, unit }) => {
    const threshold = toThreshold(condition, unit)
    return threshold !== null && Object.values(threshold).some((accepted) => accepted > 0)
  })
}

/** Figures of a column, by what Soda calls them. */
export const sodaFigures: Readonly<Record<string, string>> = {
  avg: 'avg',
  sum: 'sum',
  min: 'min',
  max: 'max',
  median: 'median',
  percentile: 'percentile',
  stddev: 'stddev',
  stddev_samp: 'stddev',
  stddev_pop: 'stddev-pop',
  variance: 'variance',
  var_samp: 'variance',
  var_pop: 'variance-pop',
  avg_length: 'avg-length',
  min_length: 'min-length',
  max_length: 'max-length',
  count_distinct: 'distinct',
  distinct_count: 'distinct',
}

/** Filters that must all hold, as one. */
export function allOf(filters: readonly string[]): { where?: string } {
  if (filters.length === 0) return {}
  return { where: filters.length === 1 ? filters[0]! : filters.map((filter) => `(${filter})`).join(' and ') }
}
