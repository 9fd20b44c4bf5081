import type { MetricKey, MetricKind } from '../../contract/quality-history.ts'
import type { CheckResult, QualitySummary } from '../../contract/quality.ts'

/** A metric of one snapshot. */
export interface Metric extends MetricKey {
  kind: MetricKind
  value: number
}

/**
 * Every number of a snapshot that is worth keeping over time: rows, score, coverage and dimensions of the table, completeness by column, and of
 * each rule its share of failing rows, its value and its figures. What could not be measured is left out: a gap, and no 0.
 */
export function metricsOf(snapshot: {
  rows: number
  quarantined: number
  quality: QualitySummary | null
  checks: readonly CheckResult[]
}): Metric[] {
  const { rows, quarantined, quality, checks } = snapshot
  const table = [count('rows', rows), count('quarantined', quarantined), ...(quality === null ? [] : scores(quality))]
  const found = [
    ...table,
    ...checks.filter(({ status }) => status !== 'error' && status !== 'not_run').flatMap((result) => ofResult(result, rows)),
  ]
  const finite = found.filter(({ value }) => Number.isFinite(value))
  // A figure may have the name of what is kept already, or two rules the same id: the first stays.
  return [
    ...new Map(finite.toReversed().map((each) => [JSON.stringify([each.rule, each.column, each.metric]), each])).values(),
  ].toReversed()
}

function count(metric: string, value: number): Metric {
  return { rule: null, column: null, metric, kind: 'count', value }
}

function scores({ score, coverage, dimensions }: QualitySummary): Metric[] {
  const shares = { score, ...dimensions, coverage: coverage === undefined || coverage.of === 0 ? null : coverage.columns / coverage.of }
  return Object.entries(shares).flatMap(([metric, value]) =>
    value === null ? [] : [{ rule: null, column: null, metric, kind: 'share' as const, value }],
  )
}

function ofResult(result: CheckResult, rows: number): Metric[] {
  const { check, column, eligible, failing, origin, figures } = result
  const isWholeColumn = column !== null && (check === 'not-blank' || check === 'not-null') && eligible === rows && rows > 0
  const complete: Metric[] = isWholeColumn
    ? [{ rule: null, column, metric: 'completeness', kind: 'share', value: 1 - failing / eligible }]
    : []
  // What runs by itself on every column says no more than that.
  if (origin === 'automatic' && check === 'not-blank') return complete
  const key = { rule: result.rule ?? check, column }
  const share: Metric[] = eligible > 0 ? [{ ...key, metric: 'failing_share', kind: 'share', value: failing / eligible }] : []
  const value: Metric[] = result.value == null ? [] : [{ ...key, metric: 'value', kind: 'number', value: result.value }]
  const numbers = Object.entries(figures).flatMap(([name, figure]) => (typeof figure === 'number' ? [[name, figure] as const] : []))
  return [...complete, ...share, ...value, ...numbers.map(([metric, each]) => ({ ...key, metric, kind: kindOf(each), value: each }))]
}

function kindOf(value: number): MetricKind {
  return Number.isSafeInteger(value) && value >= 0 ? 'count' : 'number'
}
