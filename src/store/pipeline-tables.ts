import type { FileDeclares } from '../contract/pipelines-as-code.ts'
import type { PipelineDefinition } from '../contract/pipelines.ts'
import type { PipelineVersion, ValueChange } from '../contract/stored-pipelines.ts'
import type { Generated } from 'kysely'
import type { Json, Time, TimeOrNull } from './column.ts'

export interface PipelinesTable {
  id: string
  name: string
  definition: Json<PipelineDefinition>
  version: number
  paused: Generated<boolean>
  /** The file that it was applied from; null for one that never was. */
  file: string | null
  /** The project that the file is of; null for one that was applied before projects were known. */
  project: string | null
  file_commit: string | null
  /** The version that was applied. */
  file_version: number | null
  /** By the path of each secret of the file, a keyed hash of it. */
  file_marks: Json<Record<string, string>> | null
  /** What the file said beside the definition: schedules, freshness, alerts. */
  file_declares: Json<FileDeclares> | null
  applied_by: string | null
  applied_at: TimeOrNull
  /** When it was taken out of the hands of its file. */
  released_at: TimeOrNull
  created_at: Time
  updated_at: Time
}

export interface PipelineVersionsTable {
  pipeline: string
  version: number
  change: PipelineVersion['change']
  /** Without secrets. */
  definition: Json<PipelineDefinition>
  file: string | null
  file_commit: string | null
  made_by: string
  made_at: Time
  changes: Json<ValueChange[]>
}
