import type { AccessTables } from './access-tables.ts'
import type { AlertTables } from './alert-tables.ts'
import type { CatalogTables } from './catalog-tables.ts'
import type { Big, Time, TimeOrNull } from './column.ts'
import type { GraphTables } from './graph-tables.ts'
import type { LakePlaceTable } from './lake-tables.ts'
import type { PiiDecisionsTable } from './pii-tables.ts'
import type { PipelinesTable, PipelineVersionsTable } from './pipeline-tables.ts'
import type { QualityHistoryTables } from './quality-history-tables.ts'
import type { QualityContractsTable, QualityRulesTable, QualityRuleVersionsTable, QualityStatesTable } from './quality-tables.ts'
import type { QuarantineMarksTable, QuarantineReplaysTable } from './quarantine-tables.ts'
import type { RunTables } from './run-tables.ts'
import type { SchedulesTable } from './schedule-tables.ts'
import type { ReadCheckpointsTable, RotatedSecretsTable, SchemaChangesTable, SourcesTable } from './source-tables.ts'

export type { SchemaColumn } from './column.ts'

export interface UploadsTable {
  id: string
  file_name: string
  size_bytes: Big
  sha256: string
  created_by: string
  created_at: Time
  deleted_at: TimeOrNull
}

/** Every table of the store, as Kysely sees it. */
export interface Schema extends AccessTables, AlertTables, CatalogTables, GraphTables, RunTables, QualityHistoryTables {
  pipelines: PipelinesTable
  pipeline_versions: PipelineVersionsTable
  schedules: SchedulesTable
  uploads: UploadsTable
  quarantine_marks: QuarantineMarksTable
  quarantine_replays: QuarantineReplaysTable
  lake_place: LakePlaceTable
  sources: SourcesTable
  rotated_secrets: RotatedSecretsTable
  read_checkpoints: ReadCheckpointsTable
  schema_changes: SchemaChangesTable
  pii_decisions: PiiDecisionsTable
  quality_contracts: QualityContractsTable
  quality_rules: QualityRulesTable
  quality_rule_versions: QualityRuleVersionsTable
  quality_states: QualityStatesTable
}
