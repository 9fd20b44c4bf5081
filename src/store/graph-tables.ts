import type { ColumnType, Generated } from 'kysely'
import type { PipelineDefinition } from '../contract/pipelines.ts'
import type { Timing } from '../contract/schedules.ts'
import type { Big, Json, Time, TimeOrNull } from './column.ts'

/** A snapshot that was published, until those who wait for it have been told. */
export interface PublicationsTable {
  id: Generated<Big>
  dataset: string
  snapshot_id: Big
  run_id: string | null
  published_at: Time
}

/** A transform that is to be built anew; several changes of what it reads are one row. */
export interface PendingBuildsTable {
  transform: string
  /** What changed. */
  datasets: string[]
  /** The run that published it. */
  upstream: string | null
  trigger: Generated<'dependency' | 'freshness'>
  /** held: it is not built, because something it reads failed. */
  state: Generated<'waiting' | 'held'>
  reason: ColumnType<string | null, string | null | undefined, string | null>
  /** The run that failed. */
  held_by: ColumnType<string | null, string | null | undefined, string | null>
  since: Time
}

export interface FreshnessTargetsTable {
  dataset: string
  within: string
  within_seconds: number
  origin: Generated<'api' | 'file'>
  created_by: string
  created_at: Time
  updated_at: Time
}

export interface BackfillsTable {
  id: string
  pipeline: string
  definition: Json<PipelineDefinition>
  timing: Json<Timing>
  from_time: Time
  to_time: Time
  state: 'running' | 'succeeded' | 'failed' | 'cancelled'
  concurrency: number
  working_folder: string
  created_by: string
  created_at: Time
  finished_at: TimeOrNull
}

export interface BackfillPartitionsTable {
  backfill_id: string
  logical_time: Time
  ends_at: Time
  state: 'present' | 'missing' | 'queued' | 'succeeded' | 'failed' | 'cancelled'
  run_id: string | null
}

export interface GraphTables {
  publications: PublicationsTable
  pending_builds: PendingBuildsTable
  freshness_targets: FreshnessTargetsTable
  backfills: BackfillsTable
  backfill_partitions: BackfillPartitionsTable
}
