import type { PipelineDefinition } from '../contract/pipelines.ts'
import type { Run } from '../contract/runs.ts'

export interface RunRequest {
  definition: PipelineDefinition
  trigger: Run['trigger']
  requestedBy: string
  /** Absolute folder that relative paths in the source's settings are relative to. */
  workingFolder: string
}

/** Starts and stops runs. Runs are rows in the store first: what is queued survives a restart. */
export interface RunService {
  /** Queues a run; it starts as soon as a place is free. Throws AtlasError `pipeline.*`, `source.*` for a request that can never work. */
  start(request: RunRequest): Promise<Run>
  /** Asks a run to stop; it stops within 2 s and publishes nothing. Throws AtlasError `run.not_found`, `run.finished`. */
  cancel(runId: string, by: string): Promise<Run>
  /** Builds the navigate dataset of a stored transform now. Throws AtlasError `transform.not_found`, `sql.*`. */
  runTransform(name: string, by: string): Promise<{ dataset: string; snapshotId: string; rows: number }>
  /** Resolves when no run is going any more and none will start. */
  stop(): Promise<void>
}
