export type DateKind = 'date' | 'time' | 'datetime' | 'elapsed'

/** Number formats that every workbook has without saying so (ECMA-376 part 1, 18.8.30). */
export function builtInDateKind(id: number): DateKind | null {
  if ((id >= 14 && id <= 17) || (id >= 27 && id <= 31) || id === 36 || (id >= 50 && id <= 54) || (id >= 57 && id <= 58)) return 'date'
  if ((id >= 18 && id <= 21) || id === 45 || id === 47 || (id >= 32 && id <= 35) || id === 55 || id === 56) return 'time'
  if (id === 22) return 'datetime'
  return id === 46 ? 'elapsed' : null
}

/** What a custom number format shows; null for plain numbers. */
export function dateKindOf(format: string): DateKind | null {
  const first = format.replace(/"[^"]*"|\\.|_.|\*./g, '').split(';')[0] ?? ''
  if (/\[(h+|m+|s+)\]/i.test(first)) return 'elapsed'
  const plain = first.replace(/\[[^\]]*\]/g, '')
  if (/general/i.test(plain)) return null
  const hasTime = /[hs]|am\/pm|a\/p/i.test(plain)
  const hasDate = /[yd]/i.test(plain) || (/m/i.test(plain) && !hasTime)
  if (hasDate) return hasTime ? 'datetime' : 'date'
  return hasTime ? 'time' : null
}

const DAY_MS = 86_400_000

/** A serial number of days as ISO 8601 text, to the millisecond; the time is left out only where it is midnight and the format shows none. */
export function serialToText(serial: number, kind: DateKind, is1904: boolean): string {
  const totalMs = Math.round(serial * DAY_MS)
  if (kind === 'elapsed') return `${totalMs < 0 ? '-' : ''}${clock(Math.abs(totalMs))}`
  const days = Math.floor(totalMs / DAY_MS)
  const time = totalMs - days * DAY_MS
  if (kind === 'time' && days === 0) return clock(time)
  const date = dateOf(days, is1904)
  return kind === 'date' && time === 0 ? date : `${date} ${clock(time)}`
}

function dateOf(days: number, is1904: boolean): string {
  if (is1904) return isoDate(Date.UTC(1904, 0, 1) + days * DAY_MS)
  // Excel has a 29 February 1900, as Lotus 1-2-3 had; the days before it are one later than the days after suggest.
  if (days === 60) return '1900-02-29'
  return isoDate(Date.UTC(1899, 11, days < 60 ? 31 : 30) + days * DAY_MS)
}

function isoDate(ms: number): string {
  return new Date(ms).toISOString().replace(/T.*$/, '')
}

function clock(ms: number): string {
  const pad = (value: number, width = 2) => String(value).padStart(width, '0')
  const rest = ms % 1000
  const text = `${pad(Math.floor(ms / 3_600_000))}:${pad(Math.floor(ms / 60_000) % 60)}:${pad(Math.floor(ms / 1000) % 60)}`
  return rest === 0 ? text : `${text}.${pad(rest, 3)}`
}
