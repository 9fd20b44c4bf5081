import { COMMA, DOT, HYPHEN, SPACE } from './characters.ts'
import { isStreetName } from './street-names.ts'
import { isSentenceStart, wordAt } from './surroundings.ts'
import type { Tokens } from './tokens.ts'
import {
  ANY_COMMON,
  ANY_GIVEN,
  ANY_SURNAME,
  FUNCTION,
  GIVEN,
  NATION,
  ORG_KNOWN,
  PHRASE,
  PLACE,
  PLACE_SMALL,
  REGION,
  STREET_SURE,
  SURNAME,
  TITLE,
  VERY_COMMON,
} from './word-kinds.ts'
import { CAMEL, LOWER, NUMBER } from './word-shapes.ts'
import { WordSet } from './word-set.ts'

/** Longer texts without a capital are lists of codes or words, not what somebody typed in haste. */
const LONGEST = 2000
/** Capitals amid sentences that nobody began with one. */
const MOST_CAPITALS = 2
const SHORTEST_NAME = 4
/** What a word may be beside a name and be nothing but a name or a place. */
const PROPER = ANY_GIVEN | ANY_SURNAME | PLACE | PLACE_SMALL | REGION | NATION | ORG_KNOWN | PHRASE

/** Forms of companies that are no words. */
const FORMS = new WordSet('llc inc ltd plc gmbh aps llp')

/**
 * A text that somebody typed without capitals, or with one or two amid it, with capitals on what is surely a name: "ring sanjay mehta in leeds". Of the same length, so that offsets
 * hold. Null where the text has capitals, is long, or has no such word: the rules then read the text as it stands.
 */
export function withCapitals(t: Tokens, text: string): string | null {
  if (text.length > LONGEST || t.count < 3 || hasCapital(t)) return null
  let copy = ''
  let from = 0
  for (let index = 0; index < t.count; index++) {
    if (t.shape[index] !== LOWER || !isNamed(t, index)) continue
    const start = t.start[index] ?? 0
    const capital = text.charAt(start).toUpperCase()
    if (capital.length !== 1) continue
    copy += text.slice(from, start) + capital
    from = start + 1
  }
  return copy === '' ? null : copy + text.slice(from)
}

/** A capital that begins a sentence, or more than a few: the text was typed with care. */
function hasCapital(t: Tokens): boolean {
  let capitals = 0
  for (let place = 0; place < t.notableCount; place++) {
    const index = t.notable[place] ?? 0
    const shape = t.shape[index] ?? 0
    if (shape === CAMEL || (shape !== LOWER && shape < NUMBER && (++capitals > MOST_CAPITALS || isSentenceStart(t, index)))) return true
  }
  return false
}

function isNamed(t: Tokens, index: number): boolean {
  const kinds = t.listedKinds(index)
  if (isPartOfStreet(t, index) || FORMS.has(t, index) || (t.gap[index + 1] === SPACE && FORMS.has(t, index + 1))) return true
  if (kinds === 0 || (kinds & FUNCTION) !== 0) return false
  if ((kinds & ANY_SURNAME) !== 0 && followsName(t, index) && (kinds & ~(PROPER | ANY_COMMON)) === 0)
    return (kinds & ANY_COMMON) === 0 || (kinds & (SURNAME | VERY_COMMON)) === SURNAME
  if ((kinds & ~PROPER) !== 0) return (kinds & TITLE) !== 0 && (kinds & ANY_COMMON) === 0
  const length = (t.end[index] ?? 0) - (t.start[index] ?? 0)
  if ((kinds & GIVEN) !== 0) return length >= SHORTEST_NAME || isNameAfter(t, index + 1)
  return (kinds & (PLACE | REGION | NATION | ORG_KNOWN)) !== 0 && length >= SHORTEST_NAME
}

/** Right after a word that is a given name and nothing else, or a title. */
function followsName(t: Tokens, index: number): boolean {
  if (index === 0 || ((t.gap[index] ?? 0) & ~(SPACE | HYPHEN | DOT)) !== 0) return false
  const before = t.listedKinds(index - 1)
  return (before & TITLE) !== 0 || ((before & GIVEN) !== 0 && (before & ~PROPER) === 0 && t.gap[index] !== (DOT | SPACE))
}

function isNameAfter(t: Tokens, index: number): boolean {
  return t.gap[index] === SPACE && (t.listedKinds(index) & SURNAME) !== 0
}

/** "nørregade" before its number, "main" and "street" after theirs. */
function isPartOfStreet(t: Tokens, index: number): boolean {
  if (t.shape[index + 1] === NUMBER && t.gap[index + 1] === SPACE && isStreetName(wordAt(t, index))) return true
  for (let before = index - 1; before >= 0 && before > index - 4; before--) {
    if (((t.gap[before + 1] ?? 0) & ~(SPACE | DOT)) !== 0) return false
    if (t.shape[before] === NUMBER) return (t.gap[before] ?? 0) !== COMMA && endsStreet(t, index)
  }
  return false
}

/** The word is one for a street, or one such follows within two words. */
function endsStreet(t: Tokens, index: number): boolean {
  for (let word = index; word < index + 3 && word < t.count; word++) {
    if (word > index && t.gap[word] !== SPACE) return false
    if ((t.listedKinds(word) & FUNCTION) !== 0 || t.shape[word] !== LOWER) return false
    if ((t.listedKinds(word) & STREET_SURE) !== 0) return true
  }
  return false
}
