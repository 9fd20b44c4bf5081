const DAYS = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/**
 * Whether a date as MySQL writes it (`YYYY-MM-DD`, with or without a time) is a day of the calendar. MySQL keeps days that are none: 0000-00-00, 2021-00-00,
 * 2021-02-31. Year 0 is none either: explore would show another one.
 */
export function isRealDay(text: Uint8Array): boolean {
  const month = two(text, 5)
  const day = two(text, 8)
  const year = two(text, 0) * 100 + two(text, 2)
  if (year === 0 || month < 1 || month > 12 || day < 1) return false
  if (day < 29) return true
  return day <= (DAYS[month] as number) || (month === 2 && day === 29 && isLeap(year))
}

function two(text: Uint8Array, at: number): number {
  return ((text[at] as number) - 48) * 10 + (text[at + 1] as number) - 48
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
}
