import { judgePhoneNumber } from './judge-phone-number.ts'
import { type PhoneRules, phoneRules } from './phone-rules.ts'
import type { FindMatches, FindOptions, RawMatch } from './text-recognizer.ts'

const SEPARATOR = '[ \\u00a0\\u202f.()/\\u2013-]'
const REST = `[0-9](?:${SEPARATOR}{0,3}[0-9]){6,17}`
/** From the first digit of several on, or from a sign before it. */
const CANDIDATE = new RegExp(`[+(]{1,2}${REST}|(?<![0-9])${REST}`, 'gu')
const EXTENSION = /^[ ,]{0,2}(?:ext\.?|extn\.?|x|lokal|;ext=)[ :.]{0,2}[0-9]{1,6}(?![\p{L}\p{N}])/iu
/** Of `ext`, `x`, `lokal` and `;ext`, the bit of lower case set. */
const FIRST_OF_EXTENSION = new Set([...'exl;'].map((letter) => letter.charCodeAt(0) | 32))
const MOST_GROUPS = 8
const MOST_STARTS = 3
const LETTER = /[\p{L}\p{N}]/u
const [SPACE, OPEN, CLOSE, PLUS, UNDERSCORE] = [32, 40, 41, 43, 95]

/**
 * The `find` of phone numbers by libphonenumber's data: international ones, and those written as in one of the regions.
 * Scores 0.4 for a number whose writing says that it is one; 0.35 for short numbers in groups without prefix, and 0.3 for bare digits.
 * @param regions ISO 3166-1 alpha-2, upper case @param mayChange whether an analysis can name others
 */
export function findPhonesOf(regions: readonly string[], mayChange = false): FindMatches {
  const rulesFor = ({ regions: wanted }: FindOptions): PhoneRules => phoneRules(mayChange ? (wanted ?? regions) : regions)
  const read = (text: string, start: number, end: number, options: FindOptions): { found: RawMatch | null; resume: number } => {
    const found = inRun(text, start, end, rulesFor(options), options.leniency ?? 1)
    return { found, resume: found === null ? pastDigits(text, end) : found.end }
  }
  return Object.assign((text: string, options: FindOptions) => readRuns(text, options, read), { shapes: [{ regex: CANDIDATE, read }] })
}

function readRuns(
  text: string,
  options: FindOptions,
  read: (text: string, start: number, end: number, options: FindOptions) => { found: RawMatch | null; resume: number },
): RawMatch[] {
  const matches: RawMatch[] = []
  CANDIDATE.lastIndex = 0
  for (let match = CANDIDATE.exec(text); match !== null; match = CANDIDATE.exec(text)) {
    const { found, resume } = read(text, match.index, CANDIDATE.lastIndex, options)
    if (found !== null) matches.push(found)
    CANDIDATE.lastIndex = resume
  }
  return matches
}

/** After a run of digits too long to be a number, so that hostile texts are walked once. */
function pastDigits(text: string, from: number): number {
  let index = from
  while (index < text.length && isDigit(text.charCodeAt(index))) index += 1
  return index
}

function inRun(text: string, start: number, end: number, rules: PhoneRules, leniency: number): RawMatch | null {
  if (!couldBeNumber(text, start, end)) return null
  const groups = groupsOf(text, start, end)
  if (groups.length > 2 * MOST_GROUPS) return null
  for (let first = 0; first < Math.min(groups.length, 2 * MOST_STARTS); first += 2) {
    const from = pastOpenBracket(text, groups[first] ?? start, end)
    if (!mayBegin(text, from, leniency)) continue
    for (let last = groups.length - 1; last > first; last -= 2) {
      const to = groups[last] ?? end
      if (to - from < 7 || !mayEnd(text, to) || isPartOfRow(text, from, to)) continue
      const score = judgePhoneNumber(text, from, to, rules, leniency)
      if (score !== null) return { start: from, end: withExtension(text, to), score, pattern: 'libphonenumber', checksum: null }
    }
  }
  return null
}

/** After a bracket that does not close again before the next one opens: it stands around the number, or around more than it. */
function pastOpenBracket(text: string, from: number, end: number): number {
  if (text.charCodeAt(from) !== OPEN) return from
  for (let index = from + 1; index < end; index++) {
    const code = text.charCodeAt(index)
    if (code === CLOSE) return from
    if (code === OPEN) break
  }
  return from + 1
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

/** Whether a number in groups with spaces goes on, before or after, in the same way. A plus begins a number whatever stands before it. */
function isPartOfRow(text: string, from: number, to: number): boolean {
  if (text.charCodeAt(from) === PLUS) return false
  const before = text.charCodeAt(from - 1) === SPACE && isDigit(text.charCodeAt(from - 2))
  const after = text.charCodeAt(to) === SPACE && isDigit(text.charCodeAt(to + 1))
  return (before || after) && hasSpaceBetween(text, from, to)
}

/** Whether a single space stands between two digits. */
function hasSpaceBetween(text: string, from: number, to: number): boolean {
  for (let index = from + 1; index < to - 1; index++) {
    const code = text.charCodeAt(index)
    const isSpace = code === SPACE || code === 0xa0 || code === 0x202f
    if (isSpace && isDigit(text.charCodeAt(index - 1)) && isDigit(text.charCodeAt(index + 1))) return true
  }
  return false
}

function withExtension(text: string, end: number): number {
  let sign = end
  while (sign < end + 2 && isSpaceOrComma(text.charCodeAt(sign))) sign += 1
  if (!FIRST_OF_EXTENSION.has(text.charCodeAt(sign) | 32)) return end
  return end + (EXTENSION.exec(text.slice(end, end + 20))?.[0].length ?? 0)
}

function isSpaceOrComma(code: number): boolean {
  return code === SPACE || code === 44
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}

/** Full stop, comma, colon, slash or hyphen. */
function isJoin(code: number): boolean {
  return (code >= 44 && code <= 47) || code === 58
}
