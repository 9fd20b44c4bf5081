import type { QualityOverview, ScorecardRow } from '../../contract/quality-overview.ts'
import { type Measured, type Receipt, all, allRows } from '../measured.ts'

const QUERY = { kind: 'query', id: 'GET /api/v1/quality/overview' } as const

/** Rules by outcome over all datasets that match, with their receipts; never where no dataset was measured. */
export function overviewNumbers(overview: QualityOverview) {
  const { asOf, total, neverMeasured, counts } = overview
  const looked = total - neverMeasured
  const scope = { rows: looked, of: total, how: 'full', unit: 'datasets' } as const
  const of = (v: number): Measured<number> => (looked === 0 ? { s: 'never' } : { s: 'ok', v, asOf, scope, src: QUERY })
  return {
    rules: of(counts.passed + counts.warned + counts.failed + counts.error + counts.not_run),
    failed: of(counts.failed),
    warned: of(counts.warned),
    error: of(counts.error),
    notRun: of(counts.not_run),
    passed: of(counts.passed),
    anomalies: of(overview.anomalies),
    withoutRules: total === 0 ? NEVER : ({ s: 'ok', v: overview.withoutRules, asOf, scope: all(total, 'datasets'), src: QUERY } as const),
    neverMeasured: total === 0 ? NEVER : ({ s: 'ok', v: neverMeasured, asOf, scope: all(total, 'datasets'), src: QUERY } as const),
  }
}

const NEVER: Measured<never> = { s: 'never' }

/** What stands behind the figures of one line of the scorecard: its snapshot, when it was measured. */
export function scorecardReceipt(row: ScorecardRow, asOf: string): Receipt {
  return {
    asOf: row.measuredAt ?? asOf,
    scope: allRows(row.rows),
    src: { kind: 'check', id: `snapshot ${row.snapshotId} of ${row.dataset}` },
  }
}
