import type { RunEvent } from '../contract/runs.ts'
import { ProblemError } from './problem-error.ts'
import { createSseParser } from './sse-parser.ts'

export interface EventsOptions {
  signal?: AbortSignal
  /** Resume after this event. */
  lastEventId?: string | null
  onEvent: (event: RunEvent, id: string | null) => void
  /** `open` when events can arrive, `lost` when the connection is gone and will be tried again. */
  onState?: (state: 'open' | 'lost') => void
  /** Silence in ms after which a connection that has sent a heartbeat counts as lost. */
  silenceMs?: number
}

const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 5_000

/**
 * Follows an event stream until the signal aborts, or until the server ends it with 204. Reconnects with a growing wait and Last-Event-ID.
 * @param open opens the stream after the event of that id
 * @throws ProblemError when the server refuses for good (4xx other than 408 and 429)
 */
export async function readEvents(options: EventsOptions, open: (lastEventId: string | null) => Promise<Response>): Promise<void> {
  let lastEventId = options.lastEventId ?? null
  let waitMs = FIRST_WAIT_MS
  while (!options.signal?.aborted) {
    try {
      const response = await open(lastEventId)
      if (response.status === 204 || response.body === null) return
      options.onState?.('open')
      waitMs = FIRST_WAIT_MS
      const asked = await readBody(response.body, options, (id) => (lastEventId = id))
      if (asked !== null) waitMs = Math.min(asked, LONGEST_WAIT_MS)
    } catch (error) {
      if (options.signal?.aborted) return
      if (error instanceof ProblemError && !isPassing(error)) throw error
    }
    if (options.signal?.aborted) return
    options.onState?.('lost')
    await wait(waitMs, options.signal)
    waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)
  }
}

function isPassing(error: ProblemError): boolean {
  return error.status === 0 || error.status >= 500 || error.status === 408 || error.status === 429
}

/** Reads one connection to its end; returns the wait that the server asked for. */
async function readBody(body: ReadableStream<Uint8Array>, options: EventsOptions, onId: (id: string) => void): Promise<number | null> {
  const parser = createSseParser()
  const decoder = new TextDecoder()
  const reader = body.getReader()
  let heartbeats = false
  try {
    for (;;) {
      const chunk = await (heartbeats ? orSilence(reader.read(), options.silenceMs ?? 8_000) : reader.read())
      if (chunk === 'silent' || chunk.done) return parser.retryMs()
      const text = decoder.decode(chunk.value, { stream: true })
      // Only a server that is known to send heartbeats can be called lost for its silence.
      if (text.startsWith(':')) heartbeats = true
      for (const message of parser.push(text)) {
        if (message.id !== null) onId(message.id)
        options.onEvent(JSON.parse(message.data) as RunEvent, message.id)
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

function orSilence<T>(promise: Promise<T>, ms: number): Promise<T | 'silent'> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve('silent'), ms)
    promise.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

/** Waits, or less when the signal aborts. */
function wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal?.addEventListener('abort', done)
  })
}
