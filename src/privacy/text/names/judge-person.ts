import { HYPHEN, SPACE } from './characters.ts'
import type { Surroundings } from './surroundings.ts'
import { isSentenceStart, wordAt } from './surroundings.ts'
import type { Tokens } from './tokens.ts'
import {
  ANY_COMMON,
  ANY_GIVEN,
  ANY_PLACE,
  ANY_SURNAME,
  CALENDAR,
  COMMON,
  FUNCTION,
  GIVEN,
  NATION,
  ORG_FORM,
  ORG_WORD,
  PARTICLE,
  PHRASE,
  PLACE,
  PLACE_SMALL,
  REGION,
  STREET_SURE,
  SURNAME,
  TECHNICAL,
  TITLE,
  VERY_COMMON,
} from './word-kinds.ts'
import { WordSet } from './word-set.ts'
import { ALL_CAPITALS, INITIAL, LOWER } from './word-shapes.ts'

/** Ends of words that make them surnames in many languages. */
const SURNAME_ENDING =
  /(?:sen|sson|sdottir|sdóttir|dóttir|gaard|gård|strup|berg|bjerg|lund|holm|strøm|ström|stein|mann|son|ski|sky|ska|cki|wicz|vich|vić|vic|ović|ović|enko|chenko|chuk|czyk|ov|ova|ev|eva|escu|oğlu|oglu|yan|ian|shvili|dze|poulos|opoulos|akis|idis|nen|ez|inho|etti|elli|ucci|aggio|quist|qvist|kvist|dahl|land|mäki|velt|stra|ink|chukwu|ola|ović|ic|ič|ák|ek|ík|ský|ová)$/
const NEITHER = FUNCTION | CALENDAR | NATION | ORG_FORM

const PAIRING = new WordSet('and og och')

/** 0 (no name) to 4 (a name that many bear and that means nothing else). */
export function givenStrength(t: Tokens, index: number): number {
  const kinds = t.kindsOf(index)
  if ((kinds & ANY_GIVEN) === 0) return 0
  const strength = (kinds & GIVEN) !== 0 ? 4 : 2
  return Math.max(0, strength - drawback(kinds))
}

/** 0 to 4, as `givenStrength`. */
export function surnameStrength(t: Tokens, index: number): number {
  const kinds = t.kindsOf(index)
  if ((kinds & ANY_SURNAME) !== 0) return Math.max(0, ((kinds & SURNAME) !== 0 ? 4 : 3) - Math.min(2, drawback(kinds)))
  if ((kinds & (NEITHER | ANY_COMMON | ORG_WORD)) !== 0) return 0
  return hasSurnameEnding(t, index) ? 3 : 0
}

function drawback(kinds: number): number {
  const common = (kinds & VERY_COMMON) !== 0 ? 2 : (kinds & COMMON) !== 0 ? 1 : 0
  const other = (kinds & (CALENDAR | NATION | STREET_SURE)) !== 0 ? 2 : 0
  return common + other + ((kinds & TECHNICAL) !== 0 ? 2 : 0) + ((kinds & FUNCTION) !== 0 ? 2 : 0) + ((kinds & ORG_WORD) !== 0 ? 1 : 0)
}

function hasSurnameEnding(t: Tokens, index: number): boolean {
  const length = (t.end[index] ?? 0) - (t.start[index] ?? 0)
  return length > 5 && SURNAME_ENDING.test(wordAt(t, index).toLowerCase())
}

/** A name that no list has, in capitals like the given name before it. */
function isShouted(t: Tokens, first: number, last: number): boolean {
  return t.kindsOf(last) === 0 && t.shape[first] === ALL_CAPITALS && t.shape[last] === ALL_CAPITALS && givenStrength(t, first) > 2
}

/** The name of a place that is no word: many surnames are. */
function isOnlyPlace(t: Tokens, index: number): boolean {
  const kinds = t.kindsOf(index)
  return (kinds & (PLACE | PLACE_SMALL)) !== 0 && (kinds & (ANY_COMMON | NEITHER | REGION)) === 0
}

/** A capitalised word that is listed nowhere: as likely a name as not. */
export function isUnknown(t: Tokens, index: number): boolean {
  return t.kindsOf(index) === 0 && t.shape[index] !== ALL_CAPITALS && (t.end[index] ?? 0) - (t.start[index] ?? 0) > 1
}

/** How sure the words `first` to `end` name a person (0 to 1). @param title whether a title stands before them */
export function personScore(t: Tokens, first: number, end: number, around: Surroundings, title: boolean): number {
  const words = end - first
  const base =
    words === 1
      ? singleScore(t, first, title, around.personBefore || (around.isMidSentence && !around.isSentenceStart))
      : severalScore(t, first, end)
  if (base <= 0) return 0
  const lift =
    (around.listedAfter === 'PERSON' ? 0.12 : 0) +
    (words === 1 && around.isMidSentence ? midSentenceLift(t, first, around.atBefore) : 0) +
    (around.personBefore ? 0.3 : 0) +
    (around.personAfter ? (words === 1 && around.isSentenceStart && (t.kindsOf(first) & ANY_COMMON) !== 0 ? 0.1 : 0.2) : 0) +
    (words === 1 && around.isSentenceStart && isOfTwo(t, first) ? 0.12 : 0) +
    (title ? 0.4 : 0) +
    (around.isAlone && words > 1 ? 0.05 : 0)
  const loss =
    (around.isGlued ? 0.5 : 0) +
    (around.isSentenceStart && words === 1 ? 0.05 : 0) +
    (around.placeBefore && words === 1 && !isOnlyName(t, first) ? 0.1 : 0) +
    (words === 1 && around.isAfterArticle ? (isFamily(t, first) ? -0.12 : 0.2) : 0)
  return Math.max(0, Math.min(0.95, base + lift - loss))
}

/** "Rose and Lily": a given name that another follows. */
function isOfTwo(t: Tokens, index: number): boolean {
  if (t.shape[index + 1] !== LOWER || t.gap[index + 1] !== SPACE || t.gap[index + 2] !== SPACE || !PAIRING.has(t, index + 1)) return false
  return givenStrength(t, index) > 2 && givenStrength(t, index + 2) > 2
}

/** "the Nakagawas": a surname and nothing else, with the s of the plural, which is no part of the word as it was looked up. */
function isFamily(t: Tokens, index: number): boolean {
  const end = t.end[index] ?? 0
  return t.text.charCodeAt(end) === 0x73 && (t.kindsOf(index) & ~(ANY_GIVEN | SURNAME | PHRASE)) === 0 && surnameStrength(t, index) > 2
}

/** O'Connor, D'Angelo. */
function hasApostrophe(t: Tokens, index: number): boolean {
  const second = t.text.charCodeAt((t.start[index] ?? 0) + 1)
  return (second === 0x27 || second === 0x2019) && surnameStrength(t, index) > 2
}

/** On the lists of names and on no other. */
function isOnlyName(t: Tokens, index: number): boolean {
  const kinds = t.kindsOf(index)
  return (kinds & (ANY_GIVEN | ANY_SURNAME)) !== 0 && (kinds & ~(ANY_GIVEN | ANY_SURNAME | PHRASE)) === 0
}

/** Amid lower case, a word that is a name and nothing else stands for a person. */
function midSentenceLift(t: Tokens, index: number, isAt: boolean): number {
  if (
    isOnlyName(t, index) &&
    (t.end[index] ?? 0) - (t.start[index] ?? 0) > 3 &&
    ((surnameStrength(t, index) > 2 && !isAt) || givenStrength(t, index) > 1)
  )
    return 0.14
  return givenStrength(t, index) > 1 ? 0.06 : 0
}

/** Score of a name alone by its strength. */
const GIVEN_SCORES: readonly number[] = [0, 0.2, 0.28, 0.36, 0.46]
const SURNAME_SCORES: readonly number[] = [0, 0.12, 0.2, 0.26, 0.32]

function singleScore(t: Tokens, index: number, title: boolean, isProper: boolean): number {
  const kinds = t.kindsOf(index)
  const length = (t.end[index] ?? 0) - (t.start[index] ?? 0)
  if (isProper && (kinds & (FUNCTION | CALENDAR | GIVEN)) > GIVEN && (kinds & GIVEN) !== 0)
    return (kinds & CALENDAR) === 0 && length > 3 ? 0.42 : 0.3
  if (length < 2 || (kinds & (CALENDAR | FUNCTION | ORG_FORM)) !== 0) return title && length > 1 && (kinds & ANY_SURNAME) !== 0 ? 0.3 : 0
  const given = GIVEN_SCORES[Math.max(givenStrength(t, index), isProper && (kinds & GIVEN) !== 0 ? 2 : 0)] ?? 0
  const surname = (SURNAME_SCORES[surnameStrength(t, index)] ?? 0) + (hasApostrophe(t, index) ? 0.14 : 0)
  const name = Math.max(given, surname, isUnknown(t, index) ? 0.15 : 0) - ((kinds & REGION) !== 0 ? 0.1 : 0)
  return t.shape[index] === ALL_CAPITALS ? name - 0.15 : name
}

/** "General Ledger", "Vice President": a rank or an office, and a word with it that hardly anybody is called. */
export function isOffice(t: Tokens, first: number, last: number): boolean {
  const [one, other] = [t.kindsOf(first), t.kindsOf(last)]
  const isHardlySurname = (other & (GIVEN | SURNAME)) === 0
  if ((one & TITLE) !== 0 && (other & ANY_COMMON) !== 0 && isHardlySurname) return true
  if ((one & ANY_COMMON) === 0 || (one & (GIVEN | PARTICLE)) !== 0) return false
  return ((one | other) & TITLE) !== 0 && ((other & ANY_COMMON) !== 0 || isHardlySurname)
}

/** "No, Will Smithson": a small word with a capital where no sentence begins is the name. */
function givenInSentence(t: Tokens, index: number): number {
  const strength = givenStrength(t, index)
  const isSmall = (t.kindsOf(index) & (FUNCTION | GIVEN)) === (FUNCTION | GIVEN)
  return isSmall && !isSentenceStart(t, index) ? Math.max(2, strength) : strength
}

/** Given names or initials, then surnames. */
function severalScore(t: Tokens, first: number, end: number): number {
  const last = end - 1
  if ((t.kindsOf(last) & (CALENDAR | ORG_FORM)) !== 0 || ((t.kindsOf(first) & CALENDAR) !== 0 && givenStrength(t, first) < 1)) return 0
  if (isOffice(t, first, last)) return 0
  const given = t.shape[first] === INITIAL ? 1 : givenInSentence(t, first)
  const surname = t.shape[last] === INITIAL ? 1 : surnameStrength(t, last)
  const asSurname = Math.max(
    surname,
    isUnknown(t, last) || isShouted(t, first, last) || isOnlyPlace(t, last) ? 2 : 0,
    Math.min(2, givenStrength(t, last)),
    // Only the second part of a name such as Ji-woo ends a run in lower case.
    t.shape[last] === LOWER ? 3 : 0,
  )
  const asGiven = Math.max(
    given,
    isUnknown(t, first) ? 1 : 0,
    surnameStrength(t, first) > 2 && (t.kindsOf(first) & ANY_COMMON) === 0 ? 1.5 : 0,
  )
  const score = PAIRS[Math.round(asGiven * 2)]?.[asSurname] ?? 0
  return score - unlikeness(t, first, end)
}

/** Score by strength of the first word (in halves) and of the last. */
const PAIRS: readonly (readonly number[])[] = [
  [0, 0, 0.05, 0.15, 0.2],
  [0, 0.1, 0.15, 0.25, 0.3],
  [0.05, 0.25, 0.3, 0.5, 0.55],
  [0.05, 0.3, 0.4, 0.5, 0.55],
  [0.1, 0.35, 0.5, 0.65, 0.7],
  [0.1, 0.4, 0.55, 0.7, 0.75],
  [0.15, 0.45, 0.6, 0.75, 0.8],
  [0.2, 0.5, 0.65, 0.8, 0.85],
  [0.25, 0.5, 0.7, 0.85, 0.85],
]

function unlikeness(t: Tokens, first: number, end: number): number {
  let loss = 0
  for (let word = first; word < end; word++) {
    const kinds = t.kindsOf(word)
    if ((kinds & PARTICLE) !== 0) continue
    if ((kinds & (FUNCTION | CALENDAR | NATION | ORG_FORM | TECHNICAL)) !== 0 && (word > first || (kinds & ANY_GIVEN) === 0)) loss += 0.2
    if ((kinds & VERY_COMMON) !== 0 && (kinds & ANY_GIVEN) === 0) loss += 0.15
    if (
      (kinds & ANY_COMMON) !== 0 &&
      word > first &&
      word < end - 1 &&
      (t.gap[word] ?? 0) !== HYPHEN &&
      (kinds & (ANY_GIVEN | ANY_SURNAME)) === 0
    )
      loss += 0.2
    if ((kinds & (PARTICLE | REGION)) === REGION && (kinds & ANY_GIVEN) === 0) loss += 0.15
    else if ((kinds & ANY_PLACE) !== 0 && (kinds & (ANY_GIVEN | ANY_SURNAME)) === 0) loss += 0.1
  }
  return loss
}
