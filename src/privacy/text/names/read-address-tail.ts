import { COMMA, DOT, HASH, HYPHEN, NEWLINE, SPACE } from './characters.ts'
import { digitsAt, isCapital, wordAt } from './surroundings.ts'
import type { Tokens } from './tokens.ts'
import { ANY_PLACE, CALENDAR, FLOOR, FUNCTION, ORG_FORM, PARTICLE, PERSON_LEAD, PLACE, REGION, STATE_CODE, UNIT } from './word-kinds.ts'
import { ALL_CAPITALS, CODE, INITIAL, LOWER } from './word-shapes.ts'

/** What follows street and house number: the word after it, and whether a postcode is among it. */
export interface Tail {
  next: number
  hasPostcode: boolean
}

const UK_OUTWARD = /^[A-Z]{1,2}[0-9][0-9A-Z]?$/
const UK_INWARD = /^[0-9][A-Z]{2}$/
const CANADA = /^[A-Z][0-9][A-Z]$/
const CANADA_SECOND = /^[0-9][A-Z][0-9]$/
const EIRE = /^[AC-FHKNPRTV-Y][0-9][0-9W]$/
const EIRE_SECOND = /^[0-9AC-FHKNPRTV-Y]{4}$/
/** Without the blank: Canada, Ireland, the Netherlands. */
const GLUED = /^(?:[A-Z][0-9][A-Z][0-9][A-Z][0-9]|[AC-FHKNPRTV-Y][0-9][0-9W](?=[0-9A-Z]*[0-9])[0-9AC-FHKNPRTV-Y]{4}|[1-9][0-9]{3}[A-Z]{2})$/
/** Digits before and after the hyphen: United States, Brazil, Portugal, Japan, Poland. */
const POSTCODE_PAIRS = new Set(['5-4', '5-3', '4-3', '3-4', '2-3'])
/** Words of a part of an address, and letters of a small word in it. */
const LONGEST_PART = 5
const LONGEST_SMALL_WORD = 5
const NEAR = SPACE | COMMA | NEWLINE

/** Floor and door or apartment, then locality, region, postcode and country, each after a comma, a line break or a blank. */
export function readTail(t: Tokens, index: number): Tail {
  let next = readUnit(t, index)
  let hasPostcode = false
  for (let part = 0; part < 5; part++) {
    const gap = t.gap[next] ?? 0
    const between = next > index && (part === 0 || (gap & COMMA) !== 0) ? NEAR | HYPHEN | DOT : NEAR | HYPHEN
    if (next >= t.count || (gap & ~between) !== 0 || (gap & (COMMA | NEWLINE | SPACE)) === 0 || isBlankLine(t, next)) break
    const postcode = isShortPostcode(t, next) ? next + 1 : postcodeEnd(t, next)
    if (postcode > next && !hasPostcode) {
      hasPostcode = true
      next = Math.max(postcode, localityEnd(t, postcode, true))
      continue
    }
    if ((gap & (COMMA | NEWLINE)) === 0 && (t.kindsOf(next) & (ANY_PLACE | STATE_CODE)) === 0) break
    const from = isCounty(t, next) ? next + 1 : next
    const locality = localityEnd(t, from, false)
    if (locality === from) {
      const after = hasPostcode ? next : partBefore(t, next)
      if (after === next) break
      next = after
      continue
    }
    next = isDistrictNumber(t, locality) ? locality + 1 : locality
  }
  return { next, hasPostcode }
}

/** "101 Reykjavík": three digits before a listed place. */
function isShortPostcode(t: Tokens, index: number): boolean {
  return digitsAt(t, index) === 3 && t.gap[index + 1] === SPACE && (t.kindsOf(index + 1) & PLACE) !== 0 && isCapital(t.shape[index + 1])
}

/** "Co. Kerry". */
function isCounty(t: Tokens, index: number): boolean {
  return t.gap[index + 1] === (DOT | SPACE) && (t.kindsOf(index + 1) & REGION) !== 0 && wordAt(t, index) === 'Co'
}

/** The end of a part that nobody lists (a quarter, an estate, a door), where a postcode or a listed place comes after its comma; `index` for any other. */
function partBefore(t: Tokens, index: number): number {
  if (((t.gap[index] ?? 0) & COMMA) === 0) return index
  let end = index
  while (end < t.count && end < index + LONGEST_PART && (end === index || ((t.gap[end] ?? 0) & ~(SPACE | DOT | HYPHEN | HASH)) === 0)) {
    if (t.shape[end] === LOWER && (t.end[end] ?? 0) - (t.start[end] ?? 0) > LONGEST_SMALL_WORD) return index
    if ((t.kindsOf(end) & (PERSON_LEAD | ORG_FORM | CALENDAR)) !== 0) return index
    end += 1
  }
  const gap = t.gap[end] ?? 0
  if (end >= t.count || (gap & COMMA) === 0 || (gap & ~(COMMA | SPACE | DOT | NEWLINE)) !== 0) return index
  const place = postcodeEnd(t, end)
  if (place > end) return isCapital(t.shape[place]) ? end : index
  const locality = localityEnd(t, end, true)
  return locality > end && (postcodeEnd(t, locality) > locality || (t.kindsOf(end) & PLACE) !== 0 || t.phraseEnd(end, PLACE) > end)
    ? end
    : index
}

/** "Dublin 2", "Wien 10" before a comma or the end of the line. */
function isDistrictNumber(t: Tokens, index: number): boolean {
  const digits = digitsAt(t, index)
  return digits > 0 && digits < 3 && t.gap[index] === SPACE && ((t.gap[index + 1] ?? 0) & (COMMA | NEWLINE)) !== 0
}

function isBlankLine(t: Tokens, index: number): boolean {
  return ((t.gap[index] ?? 0) & NEWLINE) !== 0 && /\n[ \t\r]*\n/.test(t.text.slice(t.end[index - 1], t.start[index]))
}

/** Apartment, floor and door: "Apt. 4B", "#12", "3. tv.", "st. th", "2. sal", "1. dør 4". */
function readUnit(t: Tokens, index: number): number {
  let next = index
  for (let part = 0; part < 3 && next < t.count; part++) {
    const gap = t.gap[next] ?? 0
    if ((gap & ~(NEAR | DOT | HASH)) !== 0 || gap === 0) break
    const kinds = t.kindsOf(next)
    const after = t.gap[next + 1] ?? 0
    const isNumbered = next + 1 < t.count && (after & ~(SPACE | DOT | HASH)) === 0 && isUnitNumber(t, next + 1)
    if ((gap & HASH) !== 0 && isUnitNumber(t, next)) next += 1
    else if ((kinds & UNIT) !== 0 && isNumbered) next += 2
    else if ((kinds & FLOOR) !== 0 && (t.shape[next] === 0 || (gap & COMMA) !== 0)) next += 1
    else if (isFloorNumber(t, next, after)) next += 2
    else break
  }
  return next
}

function isUnitNumber(t: Tokens, index: number): boolean {
  return digitsAt(t, index) > 0 || t.shape[index] === CODE || t.shape[index] === INITIAL
}

/** "3." before "tv", "2." before "sal", "1" before "th". */
function isFloorNumber(t: Tokens, index: number, after: number): boolean {
  const digits = digitsAt(t, index)
  return digits > 0 && digits <= 3 && (after & ~(DOT | SPACE | COMMA)) === 0 && (t.kindsOf(index + 1) & FLOOR) !== 0
}

/** The word after a postcode that begins at `index`; `index` when none does. */
export function postcodeEnd(t: Tokens, index: number): number {
  let at = index
  if (t.shape[at] !== 4 && isCountryPrefix(t, at) && (t.gap[at + 1] ?? 0) === HYPHEN) at += 1
  const digits = digitsAt(t, at)
  const gap = t.gap[at + 1] ?? 0
  if (gap === HYPHEN && POSTCODE_PAIRS.has(`${digits}-${digitsAt(t, at + 1)}`)) return at + 2
  if (digits === 4 && gap === SPACE && t.shape[at + 1] === ALL_CAPITALS && (t.end[at + 1] ?? 0) - (t.start[at + 1] ?? 0) === 2)
    return at + 2
  if (digits === 3 && gap === SPACE && digitsAt(t, at + 1) === 2) return at + 2
  if (digits >= 4 && digits <= 6) return at + 1
  return t.shape[at] === CODE ? letteredPostcodeEnd(t, at, gap) : index
}

function letteredPostcodeEnd(t: Tokens, at: number, gap: number): number {
  const word = wordAt(t, at)
  const second = gap === SPACE ? wordAt(t, at + 1) : ''
  if (UK_OUTWARD.test(word) && UK_INWARD.test(second)) return at + 2
  if (CANADA.test(word) && CANADA_SECOND.test(second)) return at + 2
  if (EIRE.test(word) && EIRE_SECOND.test(second)) return at + 2
  if (GLUED.test(word)) return at + 1
  return at
}

function isCountryPrefix(t: Tokens, index: number): boolean {
  const length = (t.end[index] ?? 0) - (t.start[index] ?? 0)
  return length <= 2 && isCapital(t.shape[index])
}

/** The word after the name of a place; after a postcode any capitalised words are one, with a district's letter ("København K"). */
function localityEnd(t: Tokens, index: number, isAfterPostcode: boolean): number {
  if (isAfterPostcode && ((t.gap[index] ?? 0) & ~(SPACE | COMMA | NEWLINE)) !== 0) return index
  if (isAfterPostcode && ((t.gap[index] ?? 0) & NEWLINE) !== 0 && (t.kindsOf(index) & REGION) === 0) return index
  let end = t.phraseEnd(index, ANY_PLACE)
  for (let word = end; word < t.count && word < index + 4; word++) {
    const gap = t.gap[word] ?? 0
    const kinds = t.kindsOf(word)
    if (word > index && ((gap & ~(SPACE | HYPHEN)) !== 0 || gap === 0)) break
    if ((kinds & (CALENDAR | ORG_FORM | PERSON_LEAD)) !== 0 && (kinds & ANY_PLACE) === 0 && !isState(t, word)) break
    const isBetween = word > index && (kinds & PARTICLE) !== 0 && isCapital(t.shape[word + 1])
    if (!isCapital(t.shape[word]) && !isBetween) break
    if ((kinds & FUNCTION) !== 0 && (kinds & (ANY_PLACE | STATE_CODE)) === 0 && !leadsPlace(t, word)) break
    end = word + 1
  }
  return isAfterPostcode || isLocality(t, index, end) ? end : index
}

/** "CO" before a postcode is Colorado, not a company. */
function isState(t: Tokens, index: number): boolean {
  return (t.kindsOf(index) & STATE_CODE) !== 0 && t.shape[index] === ALL_CAPITALS && postcodeEnd(t, index + 1) > index + 1
}

/** "New Caleb": the small word begins a place. */
function leadsPlace(t: Tokens, index: number): boolean {
  return wordAt(t, index) === 'New' && t.gap[index + 1] === SPACE && isCapital(t.shape[index + 1])
}

/** Words after a comma are a place when listed, or when region or postcode follow. */
function isLocality(t: Tokens, index: number, end: number): boolean {
  if (end === index) return false
  const kinds = t.kindsOf(end - 1) | t.kindsOf(index)
  if ((kinds & (ANY_PLACE | STATE_CODE)) !== 0 || t.phraseEnd(index, ANY_PLACE) > index) return true
  const gap = t.gap[end] ?? 0
  if (end >= t.count || (gap & ~NEAR) !== 0) return false
  return (
    postcodeEnd(t, end) > end || ((t.kindsOf(end) & STATE_CODE) !== 0 && t.shape[end] === ALL_CAPITALS) || (t.kindsOf(end) & REGION) !== 0
  )
}
