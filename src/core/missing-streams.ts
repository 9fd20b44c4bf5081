import { type PipelineDefinition, StreamRule } from '../contract/pipelines.ts'
import type { RunStream } from '../contract/runs.ts'

/**
 * The pipeline with those streams alone that a partial run did not read whole, by the rules of the pipeline or by the usual ones where it names none.
 * The whole pipeline when it knows none of them any more.
 */
export function missingStreams(definition: PipelineDefinition, streams: readonly RunStream[]): PipelineDefinition {
  const missing = streams.filter(({ state }) => state !== 'succeeded')
  const rules = missing.flatMap((stream) => ruleOf(definition.streams, stream) ?? [])
  return rules.length === 0 ? definition : { ...definition, streams: rules }
}

function ruleOf(rules: readonly StreamRule[], { name, mode }: RunStream): StreamRule | null {
  if (rules.length === 0) return StreamRule.parse({ name, mode })
  return rules.find((rule) => rule.name === name) ?? null
}
