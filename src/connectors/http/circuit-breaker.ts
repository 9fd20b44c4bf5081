import { AtlasError } from '../../core/errors.ts'

const FAILURES = 5
const OPEN_MS = 30_000

/** Stops asking an origin that does not answer. */
export interface CircuitBreaker {
  /** @throws AtlasError `source.unreachable` while the circuit is open */
  assertClosed(origin: string, nowMs: number): void
  succeeded(origin: string): void
  failed(origin: string, nowMs: number): void
}

/** After five requests in a row that failed with all their tries, requests to that origin fail at once for half a minute; then one is let through. */
export function createCircuitBreaker(): CircuitBreaker {
  const origins = new Map<string, { failures: number; openUntilMs: number }>()
  return {
    assertClosed: (origin, nowMs) => {
      const state = origins.get(origin)
      if (state === undefined || state.failures < FAILURES || nowMs >= state.openUntilMs) return
      const seconds = Math.ceil((state.openUntilMs - nowMs) / 1000)
      throw new AtlasError('source.unreachable', `${origin} failed ${state.failures} times in a row; it is asked again in ${seconds} s.`, {
        retryAfterS: seconds,
      })
    },
    succeeded: (origin) => void origins.delete(origin),
    failed: (origin, nowMs) => {
      const failures = (origins.get(origin)?.failures ?? 0) + 1
      origins.set(origin, { failures, openUntilMs: nowMs + OPEN_MS })
    },
  }
}
