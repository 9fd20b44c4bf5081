import type { CheckResult } from '../contract/quality.ts'
import type { ColumnFacts } from '../lake/column-facts.ts'
import type { SnapshotDraft } from '../store/commit-snapshots.ts'
import { facet } from './openlineage-facet.ts'

/** A dataset that the run publishes, with what is known of it without reading a row. */
export interface MeasuredOutput {
  draft: SnapshotDraft
  snapshotId: number
  at: Date
  sizeBytes: number
  columns: ReadonlyMap<string, ColumnFacts>
}

/** Metrics of an output. Columns that hold personal data, in whatever form, show no value of it. */
export function metricsFacet(output: MeasuredOutput, at: Date): Record<string, unknown> {
  return facet('1-0-0/DataQualityMetricsDatasetFacet', { ...metricsOf(output), lastUpdated: at.toISOString() })
}

/** The same as a facet of an input, for consumers that look for it there. */
export function inputMetricsFacet(output: MeasuredOutput): Record<string, unknown> {
  return facet('1-0-2/DataQualityMetricsInputDatasetFacet', metricsOf(output))
}

function metricsOf({ draft, sizeBytes, columns }: MeasuredOutput): Record<string, unknown> {
  const personal = new Set([
    ...draft.columns.filter(({ pii }) => pii !== null).map(({ name }) => name),
    ...(draft.findings ?? []).map(({ column }) => column),
  ])
  const isRaw = draft.findings === null
  const columnMetrics = Object.fromEntries(
    [...columns].map(([name, facts]) => [name, columnMetric(name, facts, isRaw || personal.has(name), draft.checks)]),
  )
  return { rowCount: draft.rows, bytes: sizeBytes, fileCount: draft.files.length, columnMetrics }
}

function columnMetric(name: string, facts: ColumnFacts, isWithheld: boolean, checks: readonly CheckResult[]): Record<string, number> {
  const unique = checks.find(({ check, columns }) => check === 'unique' && columns?.length === 1 && columns[0] === name)
  const distinct = unique?.figures['distinct']
  return {
    nullCount: facts.nulls,
    count: facts.values,
    ...(typeof distinct === 'number' ? { distinctCount: distinct } : {}),
    ...(isWithheld || facts.min === null || facts.max === null ? {} : { min: facts.min, max: facts.max }),
  }
}

/** Declared rules with their outcome; null where there is none. A rule that could not run is no success; one that did not run is left out. */
export function assertionsFacet(results: readonly CheckResult[]): Record<string, unknown> | null {
  const assertions = results
    .filter(({ origin, status }) => origin !== 'automatic' && status !== 'not_run')
    .map(({ check, status, column, severity }) => ({
      assertion: check,
      success: status === 'passed',
      ...(column === null ? {} : { column }),
      severity: status === 'warned' || severity === 'info' || severity === 'warning' ? 'warn' : 'error',
    }))
  return assertions.length === 0 ? null : facet('1-0-2/DataQualityAssertionsDatasetFacet', { assertions })
}
