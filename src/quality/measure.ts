import type { CheckResult, CheckRule, QualitySummary } from '../contract/quality.ts'
import type { Query } from '../core/query.ts'
import type { Sql } from '../core/sql.ts'
import type { CheckedColumn, CheckScope } from './check.ts'
import { planRules, type PlannedRule } from './plan-rules.ts'
import { scanRules } from './scan-rules.ts'
import { summarise } from './summarise.ts'
import { toResult } from './to-result.ts'

/** What the pipeline knows beyond the table. */
export interface QualityFacts {
  /** Columns that identify a row, as the stream declares them. */
  keys: readonly string[]
  /** Rows that the source held; null for a table that no source was read for, such as a transform's. */
  sourceRows: number | null
  /** Those of them that went to quarantine. */
  quarantinedRows: number
  ambiguousDates: number
  now: Date
  /** Expressions of `expression` checks that a SQL parser let through, by their text. */
  expressions?: ReadonlyMap<string, Sql>
}

/**
 * Measures a table: every rule that needs rows alone in one scan, each key in one narrow scan. A rule that cannot run is an `error` of its own
 * and never passed. Dimensions without a rule, or without rows, are null with a reason.
 */
export async function measureQuality(
  query: Query,
  relation: Sql,
  columns: readonly CheckedColumn[],
  rules: readonly CheckRule[],
  facts: QualityFacts,
): Promise<{ summary: QualitySummary; results: CheckResult[] }> {
  const scope: CheckScope = {
    columns,
    now: facts.now,
    quarantinedRows: facts.quarantinedRows,
    ambiguousDates: facts.ambiguousDates,
    expressions: facts.expressions ?? new Map(),
  }
  const planned: PlannedRule[] = planRules(rules, facts, scope)
  const scan = await scanRules(query, relation, planned)
  return { summary: summarise(planned, scan), results: planned.map((rule, index) => toResult(rule, scan.measured[index]!)) }
}
