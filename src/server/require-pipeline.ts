import { AtlasError } from '../core/errors.ts'
import { findPipeline } from '../store/pipelines.ts'
import { listSources } from '../store/sources.ts'
import type { Platform } from './platform.ts'

/** Refuses a name that is neither a stored pipeline nor a saved source. @throws AtlasError `pipeline.not_found` */
export async function requirePipeline({ db }: Pick<Platform, 'db'>, { pipeline }: { pipeline: string }): Promise<void> {
  if ((await findPipeline(db, pipeline)) !== null) return
  if ((await listSources(db)).some(({ name }) => name === pipeline)) return
  throw new AtlasError('pipeline.not_found', `There is no pipeline and no saved source ${pipeline}.`)
}
