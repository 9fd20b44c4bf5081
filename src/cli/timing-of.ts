import type { Timing } from '../contract/schedules.ts'

/** A number with a unit is an interval; all else is read as cron, by the server. */
export function timingOf(when: string, zone: string): Timing {
  const isInterval = /^\s*\d+ ?[a-z]+\s*$/i.test(when)
  return isInterval ? { every: when, anchor: '1970-01-01T00:00:00Z', zone } : { cron: when, zone }
}
