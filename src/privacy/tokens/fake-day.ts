import type { Next } from './same-shape.ts'

const TIME = String.raw`(?<hour>\d\d):(?<minute>\d\d)(?<second>:\d\d)?(?<fraction>[.,]\d{1,9})?(?<zone> ?(?:Z|[+-]\d\d(?::?\d\d)?))?`
const DAY_FIRST = String.raw`(?<a>\d{1,2})(?<sign>[-/.])(?<b>\d{1,2})\k<sign>(?<last>\d{4})`
const YEAR_FIRST = String.raw`(?<first>\d{4})(?<sign>[-/.])(?<a>\d{1,2})\k<sign>(?<b>\d{1,2})`
const FORMS = [YEAR_FIRST, DAY_FIRST].map((day) => new RegExp(`^${day}(?:(?<between>[ T])${TIME})?$`))
const TIME_ALONE = new RegExp(`^${TIME}$`)

/** A day, a time of day or both that exist, written as `text` is (ISO 8601, or day and month before the year); null where it is neither. */
export function fakeDay(text: string, next: Next): string | null {
  const time = TIME_ALONE.exec(text)?.groups
  if (time !== undefined) return fakeTime(time, next)
  for (const form of FORMS) {
    const found = form.exec(text)?.groups
    if (found === undefined) continue
    const { first, sign = '', a = '', b = '', between } = found
    // Both at most 12: a day, whichever of them is the month.
    const [one, two, year] = [twelfth(a, next), twelfth(b, next), anyYear(next)]
    const day = first === undefined ? [one, two, year] : [year, one, two]
    return `${day.join(sign)}${between === undefined ? '' : `${between}${fakeTime(found, next)}`}`
  }
  return null
}

/** The birth date of nobody: as it is written where that is a number, else as ISO 8601 has it. */
export function fakeBirthDate(text: string, next: Next): string {
  const [year, month, day] = [anyYear(next), twelfth('00', next), twelfth('00', next)]
  if (/^(?:19|20)\d{6}$/.test(text)) return `${year}${month}${day}`
  if (/^\d{8}$/.test(text)) return `${day}${month}${year}`
  if (/^\d{6}$/.test(text)) return `${day}${month}${year.slice(2)}`
  return fakeDay(text, next) ?? `${year}-${month}-${day}`
}

function fakeTime({ second, fraction = '', zone = '' }: Record<string, string | undefined>, next: Next): string {
  const hour = padded(next(24), 2)
  const [minute, seconds] = [padded(next(60), 2), second === undefined ? '' : `:${padded(next(60), 2)}`]
  return `${hour}:${minute}${seconds}${fraction.replaceAll(/\d/g, () => String(next(10)))}${zone}`
}

function anyYear(next: Next): string {
  return String(1920 + next(90))
}

function twelfth(like: string, next: Next): string {
  return padded(1 + next(12), like.length)
}

function padded(value: number, length: number): string {
  return String(value).padStart(length, '0')
}
