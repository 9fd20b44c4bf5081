import type { CheckResult, RuleOrigin, Threshold } from '../../../../contract/quality.ts'
import type { AlertReason, MetricKey } from '../../../../contract/quality-history.ts'
import type { DatasetRule } from '../../../../contract/quality-rules.ts'
import { formatCount } from '../../../format/count.ts'
import { formatDuration } from '../../../format/duration.ts'
import { numberFormat, userLocale } from '../../../format/locale.ts'

/** Who wrote a rule, with the file or pipeline it stands in. */
export function originWords(origin: RuleOrigin, source: string | null): string {
  const words: Record<RuleOrigin, string> = { automatic: 'runs by itself', pipeline: 'pipeline', file: 'file', browser: 'browser' }
  return source === null ? words[origin] : `${words[origin]} ${source}`
}

/** Every home of a rule: one that stands in two in the same form is measured once. */
export function homeWords({ origin, source, alsoIn = [] }: Pick<DatasetRule, 'origin' | 'source' | 'alsoIn'>): string {
  return [{ origin, source }, ...alsoIn].map((home) => originWords(home.origin, home.source)).join(', and ')
}

/** A threshold as a sentence ends: `39 rows`, `0.5 % of the rows`. */
export function thresholdWords({ rows, percent }: Threshold): string {
  if (percent !== undefined) return `${formatFigure(percent)} % of the rows`
  return rows === undefined ? 'no limit' : `${formatCount(rows)} ${rows === 1 ? 'row' : 'rows'}`
}

/** A figure that is no count: at most four digits after the point. */
export function formatFigure(value: number): string {
  return numberFormat(userLocale(), { maximumFractionDigits: 4 }).format(value)
}

/** Hours as a length of time: 26 is `1 d 2 h`. */
export function formatHours(hours: number): string {
  return formatDuration(hours * 3_600_000)
}

/** A figure of a result, named in words; one in hours is a length of time: `max age: 1 d 2 h`. */
export function figureWords(name: string, figure: number | string | null): string {
  const isHours = name.endsWith('Hours') && typeof figure === 'number'
  const words = (isHours ? name.slice(0, -'Hours'.length) : name).replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase()
  if (typeof figure !== 'number') return `${words}: ${figure ?? '—'}`
  return `${words}: ${isHours ? formatHours(figure) : formatFigure(figure)}`
}

/** Which metric of a rule its chart shows: the age of a freshness rule, what it measured, or the share of rows that break it. */
export function chartedMetric({ rule, check, column, origin, value, figures }: CheckResult): { key: MetricKey; title: string } {
  // Of what runs by itself on every column only the column's completeness is kept.
  if (origin === 'automatic' && check === 'not-blank')
    return { key: { rule: null, column, metric: 'completeness' }, title: 'Share of rows with a value, over time' }
  if (typeof figures['ageHours'] === 'number') return { key: { rule, column, metric: 'ageHours' }, title: 'Age in hours, over time' }
  return value === null
    ? { key: { rule, column, metric: 'failing_share' }, title: 'Share of failing rows, over time' }
    : { key: { rule, column, metric: 'value' }, title: 'What it measured, over time' }
}

/** Why a point of a history is an alert. */
export const REASONS: Record<AlertReason, string> = {
  above: 'above what its history lets expect',
  below: 'below what its history lets expect',
  drifting_up: 'drifting up, slower than a single point shows',
  drifting_down: 'drifting down, slower than a single point shows',
}

/** What a metric is, in words. */
export function metricWords({ rule, column, metric }: MetricKey): string {
  const name = metric.replaceAll('_', ' ')
  if (rule !== null) return `${name} of ${rule}`
  return column === null ? name : `${name} of column ${column}`
}
