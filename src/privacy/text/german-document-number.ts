import { passesIcaoCheck } from './icao-check-digit.ts'

/** Nine characters of the set that German documents use, the last one the check digit (ICAO Doc 9303-3, weights 7, 3, 1) of the others. */
export function passesDocumentCheck(number: string): boolean {
  const upper = number.toUpperCase()
  return /^[CFGHJKLMNPRTVWXYZ][CFGHJKLMNPRTVWXYZ0-9]{7}[0-9]$/.test(upper) && passesIcaoCheck(upper.slice(0, 8), upper.charAt(8))
}
