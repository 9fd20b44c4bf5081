import type { Transaction } from 'kysely'
import type { PipelineDefinition } from '../contract/pipelines.ts'
import type { Run, RunCause } from '../contract/runs.ts'
import type { Schedule } from '../contract/schedules.ts'
import { newId } from '../core/ids.ts'
import { scheduledPipeline } from '../store/schedule-firing.ts'
import { insertRow, openRunsOf, insertSteps } from '../store/runs.ts'
import type { Schema } from '../store/schema.ts'
import type { FiringOptions } from './fire-schedules.ts'

/** What of the outside is needed to queue a run. */
export type QueueOptions = Pick<FiringOptions, 'random' | 'steps' | 'workingFolder' | 'homeId'>

export interface WantedRun {
  trigger: Extract<Run['trigger'], 'event' | 'freshness' | 'backfill'>
  requestedBy: string
  cause: RunCause
  logicalTime?: Date
}

/** Why nothing was queued. */
export type NotQueued = Exclude<Schedule['lastSkipReason'], 'missed' | null>

export interface Queued {
  run: Run | null
  reason: NotQueued | null
  /** Runs that are to be cancelled for it, once it is durable. */
  older: string[]
}

/** Queues a run of a stored pipeline or saved source, by the rule for what happens while another one of it is queued or going on. */
export async function queuePipeline(
  db: Transaction<Schema>,
  pipeline: string,
  wanted: WantedRun,
  overlap: Schedule['overlap'],
  options: QueueOptions,
  now: Date,
): Promise<Queued> {
  const definition = await scheduledPipeline(db, pipeline)
  if (typeof definition === 'string') return { run: null, reason: definition, older: [] }
  const open = await openRunsOf(db, pipeline)
  if (overlap === 'skip' && open.length > 0) return { run: null, reason: 'overlap', older: [] }
  const run = await insertWanted(db, definition, wanted, options, now)
  return { run, reason: null, older: overlap === 'cancel_older' ? open : [] }
}

/** Queues a run of a definition, with its steps. */
export async function insertWanted(
  db: Transaction<Schema>,
  definition: PipelineDefinition,
  wanted: WantedRun,
  { random, steps, workingFolder, homeId }: QueueOptions,
  now: Date,
): Promise<Run> {
  const id = newId('r', now.getTime(), random)
  const run = await insertRow(db, { id, definition, workingFolder, ...(homeId === undefined ? {} : { homeId }), ...wanted })
  await insertSteps(db, id, steps)
  return run
}
