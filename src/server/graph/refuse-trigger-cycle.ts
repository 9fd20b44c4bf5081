import { AtlasError } from '../../core/errors.ts'
import { topologicalOrder } from '../../core/graph/order.ts'
import { listTriggers } from '../../store/event-triggers.ts'
import type { Platform } from '../platform.ts'
import { describeGraph } from './describe-graph.ts'

/**
 * Refuses a trigger whose pipeline makes what it waits for, directly or through transforms and other triggers.
 * @throws AtlasError `trigger.cycle` with the whole path
 */
export async function refuseTriggerCycle(platform: Platform, pipeline: string, dataset: string): Promise<void> {
  const { edges } = await describeGraph(platform, undefined)
  const reads = new Map<string, string[]>()
  const add = (made: string, from: string): void => void reads.set(made, [...(reads.get(made) ?? []), from])
  for (const { from, to, by } of edges) add(to, by.kind === 'pipeline' ? `pipeline ${by.name}` : from)
  add(`pipeline ${pipeline}`, dataset)
  for (const trigger of await listTriggers(platform.db))
    if (trigger.event.kind === 'dataset') add(`pipeline ${trigger.pipeline}`, trigger.event.dataset)
  try {
    topologicalOrder(reads)
  } catch (error) {
    if (!(error instanceof AtlasError)) throw error
    const path = error.message.slice(error.message.indexOf(':') + 2)
    throw new AtlasError('trigger.cycle', `The trigger would set itself off: ${path}`, { cause: error })
  }
}
