import { existsSync } from 'node:fs'
import path from 'node:path'
import type { PipelineDefinition } from '../../contract/pipelines.ts'

/**
 * Whether a run can be carried out only where the home is in which it was queued: it reads files of that machine, an upload, or transforms from files
 * beside its pipeline.
 */
export function needsHome({ source }: PipelineDefinition, workingFolder: string): boolean {
  if (source.connector === 'files' && !isAddress(source.settings['path'])) return true
  return existsSync(path.join(workingFolder, 'transforms'))
}

function isAddress(value: unknown): boolean {
  return typeof value === 'string' && /^https?:\/\//i.test(value)
}
