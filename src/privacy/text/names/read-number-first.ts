import { addressReading } from './address-reading.ts'
import { COLON, COMMA, DOT, HYPHEN, NEWLINE, QUOTE, SPACE } from './characters.ts'
import { houseEnd } from './house-number.ts'
import type { Reading } from './name-finding.ts'
import { readTail } from './read-address-tail.ts'
import { leadNamesEnd } from './street-names.ts'
import { digitsAt, followsClosely, isCapital, wordAt } from './surroundings.ts'
import type { Tokens } from './tokens.ts'
import {
  CALENDAR,
  COMMON,
  DIRECTION,
  FUNCTION,
  ORG_FORM,
  PARTICLE,
  PLACE_LEAD,
  PLACE_VERB,
  STREET,
  STREET_LEAD,
  STREET_SURE,
  UNIT,
  VERY_COMMON,
} from './word-kinds.ts'
import { CODE, LOWER } from './word-shapes.ts'

const ORDINAL = /^[0-9]+(?:st|nd|rd|th)$/i

/** An address that begins with the house number at `index`: 12 Main Street, 5 rue de la Paix; null when none does. */
export function readNumberFirst(t: Tokens, index: number): Reading | null {
  const after = houseEnd(t, index)
  if (after === index || after >= t.count) return null
  const gap = t.gap[after] ?? 0
  if ((gap & ~(SPACE | COMMA)) !== 0 || gap === 0) return null
  const lead = t.kindsOf(after) & STREET_LEAD
  if (lead === 0 && !isCapital(t.shape[after]) && t.shape[after] !== CODE) return null
  if (lead !== 0) {
    const end = leadNamesEnd(t, after + 1)
    return end > after + 1 ? addressReading(t, index, end, 0.75, 'house number and street') : null
  }
  if ((gap & COMMA) !== 0) return null
  return readEnglish(t, index, after)
}

/** "Flat 4, Jasmine Crescent, Leeds": the flat stands first. */
export function readUnitFirst(t: Tokens, index: number): Reading | null {
  const after = index + 2
  if (!isCapital(t.shape[index]) || (t.kindsOf(index) & UNIT) === 0 || t.gap[index + 1] !== SPACE) return null
  if ((digitsAt(t, index + 1) === 0 && t.shape[index + 1] !== CODE) || ((t.gap[after] ?? 0) & ~(SPACE | COMMA | NEWLINE)) !== 0) return null
  const street = houseEnd(t, after)
  return isCapital(t.shape[street]) ? readEnglish(t, index, street) : null
}

/** Up to five words that name a street, the last of them Street, Road and the like. */
function readEnglish(t: Tokens, index: number, after: number): Reading | null {
  let end = after
  let streetEnd = 0
  let isSure = false
  for (let word = after; word < t.count && word < after + 6; word++) {
    const shape = t.shape[word] ?? 0
    const kinds = t.kindsOf(word)
    const gap = t.gap[word] ?? 0
    const isGenitive = word > after && isGenitiveS(t, word)
    const isJoined = isGenitive || (gap & ~(SPACE | HYPHEN)) === 0 || ((gap & ~(SPACE | DOT)) === 0 && word > after && isShort(t, word - 1))
    if (word > after && !isJoined) break
    const isStreet = word > after && (kinds & STREET) !== 0
    if (word > after && (kinds & UNIT) !== 0 && (digitsAt(t, word + 1) > 0 || t.shape[word + 1] === CODE)) {
      streetEnd = word
      isSure = true
      break
    }
    if (
      !isCapital(shape) &&
      !isGenitive &&
      !(shape === CODE && ORDINAL.test(wordAt(t, word))) &&
      !(isStreet && (kinds & STREET_SURE) !== 0) &&
      (kinds & PARTICLE) === 0
    )
      break
    if ((kinds & (CALENDAR | ORG_FORM)) !== 0 && (kinds & STREET) === 0) break
    if (word === after && (kinds & FUNCTION) !== 0 && (kinds & DIRECTION) === 0) break
    end = word + 1
    if (isStreet) {
      streetEnd = end
      isSure = (kinds & STREET_SURE) !== 0
    }
  }
  if (streetEnd === 0) return readNumberAndPlace(t, index, after, end)
  while (isDirection(t, streetEnd)) streetEnd += 1
  return addressReading(t, index, streetEnd, isSure ? 0.75 : looseScore(t, index, after, streetEnd), 'house number and street')
}

/** The 's of "Queen's Road". */
function isGenitiveS(t: Tokens, index: number): boolean {
  return t.gap[index] === QUOTE && t.shape[index] === LOWER && wordAt(t, index) === 's' && followsClosely(t, index + 1)
}

/** "90 Wexford Way": likelier where a name comes before the word, or the sentence speaks of a place. */
function looseScore(t: Tokens, index: number, after: number, end: number): number {
  const isNamed = (t.kindsOf(after) & (COMMON | VERY_COMMON)) === 0 || end - after > 2
  const isPlaced = index > 0 && (t.kindsOf(index - 1) & (PLACE_LEAD | PLACE_VERB)) !== 0 && ((t.gap[index] ?? 0) & ~(SPACE | COLON)) === 0
  const isAlone = ((t.gap[index] ?? 0) & (NEWLINE | COMMA)) !== 0 && ((t.gap[end] ?? 0) & (NEWLINE | COMMA)) !== 0
  return 0.3 + (isNamed ? 0.1 : 0) + (isPlaced ? 0.15 : 0) + (isAlone ? 0.1 : 0)
}

/** "12 Broadway, New York, NY 10012": no word for the street, but a locality with its postcode follows. */
function readNumberAndPlace(t: Tokens, index: number, after: number, end: number): Reading | null {
  if (end === after || ((t.gap[end] ?? 0) & (COMMA | NEWLINE)) === 0) return null
  const tail = readTail(t, end)
  return tail.hasPostcode ? addressReading(t, index, end, 0.6, 'house number, name and locality', tail) : null
}

function isShort(t: Tokens, index: number): boolean {
  return (t.end[index] ?? 0) - (t.start[index] ?? 0) <= 4
}

function isDirection(t: Tokens, index: number): boolean {
  return followsClosely(t, index) && (t.kindsOf(index) & DIRECTION) !== 0 && isCapital(t.shape[index])
}
