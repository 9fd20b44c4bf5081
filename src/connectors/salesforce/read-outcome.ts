import type { ReadResult } from '../connector.ts'
import type { LimitReached } from './api-error.ts'

/**
 * What Salesforce counted beside what arrived. Rows come and go while they are read, so a number between two counts is right; outside of them the nearest counts.
 * @param counts those that could be had
 */
export function nearest(counts: readonly (number | null)[], read: number): Pick<ReadResult, 'counted'> {
  const known = counts.filter((count) => count !== null)
  if (known.length === 0) return {}
  const rows = Math.min(Math.max(read, Math.min(...known)), Math.max(...known))
  return { counted: { rows, read, tolerance: 0 } }
}

/** The day's limit is used up: what was landed stays, the next run goes on. */
export function parked(error: LimitReached): Pick<ReadResult, 'parked'> {
  return { parked: { detail: error.message, until: null } }
}
