import { AtlasError } from '../../core/errors.ts'
import { id, sql, type Sql } from '../../core/sql.ts'
import type { CheckedColumn } from '../check.ts'
import { finiteNumber, isFloating, isNumeric, missingIn } from './column-values.ts'

type Metric = (column: CheckedColumn, percentile: number) => Sql

/** Figures of a column of numbers. Infinity and NaN are left out: they are the business of the check finite. */
const OF_NUMBERS = {
  'avg': (column) => sql`avg(${exactNumber(column)})::double`,
  'sum': (column) => sql`sum(${exactNumber(column)})::double`,
  'min': (column) => sql`min(${exactNumber(column)})::double`,
  'max': (column) => sql`max(${exactNumber(column)})::double`,
  'median': (column) => sql`quantile_cont(${finiteNumber(column)}, 0.5)`,
  'percentile': (column, percentile) => sql`quantile_cont(${finiteNumber(column)}, ${percentile / 100})`,
  'stddev': (column) => sql`stddev_samp(${finiteNumber(column)})`,
  'stddev-pop': (column) => sql`stddev_pop(${finiteNumber(column)})`,
  'variance': (column) => sql`var_samp(${finiteNumber(column)})`,
  'variance-pop': (column) => sql`var_pop(${finiteNumber(column)})`,
} as const satisfies Record<string, Metric>

/** Figures of any column. Shares are in percent; of an empty table there are none. */
const OF_VALUES = {
  'distinct': ({ name }) => sql`count(distinct ${id(name)})`,
  'distinct-percent': ({ name }) => sql`count(distinct ${id(name)}) * 100 / nullif(count(${id(name)}), 0)`,
  'duplicates': ({ name }) => sql`count(${id(name)}) - count(distinct ${id(name)})`,
  'duplicates-percent': ({ name }) => sql`(count(${id(name)}) - count(distinct ${id(name)})) * 100 / nullif(count(${id(name)}), 0)`,
  'present': (column) => sql`count(*) filter (where not ${missingIn(column)})`,
  'missing': (column) => sql`count(*) filter (where ${missingIn(column)})`,
  'missing-percent': (column) => sql`avg(case when ${missingIn(column)} then 100.0 else 0.0 end)`,
  'nulls': ({ name }) => sql`count(*) filter (where ${id(name)} is null)`,
  'nulls-percent': ({ name }) => sql`avg(case when ${id(name)} is null then 100.0 else 0.0 end)`,
  'avg-length': ({ name }) => sql`avg(length(${id(name)}::varchar))`,
  'min-length': ({ name }) => sql`min(length(${id(name)}::varchar))`,
  'max-length': ({ name }) => sql`max(length(${id(name)}::varchar))`,
} as const satisfies Record<string, Metric>

export type MetricName = keyof typeof OF_NUMBERS | keyof typeof OF_VALUES
export const METRIC_NAMES = [...Object.keys(OF_NUMBERS), ...Object.keys(OF_VALUES)] as [MetricName, ...MetricName[]]

/** Integers and decimals are added up exactly, and become floating point at the end. */
function exactNumber(column: CheckedColumn): Sql {
  return isFloating(column) ? finiteNumber(column) : id(column.name)
}

const EXACT = new Set<MetricName>(['avg', 'sum', 'min', 'max', 'median', 'percentile'])

/** True where the same values give the same figure, in whatever order they are read. */
export function isReproducible(metric: MetricName, column: CheckedColumn): boolean {
  return metric in OF_VALUES || metric === 'min' || metric === 'max' || (EXACT.has(metric) && !isFloating(column))
}

/**
 * An aggregate over a column, as floating point.
 * @param percentile 0 to 100, for the metric of that name
 * @throws AtlasError `pipeline.invalid` for a metric of numbers over another type
 */
export function metricOf(metric: MetricName, column: CheckedColumn, percentile: number | undefined): Sql {
  if (metric in OF_VALUES) return OF_VALUES[metric as keyof typeof OF_VALUES](column)
  if (!isNumeric(column))
    throw new AtlasError('pipeline.invalid', `The metric ${metric} needs numbers; the column "${column.name}" is ${column.type}.`, {
      next: 'Declare its type under columns, or choose another metric.',
    })
  if (metric === 'percentile' && percentile === undefined)
    throw new AtlasError('pipeline.invalid', 'The metric percentile needs to know which.', { next: 'Give percentile, e.g. 95.' })
  return OF_NUMBERS[metric as keyof typeof OF_NUMBERS](column, percentile ?? 50)
}
