import { userLocale } from './locale.ts'

const WEEK_MS = 7 * 24 * 3600 * 1000

/** `just now`, `12 min ago`, `3 h ago`, `2 d ago`; after seven days the date. */
export function formatRelative(at: number, now: number, timeZone: string, locale = userLocale()): string {
  const age = now - at
  if (age >= WEEK_MS || age < -60_000) return format(at, timeZone, locale, { day: 'numeric', month: 'short', year: 'numeric' })
  if (age < 10_000) return 'just now'
  if (age < 60_000) return `${Math.floor(age / 1000)} s ago`
  if (age < 3_600_000) return `${Math.floor(age / 60_000)} min ago`
  if (age < 24 * 3_600_000) return `${Math.floor(age / 3_600_000)} h ago`
  return `${Math.floor(age / (24 * 3_600_000))} d ago`
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
