import type { ColumnType, Generated } from 'kysely'
import type { PipelineDefinition } from '../contract/pipelines.ts'
import type { AttemptOutcome, Run, RunCause, RunReport, RunState, Step, StepState } from '../contract/runs.ts'
import type { ProblemDetails } from '../core/errors.ts'
import type { Big, Json, Time, TimeOrNull } from './column.ts'

/** May be left out of an insert. */
type TextOrNull = ColumnType<string | null, string | null | undefined, string | null>
type JsonOrNull<T> = ColumnType<T | null, string | null | undefined, string | null>

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
  cancel_requested_by: TextOrNull
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
  kind: Generated<Run['kind']>
  /** Higher ones are begun first. */
  priority: Generated<number>
  /** Attempts that failed or were lost. */
  failures: Generated<number>
  /** As many failures end the run. */
  max_attempts: Generated<number>
  /** Not begun before this time: it waits to be tried again. */
  not_before: TimeOrNull
  /** Pools of which its attempt holds a lease. */
  pools: Generated<string[]>
  /** The home whose workers alone can carry it out, because it reads files that lie there; null for any. */
  home_id: TextOrNull
  /** What made it run, beside a person. */
  cause: JsonOrNull<RunCause>
  /** The run that gave up, which this one does again. */
  retry_of: TextOrNull
  /** When the last attempt that it is allowed failed: it is a dead letter until it is settled. */
  gave_up_at: TimeOrNull
  settled_at: TimeOrNull
  settled_by: TextOrNull
  /** Why it was put aside; null where a later run did it again. */
  settled_reason: TextOrNull
  /** Milliseconds that its ended attempts worked. */
  worked_ms: Generated<Big>
  /** Whether others of its pipeline may go on beside it. */
  allows_overlap: Generated<boolean>
  /** Place in the queue among those of its priority: pipelines take turns. Set when it is queued. */
  turn: Generated<Big>
}

export interface AttemptsTable {
  run_id: string
  fencing_token: number
  worker: string
  started_at: Time
  finished_at: TimeOrNull
  outcome: AttemptOutcome | null
  worker_id: TextOrNull
  /** By the database's clock; a worker that does not renew it is lost. */
  heartbeat_at: TimeOrNull
  error: JsonOrNull<ProblemDetails>
  /** The steps as this attempt left them, once another one was to follow; those of the last attempt are the run's. */
  steps: JsonOrNull<Step[]>
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

export interface WorkersTable {
  id: string
  role: 'server' | 'worker' | 'command'
  host: string
  pid: number
  version: string
  home_id: string
  /** Runs at once. */
  concurrency: number
  state: 'active' | 'draining' | 'stopped' | 'lost'
  started_at: Time
  /** By the database's clock. */
  heartbeat_at: Time
  stopped_at: TimeOrNull
}

export interface PoolsTable {
  name: string
  /** Leases at once. */
  size: number
  description: Generated<string>
}

/** A place in a pool, held by an attempt until it ends or is lost. */
export interface LeasesTable {
  pool: string
  slot: number
  run_id: string
  fencing_token: number
  taken_at: Time
}

/** What every process of this Atlas must agree on: one row, written by who owns the home. */
export interface PlatformTable {
  only_one: Generated<boolean>
  version: string
  /** Fingerprint of the key of hashes. */
  keys: string
  /** Ids of the keys that secrets are sealed with. */
  secret_keys: string[]
  /** The URL of its bucket, or the home whose folder it is. */
  lake: string
}

export interface RunTables {
  platform: PlatformTable
  runs: RunsTable
  attempts: AttemptsTable
  steps: StepsTable
  run_log: RunLogTable
  workers: WorkersTable
  pools: PoolsTable
  leases: LeasesTable
}
