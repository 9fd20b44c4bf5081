import { Dimension, type DimensionScores, type QualitySummary } from '../contract/quality.ts'
import type { CheckedColumn } from './check.ts'
import type { PlannedRule } from './plan-rules.ts'
import type { Measured, Scan } from './scan-rules.ts'
import { isEmptyColumn } from './to-result.ts'

interface MeasuredRule {
  rule: PlannedRule
  measured: Measured
}

const PRECISION = 10_000

/** What to declare to have a dimension measured. */
const MISSING_RULE: Record<Dimension, string> = {
  completeness: 'No rule measures it: declare not-null or not-blank.',
  uniqueness: 'No rule measures it: declare keys, or the check unique.',
  timeliness: 'No rule measures it: declare freshness for an event time.',
  validity: 'No rule measures it: declare range, set, pattern or length.',
  accuracy: 'No rule measures it: accuracy needs something to compare with.',
  consistency: 'No rule measures it: declare compare or expression.',
}

/**
 * The six scores and their mean. A dimension's score is the share of rows that break none of its rules, and never more than the pass share of its
 * worst rule, so that a rule on few rows counts; adding a rule can only lower it. Shares are rounded down to four decimals: 1 means that every
 * rule ran and no row failed.
 */
export function summarise(rules: readonly PlannedRule[], scan: Scan, columns: readonly CheckedColumn[]): QualitySummary {
  const all = rules.map((rule, index) => ({ rule, measured: scan.measured[index]! }))
  const dimensions = {} as DimensionScores
  const reasons: QualitySummary['reasons'] = {}
  for (const dimension of Dimension.options) {
    const outcome = scoreOf(
      dimension,
      all.filter(({ rule }) => rule.dimension === dimension),
      scan,
    )
    dimensions[dimension] = typeof outcome === 'number' ? outcome : null
    if (typeof outcome === 'string') reasons[dimension] = outcome
  }
  const scores = Object.values(dimensions).filter((score) => score !== null)
  const hasError = all.some(({ measured }) => measured.error !== null)
  const looked = new Set(rules.flatMap((rule) => (rule.origin === 'automatic' ? [] : rule.looksAt)))
  const coverage = { columns: columns.filter(({ name }) => looked.has(name)).length, of: columns.length }
  return { score: meanOf(scores, hasError), cap: null, coverage, dimensions, reasons, measured: scores.length }
}

function scoreOf(dimension: Dimension, rules: readonly MeasuredRule[], { rows, broken }: Scan): number | string {
  if (rules.length === 0) return MISSING_RULE[dimension]
  const ran = rules.filter(({ rule, measured }) => measured.error === null && measured.eligible > 0 && !isEmptyColumn(rule, measured))
  const failed = rules.find(({ measured }) => measured.error !== null)
  if (ran.length === 0) return whyNot(rules, rows, failed)
  const refused = sum(ran.filter(({ rule }) => rule.plan.kind === 'counted'))
  const stale = Math.max(0, ...ran.filter(({ rule }) => rule.plan.kind === 'aggregate').map(({ measured }) => measured.failing))
  const duplicated = sum(ran.filter(({ rule }) => rule.plan.kind === 'key'))
  const total = rows + refused
  const failing = Math.min(total, Math.max(broken[dimension] ?? 0, stale) + duplicated + refused)
  const score = Math.min(
    share(total - failing, total),
    ...ran.map(({ measured }) => share(measured.eligible - measured.failing, measured.eligible)),
  )
  return failed === undefined ? score : Math.min(score, 1 - 1 / PRECISION)
}

function whyNot(rules: readonly MeasuredRule[], rows: number, failed: MeasuredRule | undefined): string {
  if (failed !== undefined) return `The check ${failed.rule.check} could not run: ${failed.measured.error}`
  if (rows === 0) return 'no rows'
  const unmeasurable = rules.find(({ rule }) => rule.plan.kind === 'unmeasurable')
  if (unmeasurable?.rule.plan.kind === 'unmeasurable') return unmeasurable.rule.plan.message
  return 'Its rules apply to no row.'
}

function sum(rules: readonly MeasuredRule[]): number {
  return rules.reduce((total, { measured }) => total + measured.failing, 0)
}

function share(part: number, whole: number): number {
  return Math.floor((part * PRECISION) / whole) / PRECISION
}

function meanOf(scores: readonly number[], hasError: boolean): number | null {
  if (scores.length === 0) return null
  const mean = Math.floor(scores.reduce((total, score) => total + Math.round(score * PRECISION), 0) / scores.length) / PRECISION
  return hasError ? Math.min(mean, 1 - 1 / PRECISION) : mean
}
