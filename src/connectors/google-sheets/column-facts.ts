import { isTimeOfDay, isWholeDay, type NumberKind } from './serial-date.ts'

/** What a column was seen to hold, over all its rows. */
export interface ColumnFacts {
  filled: number
  text: number
  boolean: number
  number: number
  date: number
  dateTime: number
  time: number
  elapsed: number
  errors: number
  /** First cell that shows an error, e.g. `C7`. */
  firstError: string
  /** All numbers are integers that a double holds exactly. */
  integers: boolean
  /** All numbers are whole days, or times of one day. */
  wholeDays: boolean
  timesOfDay: boolean
  /** Smallest and largest of the numbers shown as dates, and of the others. */
  dated: Span
  plain: Span
  /** Some cells have the value of a merged cell above them. */
  isFilledDown: boolean
  /** Number formats, in Google's words. */
  formats: Set<string>
}

export interface Span {
  min: number
  max: number
}

export function newFacts(): ColumnFacts {
  return {
    filled: 0,
    text: 0,
    boolean: 0,
    number: 0,
    date: 0,
    dateTime: 0,
    time: 0,
    elapsed: 0,
    errors: 0,
    firstError: '',
    integers: true,
    wholeDays: true,
    timesOfDay: true,
    dated: { min: Infinity, max: -Infinity },
    plain: { min: Infinity, max: -Infinity },
    isFilledDown: false,
    formats: new Set(),
  }
}

export function noteText(facts: ColumnFacts): void {
  facts.filled++
  facts.text++
}

export function noteBoolean(facts: ColumnFacts): void {
  facts.filled++
  facts.boolean++
}

export function noteNumber(facts: ColumnFacts, value: number, kind: NumberKind, format: string | undefined): void {
  facts.filled++
  facts[kind]++
  if (format !== undefined) facts.formats.add(format)
  if (facts.integers && !Number.isSafeInteger(value)) facts.integers = false
  if (facts.wholeDays && !isWholeDay(value)) facts.wholeDays = false
  if (facts.timesOfDay && !isTimeOfDay(value)) facts.timesOfDay = false
  const span = kind === 'number' ? facts.plain : facts.dated
  if (value < span.min) span.min = value
  if (value > span.max) span.max = value
}

export function noteError(facts: ColumnFacts, place: string): void {
  if (facts.errors++ === 0) facts.firstError = place
}
