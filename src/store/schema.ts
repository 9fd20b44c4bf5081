import type { Generated } from 'kysely'
import type { PiiFinding } from '../contract/pii.ts'
import type { PipelineDefinition } from '../contract/pipelines.ts'
import type { CheckResult, QualitySummary } from '../contract/quality.ts'
import type { Run, RunReport, RunState, StepState } from '../contract/runs.ts'
import type { ProblemDetails } from '../core/errors.ts'
import type { Json, Big, SchemaColumn, Time, TimeOrNull } from './column.ts'
import type { PiiDecisionsTable } from './pii-tables.ts'
import type { QualityHistoryTables } from './quality-history-tables.ts'
import type { QualityContractsTable, QualityRulesTable, QualityRuleVersionsTable, QualityStatesTable } from './quality-tables.ts'
import type { QuarantineMarksTable, QuarantineReplaysTable } from './quarantine-tables.ts'
import type { SchedulesTable } from './schedule-tables.ts'
import type { ReadCheckpointsTable, RotatedSecretsTable, SchemaChangesTable, SourcesTable } from './source-tables.ts'

export type { SchemaColumn } from './column.ts'

export interface UsersTable {
  id: string
  email: string
  name: string
  /** argon2id in PHC form; null until the first password is set. */
  password_hash: string | null
  role: 'admin' | 'editor' | 'viewer'
  created_at: Time
  disabled_at: TimeOrNull
}

export interface SessionsTable {
  /** SHA-256 of the cookie's value. */
  id_hash: string
  user_id: string
  csrf_token: string
  created_at: Time
  last_seen_at: Time
  expires_at: Date
}

export interface SignInLinksTable {
  token_hash: string
  user_id: string
  expires_at: Date
  used_at: TimeOrNull
}

export interface SignInFailuresTable {
  /** What is throttled: `email:…` (hashed) or `address:…`. */
  key: string
  failures: number
  last_failed_at: Date
  blocked_until: TimeOrNull
}

export interface ApiTokensTable {
  id: string
  name: string
  role: 'admin' | 'editor' | 'viewer'
  token_hash: string
  prefix: string
  created_by: string
  created_at: Time
  last_used_at: TimeOrNull
  expires_at: TimeOrNull
  revoked_at: TimeOrNull
}

export interface AuditTable {
  id: Generated<Big>
  at: Time
  actor: string
  action: string
  target: string | null
  detail: Json<Record<string, unknown>>
  address: string | null
}

export interface PipelinesTable {
  id: string
  name: string
  definition: Json<PipelineDefinition>
  version: number
  created_at: Time
  updated_at: Time
}

export interface RunsTable {
  id: string
  pipeline: string
  definition: Json<PipelineDefinition>
  state: RunState
  trigger: Run['trigger']
  requested_by: string
  /** The schedule that started it, while that exists. */
  schedule_id: string | null
  /** The time of the schedule that it stands for. */
  logical_time: TimeOrNull
  /** Folder that relative paths in the settings are relative to. */
  working_folder: string
  queued_at: Time
  started_at: TimeOrNull
  finished_at: TimeOrNull
  cancel_requested_at: TimeOrNull
  /** Fencing token of the attempt that may commit; a commit with another one is refused. */
  fencing_token: number
  source_rows: Big | null
  published_rows: Big | null
  quarantined_rows: Big | null
  deduplicated_rows: Big | null
  discarded_rows: Big | null
  quality_score: number | null
  pii_columns: number | null
  error: Json<ProblemDetails> | null
  report: Json<RunReport> | null
}

export interface AttemptsTable {
  run_id: string
  fencing_token: number
  worker: string
  started_at: Time
  finished_at: TimeOrNull
  outcome: string | null
}

export interface StepsTable {
  run_id: string
  ordinal: number
  stream: string
  name: string
  state: StepState
  started_at: TimeOrNull
  finished_at: TimeOrNull
  rows_in: Big | null
  rows_out: Big | null
  bytes: Big | null
  note: string | null
}

export interface RunLogTable {
  id: Generated<Big>
  run_id: string
  at: Time
  level: 'info' | 'warn' | 'error'
  stream: string
  step: string | null
  message: string
}

export interface UploadsTable {
  id: string
  file_name: string
  size_bytes: Big
  sha256: string
  created_by: string
  created_at: Time
  deleted_at: TimeOrNull
}

export interface DatasetsTable {
  id: Generated<number>
  name: string
  layer: 'explore' | 'chart' | 'navigate'
  description: string | null
  /** The published snapshot. Compare-and-set by every commit. */
  snapshot_id: Big | null
  /** Highest field id ever given to a column of this dataset. */
  last_field_id: number
  created_at: Time
}

export interface DatasetSchemasTable {
  dataset_id: number
  version: number
  columns: Json<SchemaColumn[]>
  created_at: Time
}

export interface SnapshotsTable {
  id: Generated<Big>
  dataset_id: number
  parent_id: Big | null
  schema_version: number
  run_id: string | null
  operation: 'replace' | 'append' | 'alter'
  rows: Big
  size_bytes: Big
  file_count: number
  quarantined: Big
  /** The rules that refused rows, as one text. */
  refusing: string | null
  /** Columns that identify a row, as far as its run knew. */
  keys: Json<string[]> | null
  quality: Json<QualitySummary> | null
  /** Null when never classified. */
  pii_columns: number | null
  /** Cells with personal data in this snapshot. */
  pii_cells: Big | null
  committed_at: Time
  /** When retention let go of its files. */
  expired_at: TimeOrNull
}

export interface FilesTable {
  id: string
  /** Relative to the lake folder; never reused. */
  path: string
  dataset_id: number
  /** Schema version that the file was written under (its physical generation). */
  schema_version: number
  /** Field ids of the columns that stand in the file. */
  field_ids: Json<number[]>
  rows: Big
  size_bytes: Big
  sha256: string
  /** Where the rows came from: `{ file, firstLine, skippedLines }`. */
  origin: Json<Record<string, unknown>> | null
  created_at: Time
  deleted_at: TimeOrNull
}

export interface SnapshotFilesTable {
  snapshot_id: Big
  ordinal: number
  file_id: string
}

export interface SnapshotInputsTable {
  snapshot_id: Big
  input_dataset_id: number
  input_snapshot_id: Big
}

/** What an append has read: one row a stream, moved in the same transaction as the data. */
export interface StreamStatesTable {
  pipeline: string
  stream: string
  state: Json<unknown>
  snapshot_id: Big
  updated_at: Time
}

export interface FindingsTable {
  snapshot_id: Big
  ordinal: number
  finding: Json<PiiFinding>
}

export interface CheckResultsTable {
  snapshot_id: Big | null
  run_id: string | null
  dataset_id: number
  ordinal: number
  result: Json<CheckResult>
  created_at: Time
}

export interface QuarantineTable {
  id: string
  dataset_id: number
  run_id: string
  stage: 'extract' | 'standardise' | 'check'
  path: string
  rows: Big
  size_bytes: Big
  sha256: string
  reasons: Json<{ reason: string; rows: number }[]>
  created_at: Time
}

export interface ProfilesTable {
  snapshot_id: Big
  profile: Json<unknown>
  profiled_at: Time
}

export interface TransformsTable {
  name: string
  sql: string
  description: string
  origin: 'file' | 'pipeline' | 'api'
  updated_at: Time
}

/** Every table of the store, as Kysely sees it. */
export interface Schema extends QualityHistoryTables {
  users: UsersTable
  sessions: SessionsTable
  sign_in_links: SignInLinksTable
  sign_in_failures: SignInFailuresTable
  api_tokens: ApiTokensTable
  audit: AuditTable
  pipelines: PipelinesTable
  runs: RunsTable
  schedules: SchedulesTable
  attempts: AttemptsTable
  steps: StepsTable
  run_log: RunLogTable
  uploads: UploadsTable
  datasets: DatasetsTable
  dataset_schemas: DatasetSchemasTable
  snapshots: SnapshotsTable
  files: FilesTable
  snapshot_files: SnapshotFilesTable
  snapshot_inputs: SnapshotInputsTable
  stream_states: StreamStatesTable
  findings: FindingsTable
  check_results: CheckResultsTable
  quarantine: QuarantineTable
  quarantine_marks: QuarantineMarksTable
  quarantine_replays: QuarantineReplaysTable
  profiles: ProfilesTable
  transforms: TransformsTable
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
