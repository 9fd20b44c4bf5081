import { connectors } from '../../src/connectors/index.ts'
import { pipelineSchema } from '../../src/server/pipeline-schema.ts'

/** `docs/reference/pipeline.schema.json`: for editors that check pipeline files while they are written. */
export function pipelineSchemaFile(): string {
  return `${JSON.stringify(pipelineSchema(connectors), null, 2)}\n`
}
