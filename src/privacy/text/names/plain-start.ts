import { AMPERSAND, COLON, DOT, NEWLINE, QUOTE, SPACE, STOP } from './characters.ts'
import { isAsking } from './asking-words.ts'
import { givenStrength } from './judge-person.ts'
import { joinsNames } from './joined-names.ts'
import { isSentenceStart } from './surroundings.ts'
import type { Tokens } from './tokens.ts'
import {
  ANY_COMMON,
  ANY_GIVEN,
  COMMON,
  FUNCTION,
  NATION,
  ORG_KNOWN,
  PARTICLE,
  PERSON_LEAD,
  PERSON_VERB,
  PHRASE,
  PLACE,
  PLACE_LEAD,
  PLACE_SMALL,
  PLACE_VERB,
  LABEL,
  REGION,
  STREET_LEAD,
  TECHNICAL,
  TITLE,
  VERY_COMMON,
} from './word-kinds.ts'
import { CAMEL, INITIAL, LOWER } from './word-shapes.ts'

/** Nothing but a word. */
export const PLAIN = TECHNICAL | ANY_COMMON | FUNCTION | PERSON_LEAD | PERSON_VERB | PLACE_LEAD | PLACE_VERB
/** What makes more of a word than a name or a place by itself. */
const MORE_THAN_A_NAME = REGION | NATION | ORG_KNOWN | STREET_LEAD | LABEL
/** A given name of this strength, alone at the start of a sentence, scores too little to be kept; so does any surname. */
const faintGiven = 2

/**
 * Whether nothing begins with the capitalised word at `index`, told by it and the word after it. Most words with a capital only begin a sentence; what the
 * rules would make of them scores too little to be kept. A test holds that against the rules.
 */
export function beginsNothing(t: Tokens, index: number): boolean {
  const next = index + 1
  const shape = t.shape[next]
  if (next >= t.count || (shape !== LOWER && shape !== CAMEL)) return false
  const kinds = t.kindsOf(index)
  if ((kinds & PHRASE) !== 0 && t.phraseEnd(index, ~0) > index) return false
  if (t.shape[index] === INITIAL) return shape === LOWER && isPlainAfter(t, next) && !beginsBox(t, index)
  if (kinds !== 0 && (kinds & ~PLAIN) === 0) return !hasPart(t, index)
  if ((kinds & FUNCTION) !== 0) return isLeadAlone(t, index, kinds)
  if ((kinds & MORE_THAN_A_NAME) !== 0 || shape !== LOWER) return false
  return isAfterSentence(t, index) && isPlainAfter(t, next) && isFaint(t, index, kinds) && !hasApostrophe(t, index)
}

/** Whether a word that begins a sentence is too little of a name and of a place. */
function isFaint(t: Tokens, index: number, kinds: number): boolean {
  if ((kinds & VERY_COMMON) !== 0) return true
  if ((kinds & PLACE) !== 0 || ((kinds & PLACE_SMALL) !== 0 && (kinds & COMMON) === 0)) return false
  return (kinds & ANY_GIVEN) === 0 || givenStrength(t, index) <= faintGiven
}

/** P. O. Box, B 12. */
function beginsBox(t: Tokens, index: number): boolean {
  const letter = t.text.charCodeAt(t.start[index] ?? 0)
  return letter === 0x50 || letter === 0x42
}

/** "Employer: Target", "Rock & Sons", "Children's Hospital": after a label or as the first part of a name, a word is more than one. */
function hasPart(t: Tokens, index: number): boolean {
  return ((t.gap[index + 1] ?? 0) & (AMPERSAND | QUOTE)) !== 0 || ((t.gap[index] ?? 0) & COLON) !== 0
}

/** "The", "Den", "Har": a small word that only leads on to others. */
function isLeadAlone(t: Tokens, index: number, kinds: number): boolean {
  if ((kinds & (TITLE | STREET_LEAD | LABEL)) !== 0) return false
  return (kinds & ANY_GIVEN) === 0 || isSentenceStart(t, index) || isAsking(t, index)
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
  if (kinds === 0) return true
  if ((kinds & (PERSON_VERB | PHRASE)) !== 0) return false
  return ((kinds & PARTICLE) === 0 && !joinsNames(t, next)) || isBeforePlain(t, next + 1)
}

/** After a particle, "and" or "of": no name, and no further particle, which one could follow. */
function isBeforePlain(t: Tokens, index: number): boolean {
  return t.shape[index] === LOWER && t.gap[index] === SPACE && (t.kindsOf(index) & PARTICLE) === 0
}
