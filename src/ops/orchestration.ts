import type { RunEvents } from '../pipeline/run-events.ts'
import { startDispatcher } from './dependencies/dispatcher.ts'
import type { FiringOptions } from './fire-schedules.ts'
import type { Loop } from './loop.ts'

export interface OrchestrationOptions extends FiringOptions {
  events: RunEvents
  onFault(error: unknown, where: string): void
}

/** Everything that queues runs beside the clock, in this process: transforms whose inputs changed. */
export function startOrchestration(options: OrchestrationOptions): Loop {
  const loops: Loop[] = [
    startDispatcher({ ...options, onPublished: async () => [], onError: (error) => options.onFault(error, 'dependencies') }),
  ]
  return {
    wake: () => loops.forEach((loop) => loop.wake()),
    stop: async () => {
      await Promise.all(loops.map((loop) => loop.stop()))
    },
  }
}
