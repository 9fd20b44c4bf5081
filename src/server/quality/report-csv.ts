import type { DatasetQuality } from '../../contract/quality-overview.ts'
import type { CheckResult, Threshold } from '../../contract/quality.ts'

const HEADER = [
  'dataset',
  'snapshot',
  'measured_at',
  'rule',
  'title',
  'check',
  'dimension',
  'column',
  'origin',
  'severity',
  'blocking',
  'declared',
  'status',
]
const FIGURES = ['eligible_rows', 'failing_rows', 'failing_percent', 'value', 'warns_above', 'fails_above', 'message']

/** A line for each rule, worst first. RFC 4180 with LF; an empty cell is what was not measured. */
export function reportCsv({ dataset, snapshotId, measuredAt, rules }: DatasetQuality): string {
  const lines = rules.map((rule) => [dataset, snapshotId, measuredAt, ...described(rule), ...figures(rule)])
  return [[...HEADER, ...FIGURES], ...lines].map((cells) => `${cells.map(toCell).join(',')}\n`).join('')
}

function described(rule: CheckResult): (string | null)[] {
  const { rule: name, title, check, dimension, column, origin, severity, blocking, status } = rule
  return [name, title, check, dimension, column, origin, severity, blocking ? 'yes' : 'no', origin === 'automatic' ? 'no' : 'yes', status]
}

function figures({ status, eligible, failing, value, limits, message }: CheckResult): (string | number | null)[] {
  const isMeasured = status !== 'error' && status !== 'not_run'
  const counts = isMeasured ? [eligible, failing, eligible === 0 ? null : (failing * 100) / eligible] : [null, null, null]
  return [...counts, value, limit(limits.warn), limit(limits.fail), message]
}

function limit(threshold: Threshold | null): string | null {
  if (threshold === null) return null
  return threshold.rows === undefined ? `${threshold.percent} %` : `${threshold.rows} rows`
}

/** A spreadsheet takes a text that begins so for a formula; names of columns and messages come from the source. */
const FORMULA = /^[=+\-@\t\r]/

/** A report is read by people: unlike in an export of data, a text that would run gets an apostrophe in front. */
function toCell(value: string | number | null): string {
  const plain = value === null ? '' : String(value)
  const text = typeof value === 'string' && FORMULA.test(plain) ? `'${plain}` : plain
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
