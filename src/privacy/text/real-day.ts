const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** Whether the day exists in the Gregorian calendar. @param month 1 to 12; others are no month */
export function isRealDay(year: number, month: number, day: number): boolean {
  if (month === 2 && day === 29) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  return day >= 1 && day <= (DAYS[month - 1] ?? 0)
}

/** Whether the day exists in 19xx or 20xx, for numbers that hold two digits of the year and no century. */
export function isRealDayOfEitherCentury(twoDigitYear: number, month: number, day: number): boolean {
  return isRealDay(2000 + twoDigitYear, month, day) || isRealDay(1900 + twoDigitYear, month, day)
}
