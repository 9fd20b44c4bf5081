import type { RunEvent } from '../../contract/runs.ts'
import { type Loop, startLoop } from '../loop.ts'
import { type DispatchOptions, dispatchBuilds } from './dispatch-builds.ts'

/** Tells of what runs do. */
export interface RunNews {
  subscribe(listener: (event: RunEvent) => void): () => void
}

/** What another process published is noticed after so long where nobody tells. */
const LONGEST_MS = 5_000

/** Queues what is to be built anew: after every run that ends, and by looking every 5 s. */
export function startDispatcher(options: DispatchOptions & { events: RunNews; onError(error: unknown): void }): Loop {
  let isAsked = true
  const loop = startLoop({
    round: async () => {
      const asked = isAsked
      isAsked = false
      try {
        await dispatchBuilds(options, asked)
      } catch (error) {
        isAsked = true
        throw error
      }
      return LONGEST_MS
    },
    retryMs: LONGEST_MS,
    onError: options.onError,
  })
  const unsubscribe = options.events.subscribe((event) => {
    if (event.kind !== 'run' || event.run.state === 'queued' || event.run.state === 'running') return
    // A transform that failed holds back what reads it, and publishes nothing that says so.
    isAsked ||= event.run.kind === 'transform'
    loop.wake()
  })
  return {
    wake: loop.wake,
    stop: () => {
      unsubscribe()
      return loop.stop()
    },
  }
}
