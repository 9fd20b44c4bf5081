import { type Caller, requirePermission } from '../access/caller.ts'
import type { PipelineDefinition } from '../contract/pipelines.ts'

/**
 * A files source that names a path reads what the server's user can read, so it needs a permission of its own. Uploads and addresses do not.
 * @throws AtlasError `access.denied`
 */
export function requireReadableSource(caller: Caller, { source }: Pick<PipelineDefinition, 'source'>): void {
  if (source.connector !== 'files') return
  const { path } = source.settings
  const isAddress = typeof path === 'string' && /^https?:\/\//i.test(path)
  if (path === undefined || isAddress) return
  requirePermission(caller, 'sources.read_local_files', 'Reading a path on the server')
}
