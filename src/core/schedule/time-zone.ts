import { AtlasError } from '../errors.ts'

const formatters = new Map<string, Intl.DateTimeFormat>()

/**
 * How far the clocks of a zone are ahead of UTC at an instant, in ms.
 * @param zone a name of the IANA database, e.g. Europe/Copenhagen
 * @throws AtlasError `schedule.unknown_zone`
 */
export function offsetAt(zone: string, atMs: number): number {
  const week = Math.floor(atMs / WEEK_MS)
  const begin = offsetOfWeek(zone, week)
  return begin === offsetOfWeek(zone, week + 1) ? begin : readOffset(zone, atMs)
}

const WEEK_MS = 7 * 86_400_000
const MOST_WEEKS = 20_000
const weeks = new Map<string, number>()

/** The offset at the begin of a week, kept: to ask for one takes a tenth of a millisecond, and no clocks change twice within a week. */
function offsetOfWeek(zone: string, week: number): number {
  const key = `${zone} ${week}`
  const known = weeks.get(key)
  if (known !== undefined) return known
  const offset = readOffset(zone, week * WEEK_MS)
  if (weeks.size >= MOST_WEEKS) weeks.clear()
  weeks.set(key, offset)
  return offset
}

function readOffset(zone: string, atMs: number): number {
  const text = formatterOf(zone).format(atMs)
  const match = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/.exec(text)
  const [, sign, hours = 0, minutes = 0, seconds = 0] = match ?? []
  const size = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000
  return sign === '-' ? -size : size
}

/** @throws AtlasError `schedule.unknown_zone` */
export function requireZone(zone: string): void {
  formatterOf(zone)
}

/** Offsets such as +02:00 are refused: a zone that knows no summer time is seldom meant. */
function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone)
  if (known !== undefined) return known
  try {
    if (/^[+-]/.test(zone)) throw new RangeError('an offset is no zone')
    const made = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' })
    formatters.set(zone, made)
    return made
  } catch (error) {
    throw new AtlasError('schedule.unknown_zone', `There is no time zone "${zone}".`, { cause: error })
  }
}

/** The offsets that a zone has around one local date, in ms. */
export interface ZoneDay {
  before: number
  after: number
  /** The instant at which `after` begins; without a change it means nothing. */
  change: number
}

const EAST_MS = 14 * 3_600_000
const WEST_MS = 12 * 3_600_000
const DAY_MS = 86_400_000

/**
 * What the clocks do on a local date and close to it. Clocks change once in two days at most.
 * @param day midnight of the date as if it were UTC, in ms
 */
export function zoneDay(zone: string, day: number): ZoneDay {
  let low = day - EAST_MS - 1
  let high = day + DAY_MS + WEST_MS
  const before = offsetAt(zone, low)
  const after = offsetAt(zone, high)
  while (before !== after && high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (offsetAt(zone, middle) === before) low = middle
    else high = middle
  }
  return { before, after, change: high }
}

/**
 * The instants at which the clocks show a local time (as if it were UTC, in ms): none when they skip it, two when they are set back over it.
 */
export function instantsOf({ before, after, change }: ZoneDay, localMs: number): number[] {
  if (before === after) return [localMs - before]
  return [localMs - before, localMs - after].filter((instant, index) => (index === 0 ? instant < change : instant >= change))
}

/** An instant on the clocks of a zone, ISO 8601 with the offset. */
export function toLocalText(zone: string, atMs: number): string {
  const offset = offsetAt(zone, atMs)
  const minutes = Math.abs(Math.trunc(offset / 60_000))
  const two = (value: number): string => String(value).padStart(2, '0')
  const text = new Date(atMs + offset).toISOString().slice(0, 19)
  return `${text}${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}
