import type { PipelineDefinition } from '../contract/pipelines.ts'
import { type ValueChange, valueChanges } from './value-changes.ts'

/**
 * How two definitions of a pipeline differ, streams and transforms compared by their names: `streams.orders.mode`. Without secrets on both sides, or
 * these would be in the answer.
 */
export function pipelineChanges(from: PipelineDefinition, to: PipelineDefinition): ValueChange[] {
  return valueChanges(byName(from), byName(to))
}

function byName({ streams, transforms, ...rest }: PipelineDefinition): object {
  return { ...rest, streams: keyed(streams), transforms: keyed(transforms) }
}

/** Two of one name stay a list, of which none is lost. */
function keyed(items: readonly { name: string }[]): unknown {
  if (new Set(items.map(({ name }) => name)).size < items.length) return items
  return Object.fromEntries(items.map(({ name, ...item }) => [name, item]))
}
