import { COMMA, SPACE } from './characters.ts'
import { postcodeEnd } from './read-address-tail.ts'
import { givenStrength, isUnknown, surnameStrength } from './judge-person.ts'
import { hasPlaceEnding, isHeadedPlace } from './place-shape.ts'
import { isCapital, type Surroundings, wordAt } from './surroundings.ts'
import type { Tokens } from './tokens.ts'
import {
  ANY_PLACE,
  CALENDAR,
  COMMON,
  FUNCTION,
  GIVEN_RARE,
  NATION,
  PHRASE,
  PLACE,
  PLACE_SMALL,
  REGION,
  STATE_CODE,
  SURNAME_RARE,
  TECHNICAL,
  VERY_COMMON,
} from './word-kinds.ts'
import { ALL_CAPITALS, INITIAL, NUMBER } from './word-shapes.ts'

/** How sure the words `first` to `end` name a place (0 to 1). */
export function placeScore(t: Tokens, first: number, end: number, around: Surroundings): number {
  const base = end - first === 1 ? singleScore(t, first, around) : severalScore(t, first, end, around)
  if (base <= 0) return 0
  const lift =
    (around.listedAfter === 'LOCATION' ? 0.25 : 0) +
    (around.placeField ? 0.4 : 0) +
    (around.isMidSentence ? 0.05 : 0) +
    (around.placeBefore ? (around.placeVerb ? 0.3 : 0.2) : around.placeVerb ? 0.1 : 0) +
    (isBeforeRegion(t, end) ? 0.35 : 0) +
    (end - first === 1 && base < 0.3 && isOfSmallPlace(t, first) ? 0.16 : 0) +
    (end - first === 1 && isAfterComma(t, first) && isOnlyPlace(t, first) ? 0.1 : 0)
  return Math.max(0, Math.min(0.9, base + lift - (around.isGlued ? 0.5 : 0) - (around.personBefore && !around.placeBefore ? 0.15 : 0)))
}

/** "Beaumont Hospital, Dublin": after a finding or a number, with a comma. */
function isAfterComma(t: Tokens, first: number): boolean {
  return ((t.gap[first] ?? 0) & ~SPACE) === COMMA && (t.last.next === first || t.shape[first - 1] === NUMBER)
}

/** "yeoman of Lavenham": a small place and nothing else, after "of". */
function isOfSmallPlace(t: Tokens, index: number): boolean {
  if ((t.kindsOf(index) & ~(PHRASE | GIVEN_RARE | SURNAME_RARE)) !== PLACE_SMALL || t.gap[index] !== SPACE || index === 0) return false
  return (t.end[index] ?? 0) - (t.start[index] ?? 0) > 4 && wordAt(t, index - 1) === 'of'
}

/** On the list of large places, and no name that many bear nor a word. */
function isOnlyPlace(t: Tokens, index: number): boolean {
  return (t.kindsOf(index) & ~(PLACE_SMALL | PHRASE | GIVEN_RARE | SURNAME_RARE)) === PLACE
}

function singleScore(t: Tokens, index: number, around: Surroundings): number {
  const kinds = t.kindsOf(index)
  if ((kinds & (CALENDAR | FUNCTION)) !== 0 && (kinds & REGION) === 0) return 0
  const length = (t.end[index] ?? 0) - (t.start[index] ?? 0)
  if (length < 3 && (kinds & REGION) === 0) return 0
  let score =
    (kinds & REGION) !== 0
      ? 0.5
      : (kinds & PLACE) !== 0
        ? isOnlyPlace(t, index) && length > 4
          ? 0.42
          : 0.38
        : (kinds & PLACE_SMALL) !== 0
          ? 0.22
          : 0
  if (score === 0)
    score =
      isUnknown(t, index) && (around.placeField || around.listedAfter === 'LOCATION' || (around.placeBefore && !around.isSentenceStart))
        ? 0.2
        : 0
  if (score < 0.4 && isUnknown(t, index) && hasPlaceEnding(t, index, around.isSentenceStart)) score = 0.42
  if ((kinds & VERY_COMMON) !== 0) score -= 0.3
  else if ((kinds & COMMON) !== 0) score -= 0.15
  if ((kinds & (TECHNICAL | NATION)) !== 0) score -= 0.2
  if (t.shape[index] === ALL_CAPITALS && length < 4 && (kinds & REGION) === 0) score -= 0.2
  return score - (givenStrength(t, index) > 2 ? 0.06 : 0)
}

/** The phrase of the lists, or a listed last word ("Upper Hillerød"). */
function severalScore(t: Tokens, first: number, end: number, around: Surroundings): number {
  if (t.shape[first] === INITIAL) return 0
  const phrase = t.phraseEnd(first, ANY_PLACE)
  if (phrase === end && t.phraseEnd(first, REGION) === end) return 0.85
  if (isHeadedPlace(t, first, end)) return 0.65
  if (phrase === end) return t.phraseEnd(first, PLACE | REGION) !== end ? 0.45 : surnameStrength(t, end - 1) < 3 ? 0.75 : 0.6
  let common = 0
  let listed = 0
  for (let word = first; word < end; word++) {
    const kinds = t.kindsOf(word)
    if ((kinds & (COMMON | VERY_COMMON | FUNCTION)) !== 0) common += 1
    if ((kinds & ANY_PLACE) !== 0) listed += 1
    if ((kinds & CALENDAR) !== 0) return 0
  }
  if (givenStrength(t, first) > 2 && surnameStrength(t, end - 1) > 1) return 0.1
  if (listed > 0 && common < end - first) return around.placeBefore ? 0.3 : 0.2
  return around.placeBefore && common < end - first && end - first < 4 ? 0.22 : 0.05
}

/** "Springfield, IL", "Aarhus, Denmark": a region after a comma, or a postcode. */
function isBeforeRegion(t: Tokens, end: number): boolean {
  const gap = t.gap[end] ?? 0
  if (end >= t.count || (gap & ~(SPACE | COMMA)) !== 0) return false
  const kinds = t.kindsOf(end)
  if ((kinds & STATE_CODE) !== 0 && t.shape[end] === ALL_CAPITALS && ((gap & COMMA) !== 0 || postcodeEnd(t, end + 1) > end + 1)) return true
  if ((gap & COMMA) === 0) return false
  return isCapital(t.shape[end]) && ((kinds & REGION) !== 0 || t.phraseEnd(end, REGION) > end)
}
