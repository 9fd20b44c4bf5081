import { once } from 'node:events'
import { PassThrough, type Readable } from 'node:stream'

/** A slow client is dropped when this much is waiting for it; it comes back with Last-Event-ID and misses nothing. */
const longestQueueBytes = 4 * 1024 * 1024

/**
 * One `text/event-stream` connection (WHATWG HTML, Server-sent events). `send` never waits: what may be dropped is dropped while the
 * client lags, the rest is queued up to a limit.
 */
export class EventStream {
  readonly #out = new PassThrough({ highWaterMark: 64 * 1024 })

  constructor() {
    // An error of the connection is its end; there is nobody left to tell.
    this.#out.on('error', () => this.#out.destroy())
    this.#out.write('retry: 2000\n\n')
  }

  /** What goes to the client. */
  get readable(): Readable {
    return this.#out
  }

  get closed(): boolean {
    return this.#out.destroyed || this.#out.writableEnded
  }

  /** Sends one event. @param event.droppable may be left out when the client lags */
  send(event: { kind: string; data: unknown; id?: string; droppable?: boolean }): void {
    if (this.closed) return
    if (event.droppable === true && this.#out.writableNeedDrain) return
    if (this.#out.writableLength + this.#out.readableLength > longestQueueBytes) {
      this.#out.destroy()
      return
    }
    const id = event.id === undefined ? '' : `id: ${event.id}\n`
    this.#out.write(`${id}event: ${event.kind}\ndata: ${JSON.stringify(event.data)}\n\n`)
  }

  /** Keeps proxies from closing an idle connection. */
  heartbeat(): void {
    if (!this.closed && !this.#out.writableNeedDrain) this.#out.write(': still here\n\n')
  }

  /** Waits until the client has taken what was sent, for long histories. */
  async drained(): Promise<void> {
    if (this.closed || !this.#out.writableNeedDrain) return
    const done = new AbortController()
    try {
      await Promise.race([once(this.#out, 'drain', done), once(this.#out, 'close', done)])
    } finally {
      done.abort()
    }
  }

  end(): void {
    if (!this.closed) this.#out.end()
  }

  /** Resolves once the connection is over, whoever ended it. */
  async over(): Promise<void> {
    if (this.#out.destroyed || this.#out.closed) return
    await new Promise<void>((resolve) => this.#out.once('close', () => resolve()))
  }
}
