import { expect, it } from 'vitest'
import { isRealDay, isRealDayOfEitherCentury } from '../../../src/privacy/text/real-day.ts'

it.each([
  [2000, 2, 29, true],
  [1900, 2, 29, false],
  [2024, 2, 29, true],
  [2023, 2, 29, false],
  [2023, 4, 31, false],
  [2023, 12, 31, true],
  [2023, 0, 1, false],
  [2023, 13, 1, false],
  [2023, 1, 0, false],
])('%i-%i-%i is a day: %s', (year, month, day, real) => {
  expect(isRealDay(year, month, day)).toBe(real)
})

it('29 February of a year 00 may be that of 2000', () => {
  expect(isRealDayOfEitherCentury(0, 2, 29)).toBe(true)
  expect(isRealDayOfEitherCentury(1, 2, 29)).toBe(false)
})
