import { Dimension, type CheckResult, type DimensionScores, type QualitySummary } from '../../contract/quality.ts'
import type { CheckedColumn } from '../check.ts'
import type { PlannedRule } from '../plan-rules.ts'
import { capBy, capOf } from './cap.ts'
import { ALMOST, meanOf, share } from './share.ts'

/** What was counted over all rules: rows, and those that break at least one rule of a dimension that judges single rows. */
export interface CountedRows {
  rows: number
  broken: Partial<Record<Dimension, number>>
}

interface MeasuredRule {
  rule: PlannedRule
  result: CheckResult
}

/** What to declare to have a dimension measured. */
const MISSING_RULE: Record<Dimension, string> = {
  completeness: 'No rule measures it: declare not-null or not-blank.',
  uniqueness: 'No rule measures it: declare keys, or the check unique.',
  timeliness: 'No rule measures it: declare freshness for an event time.',
  validity: 'No rule measures it: declare range, set, pattern or length.',
  accuracy: 'No rule measures it: accuracy needs something to compare with.',
  consistency: 'No rule measures it: declare compare or expression.',
}

/** Rows that fail are in the count of broken rows already. */
const BY_ROW: ReadonlySet<string> = new Set(['row', 'aggregate', 'twofold'])

/**
 * The six scores and their mean, which is null where nobody declared a rule: what runs by itself is measured and judges nothing. A dimension's score is the share of rows that break none of its rules, and never more than the pass share of its
 * worst rule, so that a rule on few rows counts; adding a rule can only lower it. Rules that group rows are counted apart, and their rows added:
 * the score is never higher than it should be. A broken rule of the whole table leaves what its cap leaves. Shares are rounded down to four
 * decimals: 1 means that every rule ran and no row failed.
 * @param results in the order of the rules
 */
export function summarise(
  rules: readonly PlannedRule[],
  results: readonly CheckResult[],
  counted: CountedRows,
  columns: readonly CheckedColumn[],
): QualitySummary {
  const all = rules.map((rule, index) => ({ rule, result: results[index]! }))
  const dimensions = {} as DimensionScores
  const reasons: QualitySummary['reasons'] = {}
  for (const dimension of Dimension.options) {
    const outcome = scoreOf(
      dimension,
      all.filter(({ rule }) => rule.dimension === dimension),
      counted,
    )
    dimensions[dimension] = typeof outcome === 'number' ? outcome : null
    if (typeof outcome === 'string') reasons[dimension] = outcome
  }
  const scores = Object.values(dimensions).filter((score) => score !== null)
  const cap = capOf(all.filter(isMeasured).map(({ result }) => result))
  const whole = results.some(({ status }) => status === 'error') ? ALMOST : 1
  const mean = rules.some(({ origin }) => origin !== 'automatic') ? meanOf(scores) : null
  return {
    score: mean === null ? null : Math.min(mean, whole, cap?.at ?? 1),
    cap,
    coverage: coverageOf(rules, columns),
    dimensions,
    reasons,
    measured: scores.length,
  }
}

/** Columns that a declared rule looks at. */
function coverageOf(rules: readonly PlannedRule[], columns: readonly CheckedColumn[]): QualitySummary['coverage'] {
  const looked = new Set(rules.flatMap((rule) => (rule.origin === 'automatic' ? [] : rule.looksAt)))
  return { columns: columns.filter(({ name }) => looked.has(name)).length, of: columns.length }
}

/** What could not be measured at all says so by a warning, and is no measurement. */
function isMeasured({ rule, result }: MeasuredRule): boolean {
  return result.status !== 'error' && result.status !== 'not_run' && rule.plan.kind !== 'unmeasurable'
}

function scoreOf(dimension: Dimension, rules: readonly MeasuredRule[], { rows, broken }: CountedRows): number | string {
  if (rules.length === 0) return MISSING_RULE[dimension]
  const ran = rules.filter(isMeasured)
  const failed = rules.find(({ result }) => result.status === 'error')
  if (ran.length === 0) return whyNot(rules, rows, failed)
  const ofRows = ran.filter(({ result }) => result.eligible > 0)
  const refused = sum(ofRows.filter(({ rule }) => rule.plan.kind === 'counted'))
  const stale = Math.max(0, ...ofRows.filter(({ rule }) => rule.plan.kind === 'aggregate').map(({ result }) => result.failing))
  const grouped = sum(ofRows.filter(({ rule }) => !BY_ROW.has(rule.plan.kind) && rule.plan.kind !== 'counted'))
  const total = rows + refused
  const failing = Math.max(broken[dimension] ?? 0, stale) + grouped + refused
  const shares = ofRows.map(({ result }) => share(result.eligible - result.failing, result.eligible))
  const tables = ran.filter(({ result }) => result.eligible === 0).map(({ result }) => ofTable(result))
  return Math.min(total === 0 ? 1 : share(total - failing, total), ...shares, ...tables, failed === undefined ? 1 : ALMOST)
}

/** A rule of the table as a whole, such as a number of rows, has no rows to count. */
function ofTable(result: CheckResult): number {
  return result.status === 'passed' ? 1 : (capBy(result) ?? ALMOST)
}

function whyNot(rules: readonly MeasuredRule[], rows: number, failed: MeasuredRule | undefined): string {
  if (failed !== undefined) return `The check ${failed.rule.check} could not run: ${failed.result.message}`
  if (rows === 0) return 'no rows'
  const unmeasurable = rules.find(({ rule }) => rule.plan.kind === 'unmeasurable')
  if (unmeasurable?.rule.plan.kind === 'unmeasurable') return unmeasurable.rule.plan.message
  const [why, another] = new Set(rules.map(({ result }) => result.message))
  return another === undefined && why != null ? why : 'None of its rules could be measured.'
}

function sum(rules: readonly MeasuredRule[]): number {
  return rules.reduce((total, { result }) => total + result.failing, 0)
}
