import { EventEmitter } from 'node:events'
import type { RunEvent } from '../contract/runs.ts'

/** Live events of runs. What lasts is in the store; this only tells listeners sooner. */
export class RunEvents {
  readonly #all = new EventEmitter().setMaxListeners(0)
  readonly #own = new EventEmitter().setMaxListeners(0)

  /** Something changed in this process. */
  emit(event: RunEvent): void {
    this.#own.emit('event', event)
    this.#all.emit('event', event)
  }

  /** Something changed in another process, and was read from the store. */
  relay(event: RunEvent): void {
    this.#all.emit('event', event)
  }

  /** Whether anybody wants to know. */
  get hasListeners(): boolean {
    return this.#all.listenerCount('event') > 0
  }

  /**
   * Calls `listener` for every event until the returned function is called. A listener must not throw.
   * @param only own: what changed in this process alone
   */
  subscribe(listener: (event: RunEvent) => void, { only }: { only?: 'own' } = {}): () => void {
    const emitter = only === 'own' ? this.#own : this.#all
    emitter.on('event', listener)
    return () => emitter.off('event', listener)
  }
}
