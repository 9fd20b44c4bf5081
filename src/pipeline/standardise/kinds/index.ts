import type { Kind } from '../kind.ts'
import { boolean } from './boolean.ts'
import { dayMonthDate, isoDate } from './date.ts'
import { double } from './double.ts'
import { number } from './number.ts'
import { separatedNumber } from './separated-number.ts'
import { time } from './time.ts'
import { dayMonthTimestamp, isoTimestamp } from './timestamp.ts'
import { uuid } from './uuid.ts'

/** Every way to read a column of text, the more exact first. A column of none of them stays text. */
export const kinds: readonly Kind[] = [
  boolean,
  uuid,
  number,
  separatedNumber,
  double,
  time,
  isoDate,
  isoTimestamp,
  dayMonthDate,
  dayMonthTimestamp,
]
