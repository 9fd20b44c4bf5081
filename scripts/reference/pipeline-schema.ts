import { z } from 'zod'
import { PipelineDefinition } from '../../src/contract/pipelines.ts'

/** `docs/reference/pipeline.schema.json`: for editors that check pipeline files while they are written. */
export function pipelineSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(PipelineDefinition, { io: 'input' }), null, 2)}\n`
}
