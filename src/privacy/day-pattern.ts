const LONG_MONTHS = [1, 3, 5, 7, 8, 10, 12]
const MONTHS = Array.from({ length: 12 }, (_, index) => index + 1)
/** Of either century: 00 is 2000. */
const LEAP_YEAR = '(?:[02468][048]|[13579][26])'

/**
 * Six digits that name a day which exists in 19xx or 20xx, as a pattern of RE2 and JavaScript.
 * @param plus what may be added to the day and to the month, as numbers for persons without a birth number are told apart
 */
export function dayPattern(order: 'dmy' | 'ymd', plus: { day?: readonly number[]; month?: readonly number[] } = {}): string {
  const days = (from: number, to: number) =>
    anyOf(
      Array.from({ length: to - from + 1 }, (_, index) => from + index),
      [0, ...(plus.day ?? [])],
    )
  const months = (numbers: readonly number[]) => anyOf(numbers, [0, ...(plus.month ?? [])])
  const written = (day: string, month: string, year = '[0-9]{2}') => (order === 'dmy' ? day + month + year : year + month + day)
  const rules = [
    written(days(1, 28), months(MONTHS)),
    written(days(29, 30), months(MONTHS.filter((month) => month !== 2))),
    written(days(31, 31), months(LONG_MONTHS)),
    written(days(29, 29), months([2]), LEAP_YEAR),
  ]
  return `(?:${rules.join('|')})`
}

function anyOf(numbers: readonly number[], plus: readonly number[]): string {
  return `(?:${plus.flatMap((added) => numbers.map((number) => String(number + added).padStart(2, '0'))).join('|')})`
}
