import type { Generated } from 'kysely'
import type { Policy } from '../contract/pii.ts'
import type { ConnectorId, StreamRule } from '../contract/pipelines.ts'
import type { SchemaChange } from '../contract/sources.ts'
import type { Big, Json, SchemaColumn, Time, TimeOrNull } from './column.ts'

export interface SourcesTable {
  id: string
  name: string
  connector: ConnectorId
  description: string
  /** Secrets in it are sealed. */
  settings: Json<Record<string, unknown>>
  streams: Json<StreamRule[]>
  policy: Json<Policy>
  paused: boolean
  /** When each secret was set, ISO 8601, by its path in the settings with dots between. */
  secrets_set_at: Json<Record<string, string>>
  /** When the first certificate among its secrets ends, read when they were set. */
  secrets_end_at: TimeOrNull
  /** When a person says that its credentials end, YYYY-MM-DD. */
  credentials_end: string | null
  version: number
  created_at: Time
  created_by: string
  updated_at: Time
  updated_by: string
}

/** Secrets that a source exchanged for new ones (rotated refresh tokens). */
export interface RotatedSecretsTable {
  /** Keyed fingerprint of the secret as it was entered. */
  fingerprint: string
  sealed: Json<unknown>
  updated_at: Time
}

/** How far a full refresh had come when it was cut off: files that are durable but that no snapshot names. */
export interface ReadCheckpointsTable {
  pipeline: string
  stream: string
  run_id: string
  /** Of what was asked for; a checkpoint of another question is worth nothing. */
  fingerprint: string
  landed: Json<CheckpointLanded>
  mark: Json<unknown>
  rows: Big
  bytes: Big
  updated_at: Time
}

/** What a checkpoint holds of a stream's landing zone. */
export interface CheckpointLanded {
  columns: SchemaColumn[]
  lastFieldId: number
  files: {
    id: string
    path: string
    fieldIds: number[]
    rows: number
    sizeBytes: number
    sha256: string
    columns: SchemaColumn[]
    origin: { file: string | null; firstLine: number | null; skippedLines: number[] }
  }[]
  quarantine: {
    id: string
    dataset: string
    stage: 'extract' | 'standardise' | 'check'
    path: string
    rows: number
    sizeBytes: number
    sha256: string
    reasons: { reason: string; rows: number }[]
  }[]
}

export interface SchemaChangesTable {
  id: Generated<Big>
  at: Time
  run_id: string
  pipeline: string
  stream: string
  dataset: string
  kind: SchemaChange['kind']
  column: string | null
  from: string | null
  to: string | null
  action: string
  breaking: boolean
}
