import parsePhoneNumber, { type PhoneNumber } from 'libphonenumber-js/max'
import { isGroupedWell } from './phone-grouping.ts'
import { phoneRegion, type PhoneRegion } from './phone-regions.ts'
import type { FindOptions, RawMatch } from './text-recognizer.ts'

const SEPARATOR = '[ \\u00a0\\u202f.()/\\u2013-]'
const CANDIDATE = new RegExp(`[+(]{0,2}[0-9](?:${SEPARATOR}{0,3}[0-9]){6,17}`, 'gu')
const EXTENSION = /^[ ,]{0,2}(?:ext\.?|extn\.?|x|lokal|;ext=)[ :.]{0,2}[0-9]{1,6}(?![\p{L}\p{N}])/iu
/** Dates, IPv4 addresses and amounts, which some region could dial. */
const DATE = /^(?:[0-9]{1,2}[./-][0-9]{1,2}[./-](?:[0-9]{4}|[0-9]{2})|(?:19|20)[0-9]{2}[./-](?:0[1-9]|1[0-2])[./-][0-3][0-9])(?![0-9])/
const OCTETS = /^(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])\.){3}(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])$/
const MOST_GROUPS = 8
const MOST_STARTS = 3

/**
 * Phone numbers by libphonenumber's data: international ones, and those written as in one of the regions.
 * @returns score 0.4 for a number whose writing says that it is one; 0.35 for short numbers in groups without prefix, and 0.3 for bare digits
 */
export function findPhoneNumbers(text: string, regions: readonly string[], options: FindOptions): RawMatch[] {
  const leniency = options.leniency ?? 1
  const rules = regions.map(phoneRegion).filter((region) => region !== null)
  const matches: RawMatch[] = []
  CANDIDATE.lastIndex = 0
  for (let match = CANDIDATE.exec(text); match !== null; match = CANDIDATE.exec(text)) {
    const next = CANDIDATE.lastIndex
    const found = inRun(text, match.index, next, rules, leniency)
    if (found !== null) matches.push(found)
    CANDIDATE.lastIndex = found === null ? pastDigits(text, next) : found.end
  }
  return matches
}

/** After a run of digits too long to be a number, so that hostile texts are walked once. */
function pastDigits(text: string, from: number): number {
  let index = from
  while (index < text.length && isDigit(text.charCodeAt(index))) index += 1
  return index
}

function inRun(text: string, start: number, end: number, rules: readonly PhoneRegion[], leniency: number): RawMatch | null {
  const groups = [...text.slice(start, end).matchAll(/[+(]{0,2}[0-9]+\)?/g)].map(
    ({ 0: { length }, index }) => [start + index, start + index + length] as const,
  )
  if (groups.length > MOST_GROUPS) return null
  for (let first = 0; first < Math.min(groups.length, MOST_STARTS); first++) {
    for (let last = groups.length - 1; last >= first; last--) {
      const [from, to] = [groups[first]?.[0] ?? start, groups[last]?.[1] ?? end]
      const found = standsAlone(text, from, to, leniency) ? judge(text.slice(from, to), rules, leniency) : null
      if (found !== null)
        return {
          start: from,
          end: to + (EXTENSION.exec(text.slice(to, to + 20))?.[0].length ?? 0),
          score: found,
          pattern: 'libphonenumber',
          checksum: null,
        }
    }
  }
  return null
}

/** No letter or digit touches it, and it is not a part of a longer row of numbers that are set apart as its own groups are. */
function standsAlone(text: string, from: number, to: number, leniency: number): boolean {
  const [before, after] = [text.charAt(from - 1), text.charAt(to)]
  if (/[\p{N}_+]/u.test(before) || (leniency > 0 && /\p{L}/u.test(before)) || /[\p{L}\p{N}_]/u.test(after)) return false
  if (/[0-9][.,:/-]$/.test(text.slice(Math.max(0, from - 2), from)) || /^[.,:/-][0-9]/.test(text.slice(to, to + 2))) return false
  const inner = /[0-9]([ \u00a0\u202f])[0-9]/.exec(text.slice(from, to))?.[1]
  return inner === undefined || !(/[0-9] $/.test(text.slice(Math.max(0, from - 2), from)) || /^ [0-9]/.test(text.slice(to, to + 2)))
}

function judge(candidate: string, rules: readonly PhoneRegion[], leniency: number): number | null {
  const digits = candidate.replace(/[^0-9]/g, '')
  if (digits.length < 7 || DATE.test(candidate) || OCTETS.test(candidate) || (candidate.match(/\(/g)?.length ?? 0) > 1) return null
  if (candidate.includes('+') || digits.startsWith('00')) return international(candidate, digits, leniency)
  for (const rule of rules) {
    const score = inRegion(candidate, digits, rule, leniency)
    if (score !== null) return score
  }
  return null
}

function international(candidate: string, digits: string, leniency: number): number | null {
  if (candidate.lastIndexOf('+') > 1) return null
  const number = parsePhoneNumber(`+${candidate.includes('+') ? digits : digits.slice(2)}`)
  if (number === undefined || !isGood(number, leniency)) return null
  return leniency < 2 || isGroupedWell(number, candidate, leniency === 3, true) ? 0.4 : null
}

function isGood(number: PhoneNumber, leniency: number): boolean {
  return leniency === 0 ? number.isPossible() : number.isValid()
}

function inRegion(candidate: string, digits: string, rule: PhoneRegion, leniency: number): number | null {
  const hasPrefix = rule.prefix !== '' && digits.startsWith(rule.prefix) && isNational(digits.slice(rule.prefix.length), rule)
  const isPlain = !hasPrefix && isNational(digits, rule)
  const hasCallingCode =
    !hasPrefix && !isPlain && digits.startsWith(rule.callingCode) && isNational(digits.slice(rule.callingCode.length), rule)
  if (!hasPrefix && !isPlain && !hasCallingCode) return null
  const number = parsePhoneNumber(candidate, rule.region)
  if (number === undefined || !isGood(number, leniency)) return null
  if (isPlain && leniency > 0 && needsPrefix(number.nationalNumber, rule)) return null
  if (!(hasCallingCode && leniency < 2) && !isGroupedWell(number, candidate, leniency === 3, hasCallingCode)) return null
  if (!/[^0-9]/.test(candidate)) return 0.3
  if (!isPlain || digits.length > 8) return 0.4
  return /^[0-9]{2,4}(?: [0-9]{2,4}){1,3}$/.test(candidate) ? 0.35 : null
}

function isNational(digits: string, rule: PhoneRegion): boolean {
  return rule.lengths.has(digits.length) && rule.national.test(digits)
}

function needsPrefix(national: string, rule: PhoneRegion): boolean {
  return rule.formats.find(({ leading }) => leading === null || leading.test(national))?.needsPrefix ?? false
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}
