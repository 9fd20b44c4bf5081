import { passesIcaoCheck } from './icao-check-digit.ts'

/** A machine readable zone, with the places (UTF-16) of what it says of its holder. */
export interface MachineReadableZone {
  start: number
  end: number
  /** Whether all its check digits are right. */
  isGood: boolean
  name: Span
  documentNumber: Span
  birthDate: Span
}

export interface Span {
  start: number
  end: number
}

const BREAK = '[ \\t]*\\r?\\n[ \\t]*'
const line = (length: number): string => `[A-Z0-9<]{${length}}`
/** Travel documents of sizes 1, 2 and 3, and visas: three lines of 30, two of 36, two of 44. */
export const MRZ_SHAPE = new RegExp(
  `(?<![A-Za-z0-9<])(?:[ACI][A-Z<][A-Z<]{3}${line(25)}${BREAK}${line(30)}${BREAK}${line(30)}|[ACIPV][A-Z<][A-Z<]{3}${line(31)}${BREAK}${line(36)}|[PV][A-Z<][A-Z<]{3}${line(39)}${BREAK}${line(44)})(?![A-Za-z0-9<])`,
  'gu',
)

/** Reads a text that `MRZ_SHAPE` matches, by ICAO Doc 9303 parts 4 to 7. @param start where it begins in the whole text */
export function readMrz(zone: string, start: number): MachineReadableZone {
  const lines = [...zone.matchAll(/[A-Z0-9<]+/g)].map((match) => ({ text: match[0], at: start + match.index }))
  const [first, second, third] = lines
  const whole = { start, end: start + zone.length }
  if (first === undefined || second === undefined) throw new RangeError('a machine readable zone has two lines or three')
  if (third !== undefined) {
    return {
      ...whole,
      isGood: isGoodCard(first.text, second.text),
      name: name(third.at, third.text),
      documentNumber: filled(first.at + 5, first.text.slice(5, 14)),
      birthDate: filled(second.at, second.text.slice(0, 6)),
    }
  }
  return {
    ...whole,
    isGood: isGoodBook(first.text, second.text),
    name: name(first.at + 5, first.text.slice(5)),
    documentNumber: filled(second.at, second.text.slice(0, 9)),
    birthDate: filled(second.at + 13, second.text.slice(13, 19)),
  }
}

function filled(start: number, field: string): Span {
  return { start, end: start + field.replace(/<+$/, '').length }
}

function name(start: number, field: string): Span {
  return filled(start, field)
}

/** Number, birth, expiry; in passports the personal number, whose check digit may be a filler; all but visas: the whole. */
function isGoodBook(first: string, line2: string): boolean {
  const at = (from: number, to: number): string => line2.slice(from, to)
  const isPassport = line2.length === 44
  const fields = passesIcaoCheck(at(0, 9), at(9, 10)) && passesIcaoCheck(at(13, 19), at(19, 20)) && passesIcaoCheck(at(21, 27), at(27, 28))
  if (!fields || first.startsWith('V')) return fields
  if (isPassport && !passesIcaoCheck(at(28, 42), at(42, 43))) return false
  const last = line2.length - 1
  return passesIcaoCheck(at(0, 10) + at(13, 20) + at(21, last), at(last, last + 1))
}

function isGoodCard(line1: string, line2: string): boolean {
  // A number of more than nine characters goes on in the optional field, its check digit after it.
  const isLong = line1.charAt(14) === '<'
  const rest = line1.slice(15).split('<')[0] ?? ''
  const number = isLong ? line1.slice(5, 14) + rest.slice(0, -1) : line1.slice(5, 14)
  return (
    passesIcaoCheck(number, isLong ? rest.slice(-1) : line1.charAt(14)) &&
    passesIcaoCheck(line2.slice(0, 6), line2.charAt(6)) &&
    passesIcaoCheck(line2.slice(8, 14), line2.charAt(14)) &&
    passesIcaoCheck(line1.slice(5) + line2.slice(0, 7) + line2.slice(8, 15) + line2.slice(18, 29), line2.charAt(29))
  )
}
