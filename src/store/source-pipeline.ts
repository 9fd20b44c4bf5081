import { PipelineDefinition, type StreamRule } from '../contract/pipelines.ts'
import type { SourceRow } from './sources.ts'

/** What a run of a saved source carries out. @param streams those to read; the source's own rules unless told */
export function sourcePipeline(source: SourceRow, streams: StreamRule[] = source.streams): PipelineDefinition {
  return PipelineDefinition.parse({
    name: source.name,
    description: source.description,
    source: { connector: source.connector, settings: {}, saved: source.name },
    streams,
    policy: source.policy,
  })
}
