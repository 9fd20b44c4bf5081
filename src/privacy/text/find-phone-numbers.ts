import { formatOf, isGroupedWell, type ReadNumber } from './phone-grouping.ts'
import { type PhoneRegion, phoneRegion, regionsOfInternational } from './phone-regions.ts'
import type { FindOptions, RawMatch } from './text-recognizer.ts'

const SEPARATOR = '[ \\u00a0\\u202f.()/\\u2013-]'
const CANDIDATE = new RegExp(`[+(]{0,2}[0-9](?:${SEPARATOR}{0,3}[0-9]){6,17}`, 'gu')
const EXTENSION = /^[ ,]{0,2}(?:ext\.?|extn\.?|x|lokal|;ext=)[ :.]{0,2}[0-9]{1,6}(?![\p{L}\p{N}])/iu
/** Dates, IPv4 addresses and amounts, which some region could dial. */
const DATE = /^(?:[0-9]{1,2}[./-][0-9]{1,2}[./-](?:[0-9]{4}|[0-9]{2})|(?:19|20)[0-9]{2}[./-](?:0[1-9]|1[0-2])[./-][0-3][0-9])(?![0-9])/
const OCTETS = /^(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])\.){3}(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])$/
const MOST_GROUPS = 8
const MOST_STARTS = 3
const rulesByRegions = new WeakMap<readonly string[], readonly PhoneRegion[]>()
const LETTER = /[\p{L}\p{N}]/u
const [SPACE, OPEN, CLOSE, PLUS, UNDERSCORE] = [32, 40, 41, 43, 95]

/**
 * Phone numbers by libphonenumber's data: international ones, and those written as in one of the regions.
 * @returns score 0.4 for a number whose writing says that it is one; 0.35 for short numbers in groups without prefix, and 0.3 for bare digits
 */
export function findPhoneNumbers(text: string, regions: readonly string[], options: FindOptions): RawMatch[] {
  const leniency = options.leniency ?? 1
  const rules = rulesOf(regions)
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

function rulesOf(regions: readonly string[]): readonly PhoneRegion[] {
  const known = rulesByRegions.get(regions) ?? regions.map(phoneRegion).filter((region) => region !== null)
  rulesByRegions.set(regions, known)
  return known
}

/** After a run of digits too long to be a number, so that hostile texts are walked once. */
function pastDigits(text: string, from: number): number {
  let index = from
  while (index < text.length && isDigit(text.charCodeAt(index))) index += 1
  return index
}

function inRun(text: string, start: number, end: number, rules: readonly PhoneRegion[], leniency: number): RawMatch | null {
  if (!couldBeNumber(text, start, end)) return null
  const groups = groupsOf(text, start, end)
  if (groups.length > 2 * MOST_GROUPS) return null
  for (let first = 0; first < Math.min(groups.length, 2 * MOST_STARTS); first += 2) {
    const from = groups[first] ?? start
    if (!mayBegin(text, from, leniency)) continue
    for (let last = groups.length - 1; last > first; last -= 2) {
      const to = groups[last] ?? end
      const score = to - from >= 7 && mayEnd(text, to) && !isPartOfRow(text, from, to) ? judge(text.slice(from, to), rules, leniency) : null
      if (score !== null) return { start: from, end: withExtension(text, to), score, pattern: 'libphonenumber', checksum: null }
    }
  }
  return null
}

/** Where each group of digits begins (with its plus and bracket) and ends (with its bracket), in turn. */
function groupsOf(text: string, start: number, end: number): number[] {
  const places: number[] = []
  let isInside = false
  for (let index = start; index < end; index++) {
    const code = text.charCodeAt(index)
    const isPart: boolean = isDigit(code) || (isInside ? code === CLOSE : code === PLUS || code === OPEN)
    if (isPart !== isInside) places.push(index)
    isInside = isPart
  }
  if (isInside) places.push(end)
  return places
}

/** A run of nothing but digits with more digits around it is too long. */
function couldBeNumber(text: string, start: number, end: number): boolean {
  if (!isDigit(text.charCodeAt(end)) && !isDigit(text.charCodeAt(start - 1))) return true
  for (let index = start; index < end; index++) if (!isDigit(text.charCodeAt(index))) return true
  return false
}

/** No digit, plus or (but at leniency 0) letter touches it, nor a digit with a sign that joins. */
function mayBegin(text: string, from: number, leniency: number): boolean {
  const code = text.charCodeAt(from - 1)
  if (from === 0 || code === SPACE) return true
  if (isDigit(code) || code === PLUS || code === UNDERSCORE || (leniency > 0 && LETTER.test(text.charAt(from - 1)))) return false
  return !(isJoin(code) && isDigit(text.charCodeAt(from - 2)))
}

function mayEnd(text: string, to: number): boolean {
  const code = text.charCodeAt(to)
  if (to >= text.length || code === SPACE) return true
  if (isDigit(code) || code === UNDERSCORE || LETTER.test(text.charAt(to))) return false
  return !(isJoin(code) && isDigit(text.charCodeAt(to + 1)))
}

/** Whether a number in groups with spaces goes on, before or after, in the same way. */
function isPartOfRow(text: string, from: number, to: number): boolean {
  const before = text.charCodeAt(from - 1) === SPACE && isDigit(text.charCodeAt(from - 2))
  const after = text.charCodeAt(to) === SPACE && isDigit(text.charCodeAt(to + 1))
  return (before || after) && /[0-9][ \u00a0\u202f][0-9]/.test(text.slice(from, to))
}

function withExtension(text: string, end: number): number {
  const code = text.charCodeAt(end)
  if (code !== SPACE && code !== 44 && code !== 59 && code !== 120 && code !== 101) return end
  return end + (EXTENSION.exec(text.slice(end, end + 20))?.[0].length ?? 0)
}

function judge(candidate: string, rules: readonly PhoneRegion[], leniency: number): number | null {
  const digits = candidate.replace(/[^0-9]+/g, '')
  const isInternational = candidate.includes('+') || digits.startsWith('00')
  const ofLength = isInternational ? rules : rules.filter(({ writtenLengths }) => ((writtenLengths >> digits.length) & 1) === 1)
  if (digits.length < 7 || ofLength.length === 0 || DATE.test(candidate) || OCTETS.test(candidate)) return null
  if (candidate.indexOf('(') !== candidate.lastIndexOf('(')) return null
  if (isInternational) return international(candidate, digits, leniency)
  for (const rule of ofLength) {
    const score = inRegion(candidate, digits, rule, leniency)
    if (score !== null) return score
  }
  return null
}

function international(candidate: string, digits: string, leniency: number): number | null {
  if (candidate.lastIndexOf('+') > 1) return null
  const whole = candidate.includes('+') ? digits : digits.slice(2)
  const found = regionsOfInternational(whole)
  if (found === null) return null
  const national = whole.slice(found.callingCode.length)
  for (const region of found.regions) {
    // The prefix of the country may stand there in brackets: +44 (0)20 7946 0958.
    const written = !isNumber(national, region, leniency) && hasPrefix(national, region) ? national.slice(region.prefix.length) : national
    if (!isNumber(written, region, leniency)) continue
    const number = { region, national: written, hasCallingCode: true }
    return leniency < 2 || isGroupedWell(number, candidate, leniency === 3) ? 0.4 : null
  }
  return null
}

function hasPrefix(digits: string, { prefix }: PhoneRegion): boolean {
  return prefix !== '' && digits.startsWith(prefix)
}

/** Whether digits are a number of the region: in use, or at leniency 0 of a possible length. */
function isNumber(national: string, region: PhoneRegion, leniency: number): boolean {
  return region.lengths.has(national.length) && (leniency === 0 || region.inUse.test(national))
}

/** The digits as a number of the region: after its prefix, as they are, or after its calling code without a plus. */
function read(digits: string, region: PhoneRegion, leniency: number): (ReadNumber & { hasPrefix: boolean }) | null {
  if (hasPrefix(digits, region)) {
    const national = digits.slice(region.prefix.length)
    if (isNumber(national, region, leniency)) return { region, national, hasPrefix: true, hasCallingCode: false }
  }
  if (isNumber(digits, region, leniency)) return { region, national: digits, hasPrefix: false, hasCallingCode: false }
  if (!digits.startsWith(region.callingCode)) return null
  const national = digits.slice(region.callingCode.length)
  return isNumber(national, region, leniency) ? { region, national, hasPrefix: false, hasCallingCode: true } : null
}

function inRegion(candidate: string, digits: string, region: PhoneRegion, leniency: number): number | null {
  const number = read(digits, region, leniency)
  if (number === null) return null
  const isPlain = !number.hasPrefix && !number.hasCallingCode
  if (isPlain && leniency > 0 && formatOf(number)?.needsPrefix === true) return null
  const isFree = leniency === 0 || (number.hasCallingCode && leniency < 2)
  if (!isFree && !isGroupedWell(number, candidate, leniency === 3)) return null
  if (!/[^0-9]/.test(candidate)) return 0.3
  if (!isPlain || digits.length > 8) return 0.4
  return /^[0-9]{2,4}(?: [0-9]{2,4}){1,3}$/.test(candidate) ? 0.35 : null
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}

/** Full stop, comma, colon, slash or hyphen. */
function isJoin(code: number): boolean {
  return (code >= 44 && code <= 47) || code === 58
}
