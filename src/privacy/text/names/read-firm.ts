import { AMPERSAND, COMMA, SPACE } from './characters.ts'
import { capitalsEnd, organisationReading, JOINING } from './joined-names.ts'
import { givenStrength } from './judge-person.ts'
import type { Reading } from './name-finding.ts'
import { followsClosely, isCapital, Surroundings, wordAt } from './surroundings.ts'
import type { Tokens } from './tokens.ts'
import { ANY_COMMON, ANY_PLACE, ANY_SURNAME, FUNCTION, NATION, SURNAME, TECHNICAL } from './word-kinds.ts'
import { WordSet } from './word-set.ts'

const TAILS = new WordSet(
  'sons son co company partners associates brothers bros sønner søn daughters figli filhos fils társa hijos asociados zonen söhne sønn søner',
)

/** Surnames joined as firms do: "Johnson, Smith and Lee", "Smith & Sons", "Reed-Cole" is left to persons. */
export function readFirm(t: Tokens, index: number, end: number): Reading | null {
  if (end - index > 2) return null
  const gap = t.gap[end] ?? 0
  const isAnd = isJoining(t, end) || ((gap & ~(SPACE | AMPERSAND)) === 0 && (gap & AMPERSAND) !== 0)
  if (isAnd) {
    const second = isJoining(t, end) ? end + 1 : end
    if (!isCapital(t.shape[second]) || !followsAnd(t, second)) return null
    if (TAILS.hasInAnyCase(t, second)) return organisationReading(t, index, second + 1, 0.65, 'firm of a family')
    const isSign = (gap & AMPERSAND) !== 0
    return isSign && end - index <= 2 && isFirmName(t, index)
      ? organisationReading(t, index, capitalsEnd(t, second), 0.5, 'names joined by &')
      : null
  }
  if (gap !== (COMMA | SPACE) || end - index !== 1 || !isFirmName(t, index)) return null
  const second = end
  if (!isCapital(t.shape[second]) || !isFirmName(t, second)) return null
  let last = second + 1
  if ((t.gap[last] ?? 0) === (COMMA | SPACE) && isJoining2(t, last)) last += 1
  else if (!isJoining(t, last)) return null
  else last += 1
  if (!isCapital(t.shape[last]) || !isFirmName(t, last) || (isCapital(t.shape[last + 1] ?? 0) && followsClosely(t, last + 1))) return null
  const isList = areGivenNames(t, index, [index, second, last]) || !isEnglishAnd(t, last - 1)
  return isList ? null : organisationReading(t, index, last + 1, 0.6, 'firm of several names')
}

/** Firms of several surnames are American; "Hanne, Jørn og Abdi" are persons. */
function isEnglishAnd(t: Tokens, index: number): boolean {
  return wordAt(t, index) === 'and'
}

function isJoining(t: Tokens, index: number): boolean {
  return followsClosely(t, index) && JOINING.has(t, index)
}

function isJoining2(t: Tokens, index: number): boolean {
  return index < t.count && JOINING.has(t, index)
}

function followsAnd(t: Tokens, index: number): boolean {
  return ((t.gap[index] ?? 0) & ~(SPACE | AMPERSAND)) === 0
}

function isFirmName(t: Tokens, index: number): boolean {
  const kinds = t.kindsOf(index)
  if ((kinds & (TECHNICAL | SURNAME)) === TECHNICAL) return false
  return (kinds & ANY_SURNAME) !== 0 || (kinds & (FUNCTION | ANY_PLACE | NATION | ANY_COMMON)) === 0
}

function areGivenNames(t: Tokens, index: number, words: readonly number[]): boolean {
  if (!words.every((word) => givenStrength(t, word) > 2)) return false
  const around = new Surroundings(t, index, (words.at(-1) ?? index) + 1)
  return !around.atBefore && !around.organisationNear
}
