import type { PipelineDefinition } from '../contract/pipelines.ts'
import type { Run } from '../contract/runs.ts'
import type { ChosenRows } from '../store/quarantine-marks.ts'
import type { ReplayFile } from '../store/quarantine-tables.ts'
import type { BuiltTransform } from './run-transform.ts'
import type { ReplayTarget } from './replay/plan-replay.ts'

export interface RunRequest {
  definition: PipelineDefinition
  trigger: Run['trigger']
  requestedBy: string
  /** Absolute folder that relative paths in the source's settings are relative to. */
  workingFolder: string
}

/** Rows of quarantine that go back to where they were refused. */
export interface ReplayRequest {
  target: ReplayTarget
  files: ReplayFile[]
  chosen: ChosenRows
  requestedBy: string
}

/** Starts and stops runs. Runs are rows in the store first: what is queued survives a restart. */
export interface RunService {
  /** Queues a run; it starts as soon as a place is free. Throws AtlasError `pipeline.*`, `source.*` for a request that can never work. */
  start(request: RunRequest): Promise<Run>
  /**
   * Queues a run that carries mended rows of quarantine back; their files are durable. Throws AtlasError `quarantine.taken` when one of them is not
   * open any more.
   */
  replay(request: ReplayRequest): Promise<Run>
  /** A run was put into the queue by another part of Atlas: it is told of, and starts as soon as a place is free. */
  queued(run: Run): void
  /** Asks a run to stop; it stops within 2 s and publishes nothing. Throws AtlasError `run.not_found`, `run.finished`. */
  cancel(runId: string, by: string): Promise<Run>
  /** Builds the navigate dataset of a transform in a run of its own, and waits for it. Throws AtlasError `transform.not_found`, `sql.*`. */
  runTransform(name: string, by: string): Promise<BuiltTransform>
  /**
   * Resolves when no run is going any more and none will start. Those that do not end within `drainMs` (0 unless told) are handed over: they are queued
   * again.
   */
  stop(drainMs?: number): Promise<void>
}
