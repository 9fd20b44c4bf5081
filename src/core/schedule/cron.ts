import { AtlasError } from '../errors.ts'

/** A cron expression as the sets of values that each field allows. */
export interface Cron {
  /** 0 to 59, ascending. */
  minutes: readonly number[]
  /** 0 to 23, ascending. */
  hours: readonly number[]
  /** 1 to 31. */
  days: ReadonlySet<number>
  /** 1 to 12. */
  months: ReadonlySet<number>
  /** 0 (Sunday) to 6. */
  weekdays: ReadonlySet<number>
  /** Both kinds of day are restricted: one of them is enough. */
  isEitherDay: boolean
  /** Minute or hour begins with `*`: it follows real time through a change of the clocks. All others are times of the day, each once. */
  followsRealTime: boolean
}

interface Field {
  name: string
  min: number
  max: number
  names?: readonly string[]
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
const MINUTE: Field = { name: 'minute', min: 0, max: 59 }
const HOUR: Field = { name: 'hour', min: 0, max: 23 }
const DAY: Field = { name: 'day of the month', min: 1, max: 31 }
const MONTH: Field = { name: 'month', min: 1, max: 12, names: MONTHS }
const WEEKDAY: Field = { name: 'weekday', min: 0, max: 7, names: WEEKDAYS }

const NICKNAMES: Readonly<Record<string, string>> = {
  '@hourly': '0 * * * *',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@weekly': '0 0 * * 0',
  '@monthly': '0 0 1 * *',
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
}

/** The five fields of a cron expression as text; a nickname is written out. @throws AtlasError `schedule.bad_cron` */
export function cronFields(text: string): readonly [string, string, string, string, string] {
  const plain = text.trim().toLowerCase()
  const fields = (NICKNAMES[plain] ?? plain).split(/\s+/)
  const [minute, hour, day, month, weekday] = fields
  if (
    fields.length !== 5 ||
    minute === undefined ||
    hour === undefined ||
    day === undefined ||
    month === undefined ||
    weekday === undefined
  )
    throw refuse(
      text,
      plain.startsWith('@') ? `it is none of ${Object.keys(NICKNAMES).join(', ')}` : `it has ${fields.length} fields, and must have 5`,
    )
  return [minute, hour, day, month, weekday]
}

/**
 * Reads a cron expression: five fields with names, ranges, steps and lists, or a nickname such as `@hourly`, as in crontab(5) of Vixie cron.
 * @throws AtlasError `schedule.bad_cron`, `schedule.never_fires`
 */
export function parseCron(text: string): Cron {
  const [minute, hour, day, month, weekday] = cronFields(text)
  const read = (part: string, field: Field): number[] => readField(text, part, field)
  const cron: Cron = {
    minutes: read(minute, MINUTE),
    hours: read(hour, HOUR),
    days: new Set(read(day, DAY)),
    months: new Set(read(month, MONTH)),
    weekdays: new Set(read(weekday, WEEKDAY).map((value) => value % 7)),
    isEitherDay: !day.startsWith('*') && !weekday.startsWith('*'),
    followsRealTime: minute.startsWith('*') || hour.startsWith('*'),
  }
  // One leap year cycle of 28 years has every 29 February on every weekday.
  if (matchingDays(cron, Date.UTC(2000, 0, 1)).next().done === true)
    throw new AtlasError('schedule.never_fires', `The cron "${text}" never fires: no month that it names has such a day.`)
  return cron
}

/** A date that comes once in 28 years can be left out at the end of a century: 40 years are the longest wait. */
const HORIZON_MONTHS = 60 * 12

/** The days on which a cron fires, from a day on (both as midnight of that date in UTC, in ms), ascending, for 60 years. */
export function* matchingDays(cron: Cron, fromDay: number): Generator<number> {
  const start = new Date(fromDay)
  for (let n = 0; n < HORIZON_MONTHS; n++) {
    const first = new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + n, 1))
    if (!cron.months.has(first.getUTCMonth() + 1)) continue
    const length = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate()
    for (let day = 1; day <= length; day++) {
      const midnight = first.getTime() + (day - 1) * 86_400_000
      if (midnight >= fromDay && firesOn(cron, day, (first.getUTCDay() + day - 1) % 7)) yield midnight
    }
  }
}

function firesOn({ days, weekdays, isEitherDay }: Cron, day: number, weekday: number): boolean {
  return isEitherDay ? days.has(day) || weekdays.has(weekday) : days.has(day) && weekdays.has(weekday)
}

function readField(text: string, part: string, field: Field): number[] {
  const values = part.split(',').flatMap((item) => readItem(text, item, field))
  return [...new Set(values)].toSorted((a, b) => a - b)
}

/** `*`, `5`, `mon`, `1-5`, and with a step `*` or a range `/2`. */
function readItem(text: string, item: string, field: Field): number[] {
  const match = /^(?:(\*)|([a-z]+|\d{1,2})(?:-([a-z]+|\d{1,2}))?)(?:\/(\d{1,2}))?$/.exec(item)
  if (match === null) throw refuse(text, `the ${field.name} "${item}" is no *, value, range (1-5), step (*/15) or list of those`)
  const [, star, low, high, step] = match
  if (step !== undefined && star === undefined && high === undefined)
    throw refuse(text, `the ${field.name} "${item}" has a step without a range; write ${low}-${field.max}/${step}`)
  const from = star === undefined ? readValue(text, low ?? '', field) : field.min
  const to = star === undefined ? (high === undefined ? from : readEnd(text, high, field, from)) : field === WEEKDAY ? 6 : field.max
  const by = Number(step ?? 1)
  if (by === 0) throw refuse(text, `the ${field.name} "${item}" has a step of 0`)
  if (to < from) throw refuse(text, `the ${field.name} "${item}" ends before it begins`)
  return Array.from({ length: Math.floor((to - from) / by) + 1 }, (_, index) => from + index * by)
}

/** A range of weekdays may end on Sunday, which is 7 then. */
function readEnd(text: string, written: string, field: Field, from: number): number {
  const value = readValue(text, written, field)
  return field === WEEKDAY && value === 0 && from > 0 ? 7 : value
}

function readValue(text: string, written: string, { name, min, max, names }: Field): number {
  const named = names?.indexOf(written) ?? -1
  const value = named >= 0 ? named + min : /^\d+$/.test(written) ? Number(written) : Number.NaN
  if (value >= min && value <= max) return value
  throw refuse(
    text,
    `the ${name} "${written}" is not from ${min} to ${max}${names === undefined ? '' : `, nor one of ${names.join(', ')}`}`,
  )
}

function refuse(text: string, reason: string): AtlasError {
  return new AtlasError('schedule.bad_cron', `The cron "${text}" cannot be read: ${reason}.`)
}
