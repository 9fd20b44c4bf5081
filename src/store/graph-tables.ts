import type { ColumnType, Generated } from 'kysely'
import type { Partition } from '../contract/backfills.ts'
import type { Schedule, Timing } from '../contract/schedules.ts'
import type { EventTrigger, TriggerEvent } from '../contract/triggers.ts'
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
  /** The file that holds it; null for one that was set by itself. */
  file: string | null
  /** The pipeline whose file it is, or was. */
  pipeline: string | null
  created_by: string
  created_at: Time
  updated_at: Time
}

export interface EventTriggersTable {
  id: string
  pipeline: string
  kind: TriggerEvent['kind']
  event: Json<TriggerEvent>
  overlap: Schedule['overlap']
  paused: boolean
  /** The sealed secret of one that is fired over HTTP. */
  settings: Json<Record<string, unknown>>
  /** The home that sees the files it watches. */
  home_id: string | null
  fired: Big
  last_fired_at: TimeOrNull
  skipped: Big
  last_skipped_at: TimeOrNull
  last_skip_reason: EventTrigger['lastSkipReason']
  /** Why it cannot work now. */
  problem: string | null
  created_by: string
  created_at: Time
  updated_at: Time
}

/** What a trigger has dealt with: a snapshot, a version of a file, a signature. */
export interface TriggerEventsTable {
  trigger_id: string
  key: string
  at: Time
  run_id: string | null
}

/** Files that a trigger watches, as they were last seen. */
export interface TriggerFilesTable {
  trigger_id: string
  path: string
  size: Big
  modified_ms: Big
  /** Since when it has been as it is. */
  seen_at: Time
  fired: boolean
}

export interface BackfillsTable {
  id: string
  pipeline: string
  timing: Json<Timing>
  /** Whether streams with a cursor read the time of their partition alone. */
  windows: boolean
  /** Whether partitions that are present are run again. */
  redo: boolean
  from_time: Time
  to_time: Time
  state: 'running' | 'succeeded' | 'failed' | 'cancelled'
  concurrency: number
  /** Why it does not go on now. */
  problem: string | null
  created_by: string
  created_at: Time
  finished_at: TimeOrNull
}

export interface BackfillPartitionsTable {
  backfill_id: string
  logical_time: Time
  ends_at: Time
  state: Partition['state']
  run_id: string | null
}

export interface GraphTables {
  publications: PublicationsTable
  pending_builds: PendingBuildsTable
  freshness_targets: FreshnessTargetsTable
  event_triggers: EventTriggersTable
  trigger_events: TriggerEventsTable
  trigger_files: TriggerFilesTable
  backfills: BackfillsTable
  backfill_partitions: BackfillPartitionsTable
}
