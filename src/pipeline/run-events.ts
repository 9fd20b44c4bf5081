import { EventEmitter } from 'node:events'
import type { RunEvent } from '../contract/runs.ts'

/** Live events of runs inside this process. What lasts is in the store; this only tells listeners sooner. */
export class RunEvents {
  readonly #emitter = new EventEmitter().setMaxListeners(0)

  emit(event: RunEvent): void {
    this.#emitter.emit('event', event)
  }

  /** Calls `listener` for every event until the returned function is called. A listener must not throw. */
  subscribe(listener: (event: RunEvent) => void): () => void {
    this.#emitter.on('event', listener)
    return () => this.#emitter.off('event', listener)
  }
}
