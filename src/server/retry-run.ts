import type { Caller } from '../access/caller.ts'
import type { PipelineDefinition } from '../contract/pipelines.ts'
import type { Run } from '../contract/runs.ts'
import { AtlasError } from '../core/errors.ts'
import { newId } from '../core/ids.ts'
import { missingStreams } from '../core/missing-streams.ts'
import { UNPLANNED } from '../pipeline/run-recorder.ts'
import { findPipeline } from '../store/pipelines.ts'
import type { RunRow } from '../store/runs.ts'
import { scheduledPipeline } from '../store/schedule-firing.ts'
import { bringForward, insertRetry } from '../store/settle-runs.ts'
import { requireReadableSource } from './local-files.ts'
import type { Platform } from './platform.ts'
import { requireRawForPipeline } from './rules/require-raw.ts'

/** Runs of these are carried out as their pipeline is now: the cause of the failure may have been mended in it. */
const BY_NAME: readonly Run['trigger'][] = ['schedule', 'api', 'event']

/**
 * Does a run again: one that waits to be tried again begins at once, one that has ended gives a new run.
 * @throws AtlasError `run.not_found`, `run.open`, `run.nothing_to_retry`, `run.retried`, `source.paused`, `access.denied`
 */
export async function retryRun({ db, secrets, runs, now, random }: Platform, caller: Caller, runId: string): Promise<Run> {
  const forward = await bringForward(db, runId)
  const run =
    forward ??
    (await secrets.whileSealing(() =>
      insertRetry(db, {
        id: newId('r', now().getTime(), random),
        runId,
        by: caller.actor,
        steps: UNPLANNED,
        define: async (old, transaction) => {
          const definition = await currentDefinition(old, transaction)
          if (definition !== null) return missingOf(definition, old)
          requireReadableSource(caller, old.definition)
          requireRawForPipeline(caller, old.definition)
          return missingOf(old.definition, old)
        },
      }),
    ))
  runs.queued(run)
  return run
}

/** What stands under the run's name now; null for a run that did not come by name. It was let in when it was stored. */
async function currentDefinition(old: RunRow, transaction: Parameters<typeof scheduledPipeline>[0]): Promise<PipelineDefinition | null> {
  if (old.kind !== 'pipeline' || !BY_NAME.includes(old.trigger)) return null
  // Only a schedule runs a source by its name; whoever runs one by hand chooses its streams.
  if (old.trigger !== 'schedule' && old.definition.source.saved !== undefined) return null
  // A pipeline that is paused starts nothing by itself; a person may still have one of its runs done again.
  const stored = await findPipeline(transaction, old.pipeline)
  if (stored !== null) return stored.definition
  const found = await scheduledPipeline(transaction, old.pipeline)
  if (found === 'source_paused') throw new AtlasError('source.paused', `The source ${old.pipeline} is paused.`)
  return typeof found === 'string' ? null : found
}

/** A partial run published some of its streams: those that are missing are read. */
function missingOf(definition: PipelineDefinition, old: RunRow): PipelineDefinition {
  return old.state !== 'partial' || old.report === null ? definition : missingStreams(definition, old.report.streams)
}
