import type { Run } from '../contract/runs.ts'
import { AtlasError } from '../core/errors.ts'
import { findPipeline } from '../store/pipelines.ts'
import { readSource } from '../store/sources.ts'
import type { ScheduleRow } from '../store/schedules.ts'
import type { Platform } from './platform.ts'
import { syncSource } from './sync-source.ts'

/**
 * Starts now, by hand, what a schedule runs; the schedule's own times stay as they are. A pipeline that is paused is run too: that is what by hand means.
 * @throws AtlasError `pipeline.not_found`, `source.paused`
 */
export async function runSchedule(platform: Platform, { pipeline }: Pick<ScheduleRow, 'pipeline'>, requestedBy: string): Promise<Run> {
  const stored = await findPipeline(platform.db, pipeline)
  if (stored !== null)
    return platform.runs.start({ definition: stored.definition, trigger: 'api', requestedBy, workingFolder: process.cwd() })
  const source = await readSource(platform.db, pipeline).catch((cause: unknown) => {
    throw new AtlasError('pipeline.not_found', `There is no pipeline and no saved source ${pipeline}.`, { cause })
  })
  return syncSource(platform, source, { full: false }, requestedBy)
}
