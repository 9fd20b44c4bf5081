import type { Firing, Timing } from '../../contract/schedules.ts'
import { parseCron } from './cron.ts'
import { cronTimes } from './cron-times.ts'
import { intervalTimes, parseInterval } from './interval.ts'
import { instantsOf, offsetAt, requireZone, toLocalText, zoneDay } from './time-zone.ts'

const DAY_MS = 86_400_000
/** Times older than this are forgotten: neither made up for nor counted. */
export const LONGEST_OUTAGE_MS: number = 366 * DAY_MS

/**
 * The instants (ms) after `afterMs` at which a schedule fires, strictly ascending.
 * @throws AtlasError `schedule.bad_cron`, `schedule.never_fires`, `schedule.bad_interval`, `schedule.unknown_zone`
 */
export function firingTimes(timing: Timing, afterMs: number): Generator<number> {
  requireZone(timing.zone)
  if ('cron' in timing) return cronTimes(parseCron(timing.cron), timing.zone, afterMs)
  return intervalTimes(parseInterval(timing.every), Date.parse(timing.anchor), afterMs)
}

/** The next `count` instants (ms) after `afterMs`. Throws like `firingTimes`. */
export function nextTimes(timing: Timing, afterMs: number, count: number): number[] {
  const times: number[] = []
  for (const time of firingTimes(timing, afterMs)) {
    if (times.push(time) >= count) break
  }
  return times
}

/** Every instant (ms) after `afterMs` up to and with `untilMs`, of the last 366 days. Throws like `firingTimes`. */
export function timesBetween(timing: Timing, afterMs: number, untilMs: number): number[] {
  const times: number[] = []
  for (const time of firingTimes(timing, Math.max(afterMs, untilMs - LONGEST_OUTAGE_MS))) {
    if (time > untilMs) break
    times.push(time)
  }
  return times
}

/** An instant as it is shown: in UTC, on the clocks of the zone, and whether the clocks change around it. */
export function describeFiring(timing: Timing, atMs: number): Firing {
  return { at: new Date(atMs).toISOString(), local: toLocalText(timing.zone, atMs), clockChange: clockChangeAt(timing, atMs) }
}

function clockChangeAt(timing: Timing, atMs: number): Firing['clockChange'] {
  const local = atMs + offsetAt(timing.zone, atMs)
  const both = instantsOf(zoneDay(timing.zone, Math.floor(local / DAY_MS) * DAY_MS), local)
  if (both.length === 2) return both[0] === atMs ? 'first_of_two' : 'second_of_two'
  if (!('cron' in timing)) return null
  const { hours, minutes } = parseCron(timing.cron)
  const shown = new Date(local)
  return hours.includes(shown.getUTCHours()) && minutes.includes(shown.getUTCMinutes()) ? null : 'moved'
}
