import type { CheckResult, QualitySummary } from '../contract/quality.ts'
import type { Query } from '../core/query.ts'
import type { Sql } from '../core/sql.ts'
import type { CheckedColumn, CheckScope } from './check.ts'
import { type DeclaredRule, type PlannedRule, planRules } from './plan-rules.ts'
import { scanRules } from './scan-rules.ts'
import { summarise } from './score/summarise.ts'
import type { TableParts } from './states/scan-parts.ts'
import { toResult } from './to-result.ts'

/** What is known beyond the table itself. What is left out is not known, and rules that need it say so. */
export interface QualityFacts extends Partial<Omit<CheckScope, 'columns' | 'now'>> {
  now: Date
  /** Columns that identify a row, as the stream declares them. */
  keys: readonly string[]
  /** Rows that the source held; null for a table that no source was read for, such as a transform's. */
  sourceRows: number | null
  /** Looks at so many rows, taken at random, and gives intervals; at all rows unless told. */
  sampleRows?: number | null
  /** The table's files and what is known of them: files that are known are not read again where a rule can be told from its files. */
  parts?: TableParts
  /** False leaves out the rules that run by themselves. */
  automatic?: boolean
}

export interface Measurement {
  summary: QualitySummary
  results: CheckResult[]
  /** Times that the table was read: at most two unless a rule broke a scan. */
  scans: number
  /** Rows read from the table, all scans together. */
  scannedRows: number
}

/**
 * Measures a table: all rules of single rows and of the table in one shared scan, all rules that group in one narrow scan after it. A rule
 * that cannot run is an `error` of its own and never passed. Dimensions without a rule, or without rows, are null with a reason.
 */
export async function measureQuality(
  query: Query,
  relation: Sql,
  columns: readonly CheckedColumn[],
  rules: readonly DeclaredRule[],
  facts: QualityFacts,
): Promise<Measurement> {
  const scope = scopeOf(columns, facts)
  const planned = await planRules(rules, facts, scope)
  const { sampleRows = null, parts = null } = facts
  const isSteady = parts === null ? () => true : steadyRules(planned, await planRules(rules, facts, { ...scope, now: later(scope.now) }))
  const scan = await scanRules(query, relation, planned, columns, { sampleRows, rows: scope.rows, parts, isSteady })
  const results = planned.map((rule, index) => toResult(rule, scan.measured[index]!))
  return { summary: summarise(planned, results, scan, columns), results, scans: scan.scans, scannedRows: scan.scannedRows }
}

/** A moment at which a question that changes with the clock is another one. */
function later(now: Date): Date {
  return new Date(now.getTime() + 400 * 86_400_000 + 3_723_004)
}

/** Tells the rules whose SQL is the same at both moments. */
function steadyRules(now: readonly PlannedRule[], then: readonly PlannedRule[]): (index: number) => boolean {
  const text = (rule: PlannedRule | undefined): string =>
    JSON.stringify([rule?.where, rule?.plan, rule?.plan.kind === 'measure' ? rule.plan.figures({}) : null])
  return (index) => text(now[index]) === text(then[index])
}

function scopeOf(columns: readonly CheckedColumn[], facts: QualityFacts): CheckScope {
  return {
    columns,
    now: facts.now,
    rows: facts.rows ?? null,
    loadedAt: facts.loadedAt ?? null,
    quarantinedRows: facts.quarantinedRows ?? 0,
    countedRows: facts.countedRows ?? null,
    ambiguousDates: facts.ambiguousDates ?? 0,
    expressions: facts.expressions ?? new Map(),
    answers: facts.answers ?? new Map(),
    datasets: facts.datasets ?? new Map(),
    previous: facts.previous ?? null,
    semanticType: facts.semanticType ?? (() => null),
  }
}
