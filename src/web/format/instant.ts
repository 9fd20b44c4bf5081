import { userLocale } from './locale.ts'

const WEEK_MS = 7 * 24 * 3600 * 1000

/** `just now`, `12 min ago`, `3 h ago`, `2 d ago`, `in 12 min`; beyond seven days the date. */
export function formatRelative(at: number, now: number, timeZone: string, locale = userLocale()): string {
  const age = now - at
  if (Math.abs(age) >= WEEK_MS) return format(at, timeZone, locale, { day: 'numeric', month: 'short', year: 'numeric' })
  // A clock that is a little behind sees what just happened as what is about to.
  if (age > -10_000 && age < 10_000) return 'just now'
  return age > 0 ? `${inOneUnit(age)} ago` : `in ${inOneUnit(-age)}`
}

function inOneUnit(ms: number): string {
  if (ms < 60_000) return `${Math.floor(ms / 1000)} s`
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)} min`
  if (ms < 24 * 3_600_000) return `${Math.floor(ms / 3_600_000)} h`
  return `${Math.floor(ms / (24 * 3_600_000))} d`
}

/** Date and time of day in a zone, with the zone's short name. */
export function formatLocal(at: number, timeZone: string, locale = userLocale()): string {
  return format(at, timeZone, locale, { day: 'numeric', month: 'short', year: 'numeric', ...CLOCK, timeZoneName: 'short' })
}

/** Time of day with seconds, for as-of lines: `14:02:10`. */
export function formatClock(at: number, timeZone: string, locale = userLocale()): string {
  return format(at, timeZone, locale, CLOCK)
}

/** For logs: `14:02:10.482`. */
export function formatLogTime(at: number, timeZone: string, locale = userLocale()): string {
  return format(at, timeZone, locale, { ...CLOCK, fractionalSecondDigits: 3 })
}

/** As-of: the clock today, date and clock on other days. */
export function formatAsOf(at: number, now: number, timeZone: string, locale = userLocale()): string {
  const sameDay = format(at, timeZone, 'en-GB', DAY) === format(now, timeZone, 'en-GB', DAY)
  return sameDay ? formatClock(at, timeZone, locale) : formatDayTime(at, timeZone, locale)
}

/** `23 Nov, 14:02`. */
export function formatDayTime(at: number, timeZone: string, locale = userLocale()): string {
  return format(at, timeZone, locale, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
}

/** A place on an axis of `spanMs`: the date where it begins and where it is longer than a day, seconds only where it is shorter than ten minutes. */
export function formatTick(at: number, spanMs: number, isFirst: boolean, timeZone: string, locale = userLocale()): string {
  if (isFirst || spanMs > 26 * 3_600_000) return formatDayTime(at, timeZone, locale)
  const { second, ...clock } = CLOCK
  return format(at, timeZone, locale, spanMs < 600_000 ? { ...clock, second } : clock)
}

/** `Mon 23`. */
export function formatWeekday(at: number, timeZone: string, locale = userLocale()): string {
  return format(at, timeZone, locale, { weekday: 'short', day: 'numeric' })
}

/** `Europe/Copenhagen` → `Copenhagen`. */
export function zoneName(timeZone: string): string {
  return timeZone.split('/').at(-1)!.replaceAll('_', ' ')
}

const CLOCK = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const
const DAY = { year: 'numeric', month: '2-digit', day: '2-digit' } as const

function format(at: number, timeZone: string, locale: string, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(locale, { timeZone, ...options }).format(at)
}
