import type { Generated } from 'kysely'
import type { AlertReason, ExpectedScope, MetricKind } from '../contract/quality-history.ts'
import type { Big, Json, Time } from './column.ts'

export interface QualityHistoryTable {
  id: Generated<Big>
  dataset_id: number
  snapshot_id: Big
  run_id: string | null
  at: Date
  /** Id of the rule; empty for a metric of the table or of a column. */
  rule: string
  /** Empty for a metric of the table, and for a rule of the table. */
  column: string
  metric: string
  kind: MetricKind
  value: number
  /** What the history before it let expect; null while it was learning. */
  low: number | null
  high: number | null
  verdict: 'learning' | 'ok' | 'alert'
  reason: AlertReason | null
}

/** Points that somebody called expected. */
export interface QualityExpectedTable {
  point_id: Big
  scope: ExpectedScope
  why: string
  by: string
  at: Time
}

export interface LineageEventsTable {
  run_id: string
  /** An OpenLineage run event. */
  event: Json<Record<string, unknown>>
  at: Time
}

export interface QualityHistoryTables {
  quality_history: QualityHistoryTable
  quality_expected: QualityExpectedTable
  lineage_events: LineageEventsTable
}
