import type { Backfill, BackfillInput } from '../contract/backfills.ts'
import { type PlannedPartition, planPartitions, planWarnings, readsWindows } from '../core/backfill/plan.ts'
import { AtlasError } from '../core/errors.ts'
import { timingWords } from '../core/schedule/timing-words.ts'
import type { PipelineDefinition } from '../contract/pipelines.ts'
import type { Timing } from '../contract/schedules.ts'
import { type BackfillWithCounts, readTimeStates } from '../store/backfills.ts'
import { listSchedules } from '../store/schedules.ts'
import { scheduledPipeline } from '../store/schedule-firing.ts'
import type { Platform } from './platform.ts'

/** A backfill as it would be made. */
export interface PlannedBackfill {
  timing: Timing
  windows: boolean
  partitions: PlannedPartition[]
  warnings: string[]
}

/**
 * Plans a backfill: the partitions of its range, and which of them are there.
 * @throws AtlasError `pipeline.not_found`, `source.paused`, `backfill.no_timing`, `backfill.bad_range`, `schedule.*`
 */
export async function planBackfill({ db }: Pick<Platform, 'db'>, { pipeline, timing, from, to }: BackfillInput): Promise<PlannedBackfill> {
  const definition = await readDefinition(db, pipeline)
  const [schedule] = timing === undefined ? await listSchedules(db, pipeline) : []
  const chosen = timing ?? schedule?.timing
  if (chosen === undefined) throw new AtlasError('backfill.no_timing', `${pipeline} has no schedule, and no timing was given.`)
  const known = await readTimeStates(db, pipeline, new Date(from), new Date(to))
  const partitions = planPartitions(chosen, Date.parse(from), Date.parse(to), known)
  return { timing: chosen, windows: readsWindows(definition), partitions, warnings: planWarnings(definition) }
}

async function readDefinition(db: Platform['db'], pipeline: string): Promise<PipelineDefinition> {
  const definition = await db.transaction().execute((transaction) => scheduledPipeline(transaction, pipeline))
  if (definition === 'pipeline_missing') throw new AtlasError('pipeline.not_found', `There is no pipeline and no saved source ${pipeline}.`)
  if (typeof definition === 'string')
    throw new AtlasError('source.paused', `${pipeline} is paused${definition === 'source_paused' ? ': its source is' : ''}.`)
  return definition
}

/** How many partitions of a plan are in each state. */
export function countPartitions(partitions: readonly PlannedPartition[]): Backfill['counts'] {
  const counts = { total: partitions.length, present: 0, missing: 0, queued: 0, succeeded: 0, failed: 0, cancelled: 0 }
  for (const { state } of partitions) counts[state] += 1
  return counts
}

/** A backfill as it is shown. */
export function describeBackfill(row: BackfillWithCounts): Backfill {
  return {
    id: row.id,
    pipeline: row.pipeline,
    timing: row.timing,
    words: timingWords(row.timing),
    windows: row.windows,
    redo: row.redo,
    from: row.from_time.toISOString(),
    to: row.to_time.toISOString(),
    concurrency: row.concurrency,
    state: row.state,
    problem: row.problem,
    counts: row.counts,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
  }
}
