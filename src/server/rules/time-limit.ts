import { AtlasError } from '../../core/errors.ts'
import type { Platform } from '../platform.ts'

/** What is measured while somebody waits may take so many times as long as one query: a rule that never ends must not hold the server. */
const QUERIES = 5

/** In milliseconds. */
export function longestWait({ settings }: Pick<Platform, 'settings'>): number {
  return settings.sqlTimeoutMs * QUERIES
}

/**
 * Work that ends in time.
 * @param what begins the message, e.g. `Proving the rules of chart.orders`
 * @throws AtlasError `sql.time_limit`; whatever the work throws
 */
export async function withinTimeLimit<T>(
  platform: Pick<Platform, 'settings'>,
  what: string,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limitMs = longestWait(platform)
  const timer = AbortSignal.timeout(limitMs)
  try {
    return await work(AbortSignal.any([signal, timer]))
  } catch (error) {
    if (!timer.aborted || signal.aborted) throw error
    throw new AtlasError('sql.time_limit', `${what} took longer than ${limitMs / 1000} s.`, { cause: error })
  }
}
