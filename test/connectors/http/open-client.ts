import { onTestFinished } from 'vitest'
import { createHttpClient, type HttpClient, type HttpClientOptions } from '../../../src/connectors/http/http-client.ts'

export interface OpenClient {
  client: HttpClient
  /** Milliseconds of each wait between tries; none is really waited. */
  waits: number[]
  logged: string[]
  stop: AbortController
}

let sources = 0

/** A client that waits for nothing, closed when the test ends. */
export function openClient(origins: string[], more: Partial<HttpClientOptions> & { nowMs?: () => number } = {}): OpenClient {
  const waits: number[] = []
  const logged: string[] = []
  const stop = new AbortController()
  const now = more.nowMs ?? Date.now
  const client = createHttpClient({
    context: {
      signal: stop.signal,
      fetch,
      now: () => new Date(now()),
      random: (bytes) => new Uint8Array(bytes),
      source: `http-test-${++sources}`,
      log: (_level, message) => void logged.push(message),
    },
    origins,
    wait: (ms) => Promise.resolve(void waits.push(ms)),
    ...more,
  })
  onTestFinished(() => client.close())
  return { client, waits, logged, stop }
}
