import { AMPERSAND, COLON, DOT, NEWLINE, QUOTE, SPACE, STOP } from './characters.ts'
import { isAsking } from './asking-words.ts'
import { joinsNames } from './read-organisation.ts'
import { isSentenceStart, wordAt } from './surroundings.ts'
import { CAMEL, INITIAL, LOWER, type Tokens } from './tokens.ts'
import {
  ANY_COMMON,
  ANY_GIVEN,
  ANY_SURNAME,
  FUNCTION,
  PERSON_LEAD,
  PERSON_VERB,
  PHRASE,
  PLACE,
  PLACE_LEAD,
  PLACE_SMALL,
  PLACE_VERB,
  LABEL,
  STREET_LEAD,
  TECHNICAL,
  TITLE,
  VERY_COMMON,
} from './word-kinds.ts'

const PLAIN = TECHNICAL | ANY_COMMON | FUNCTION | PERSON_LEAD | PERSON_VERB | PLACE_LEAD | PLACE_VERB
/** What a word of every day can be beside, such as See, Last and Måde, which are rare names and small places. */
const HARDLY_A_NAME = ANY_COMMON | ANY_GIVEN | ANY_SURNAME | PLACE | PLACE_SMALL | PHRASE

/**
 * Whether nothing begins with the capitalised word at `index`, told by it and the word after it. Most words with a capital only begin a sentence; what the
 * rules would make of them scores too little to be kept. A test holds that against the rules.
 */
export function beginsNothing(t: Tokens, index: number): boolean {
  const next = index + 1
  const shape = t.shape[next]
  if (t.shape[index] === INITIAL || next >= t.count || (shape !== LOWER && shape !== CAMEL)) return false
  const kinds = t.kindsOf(index)
  if ((kinds & PHRASE) !== 0 && t.phraseEnd(index, ~0) > index) return false
  if (kinds !== 0 && (kinds & ~PLAIN) === 0) return !hasPart(t, index)
  if ((kinds & FUNCTION) !== 0) return isLeadAlone(t, index, kinds)
  if (kinds !== 0 && ((kinds & VERY_COMMON) === 0 || (kinds & ~HARDLY_A_NAME) !== 0)) return false
  return shape === LOWER && isAfterSentence(t, index) && isPlainAfter(t, next) && (kinds !== 0 || !hasApostrophe(t, index))
}

/** "Employer: Target", "Rock & Sons", "Children's Hospital": after a label or as the first part of a name, a word is more than one. */
function hasPart(t: Tokens, index: number): boolean {
  return ((t.gap[index + 1] ?? 0) & (AMPERSAND | QUOTE)) !== 0 || ((t.gap[index] ?? 0) & COLON) !== 0
}

/** "The", "Den", "Har": a small word that only leads on to others. */
function isLeadAlone(t: Tokens, index: number, kinds: number): boolean {
  if ((kinds & (TITLE | STREET_LEAD | LABEL)) !== 0) return false
  return (kinds & ANY_GIVEN) === 0 || isSentenceStart(t, index) || isAsking(wordAt(t, index))
}

/** First in a sentence that follows another one, which says nothing of persons at its end. */
function isAfterSentence(t: Tokens, index: number): boolean {
  const gap = t.gap[index] ?? 0
  if ((gap & (NEWLINE | STOP | DOT)) === 0 || (gap & COLON) !== 0 || !isSentenceStart(t, index)) return false
  return index === 0 || (t.kindsOf(index - 1) & PERSON_LEAD) === 0
}

/** O'Connor: not listed, and a name all the same. */
function hasApostrophe(t: Tokens, index: number): boolean {
  const second = t.text.charCodeAt((t.start[index] ?? 0) + 1)
  return second === 0x27 || second === 0x2019
}

/** A word that no name goes on with and no person stands before. */
function isPlainAfter(t: Tokens, next: number): boolean {
  if (t.gap[next] !== SPACE) return false
  const kinds = t.kindsOf(next)
  return kinds === 0 || ((kinds & ~FUNCTION) === 0 && !joinsNames(t, next))
}
