import type { Generated } from 'kysely'
import type { PiiFinding } from '../contract/pii.ts'
import type { CheckResult, QualitySummary } from '../contract/quality.ts'
import type { Big, Json, SchemaColumn, Time, TimeOrNull } from './column.ts'

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
  /** The file that it was applied from. */
  file: string | null
  /** The project that the file is of; null for one that was applied before projects were known. */
  project: string | null
  /** When it is built anew by itself. */
  runs: Generated<'on_change' | 'apart' | 'never'>
  updated_at: Time
}

export interface CatalogTables {
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
  profiles: ProfilesTable
  transforms: TransformsTable
}
