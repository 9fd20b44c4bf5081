import { formatOf, isGroupedWell, type ReadNumber } from './phone-grouping.ts'
import { type PhoneRegion, regionsOfInternational } from './phone-regions.ts'
import type { PhoneRules } from './phone-rules.ts'

/** Dates, IPv4 addresses and amounts, which some region could dial. */
const DATE = /^(?:[0-9]{1,2}[./-][0-9]{1,2}[./-](?:[0-9]{4}|[0-9]{2})|(?:19|20)[0-9]{2}[./-](?:0[1-9]|1[0-2])[./-][0-3][0-9])(?![0-9])/
const OCTETS = /^(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])\.){3}(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])$/
/**
 * By calling code: area codes of North America that are not in use (555 and others), with seven digits in the usual groups; Ofcom's numbers for drama (01632).
 */
const RESERVED: Readonly<Record<string, RegExp>> = {
  1: /^(?:\([2-9][0-9]{2}\) ?|[2-9][0-9]{2}[-.])[2-9][0-9]{2}[-.][0-9]{4}$/,
  44: /^(?:\(01632\) ?|01632 )960 ?[0-9]{3}$/,
}
const [OPEN, PLUS, HYPHEN, SLASH, ZERO, NINE] = [40, 43, 45, 47, 48, 57]

/** How sure the digits and signs between two places are a phone number; null when they are none. */
export function judgePhoneNumber(text: string, from: number, to: number, rules: PhoneRules, leniency: number): number | null {
  const { digits, pluses, lastPlus, opens, signs } = partsOf(text, from, to)
  const isInternational = pluses > 0 || digits.startsWith('00')
  const regions = rules.byLength[digits.length] ?? []
  if (digits.length < 7 || opens > 1 || (isInternational ? rules.isEmpty : regions.length === 0)) return null
  const candidate = text.slice(from, to)
  if (signs > 1 && (DATE.test(candidate) || (signs === 3 && OCTETS.test(candidate)))) return null
  if (isInternational) return lastPlus - from > 1 ? null : international(pluses > 0 ? digits : digits.slice(2), candidate, leniency)
  for (const region of regions) {
    const score = inRegion(candidate, digits, region, leniency)
    if (score !== null) return score
  }
  return null
}

interface Parts {
  digits: string
  pluses: number
  lastPlus: number
  opens: number
  /** How many hyphens, full stops and slashes there are: two in a date, three in an address. */
  signs: number
}

function partsOf(text: string, from: number, to: number): Parts {
  const parts = { digits: '', pluses: 0, lastPlus: from, opens: 0, signs: 0 }
  let begin = from
  for (let index = from; index < to; index++) {
    const code = text.charCodeAt(index)
    if (isDigit(code)) continue
    if (index > begin) parts.digits += text.slice(begin, index)
    begin = index + 1
    if (code === PLUS) {
      parts.pluses += 1
      parts.lastPlus = index
    } else if (code === OPEN) parts.opens += 1
    else if (code >= HYPHEN && code <= SLASH) parts.signs += 1
  }
  parts.digits += text.slice(begin, to)
  return parts
}

/** @param whole digits from the calling code on */
function international(whole: string, candidate: string, leniency: number): number | null {
  const found = regionsOfInternational(whole)
  if (found === null) return null
  const national = whole.slice(found.callingCode.length)
  for (const region of found.regions) {
    // The prefix of the country may stand there in brackets: +44 (0)20 7946 0958.
    const written = !isNumber(national, region, leniency) && hasPrefix(national, region) ? national.slice(region.prefix.length) : national
    if (!isNumber(written, region, leniency)) continue
    const number = { region, national: written, hasCallingCode: true }
    return leniency < 2 || isGroupedWell(number, candidate, leniency === 3, formatOf(number)) ? 0.4 : null
  }
  return null
}

function hasPrefix(digits: string, { prefix }: PhoneRegion): boolean {
  return prefix !== '' && digits.startsWith(prefix)
}

/** Whether digits are a number of the region: in use, or at leniency 0 of a possible length. */
function isNumber(national: string, region: PhoneRegion, leniency: number): boolean {
  return ((region.lengths >> national.length) & 1) === 1 && (leniency === 0 || region.inUse.test(national))
}

/** The digits as a number of the region: after its prefix, as they are, or after its calling code without a plus. */
function read(digits: string, region: PhoneRegion, leniency: number): ReadNumber | null {
  if (hasPrefix(digits, region)) {
    const national = digits.slice(region.prefix.length)
    if (isNumber(national, region, leniency)) return { region, national, hasCallingCode: false }
  }
  if (isNumber(digits, region, leniency)) return { region, national: digits, hasCallingCode: false }
  if (!digits.startsWith(region.callingCode)) return null
  const national = digits.slice(region.callingCode.length)
  return isNumber(national, region, leniency) ? { region, national, hasCallingCode: true } : null
}

/** Numbers that are given to nobody, so that books and examples have some: written as if they were. */
function isReserved(candidate: string, region: PhoneRegion): boolean {
  return RESERVED[region.callingCode]?.test(candidate) === true
}

/**
 * Whether the first digits that stand together are more than the region writes together, and fewer than all: 010203-1234. Asked first, as most runs of digits
 * that are no number are told by it, and by a few characters.
 */
function isCutElsewhere(candidate: string, digits: string, { prefix, firstGroup, callingCode }: PhoneRegion): boolean {
  if (prefix === '' || digits.startsWith(callingCode)) return false
  const together = digitsTogether(candidate)
  return together - prefix.length > firstGroup && together < digits.length - prefix.length
}

/** How many digits a text has from its first one on. */
function digitsTogether(text: string): number {
  let start = 0
  while (start < text.length && !isDigit(text.charCodeAt(start))) start += 1
  let end = start
  while (end < text.length && isDigit(text.charCodeAt(end))) end += 1
  return end - start
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE
}

function inRegion(candidate: string, digits: string, region: PhoneRegion, leniency: number): number | null {
  if (leniency > 0 && isCutElsewhere(candidate, digits, region) && !isReserved(candidate, region)) return null
  const number = read(digits, region, leniency)
  if (number === null) return leniency > 0 && isReserved(candidate, region) ? 0.4 : null
  const isPlain = number.national.length === digits.length
  const format = formatOf(number)
  if (isPlain && leniency > 0 && format?.needsPrefix === true) return null
  const isFree = leniency === 0 || (number.hasCallingCode && leniency < 2)
  if (!isFree && !isGroupedWell(number, candidate, leniency === 3, format)) return null
  if (candidate.length === digits.length) return 0.3
  if (!isPlain || digits.length > 8) return 0.4
  return /^[0-9]{2,4}(?: [0-9]{2,4}){1,3}$/.test(candidate) ? 0.35 : null
}
