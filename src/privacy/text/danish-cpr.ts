import { weightedSum } from './checksums.ts'
import { isRealDay } from './real-day.ts'

const WEIGHTS = [4, 3, 2, 7, 6, 5, 4, 3, 2, 1]

/** The year of birth of a CPR number by its two digits of the year and its seventh digit (cpr.dk, Personnummeret i CPR). */
export function cprYear(shortYear: number, seventh: number): number {
  if (seventh <= 3) return 1900 + shortYear
  if (seventh === 4 || seventh === 9) return (shortYear <= 36 ? 2000 : 1900) + shortYear
  return (shortYear <= 57 ? 2000 : 1800) + shortYear
}

/** Whether ten digits begin with a day that exists. @param plus what is added to the day, 60 in replacement numbers */
export function hasCprDay(digits: string, plus = 0): boolean {
  const [day, month, year] = [Number(digits.slice(0, 2)), Number(digits.slice(2, 4)), Number(digits.slice(4, 6))]
  return isRealDay(cprYear(year, Number(digits[6])), month, day - plus)
}

/** Modulus 11, which numbers given since October 2007 need not pass. */
export function passesCprModulus(digits: string): boolean {
  return weightedSum(digits, WEIGHTS) % 11 === 0
}

/** Seconds since 1970 of the years 2017 to 2033: ten digits that stand in every log. */
export function looksLikeEpoch(text: string): boolean {
  return /^1[5-9][0-9]{8}$/.test(text)
}
