import { SPACE } from './characters.ts'
import { isCapital, wordAt } from './surroundings.ts'
import type { Tokens } from './tokens.ts'
import { ANY_COMMON, ANY_GIVEN, ANY_SURNAME, FUNCTION, GIVEN, PLACE, PLACE_SMALL, REGION, TECHNICAL } from './word-kinds.ts'
import { WordSet } from './word-set.ts'

const HEAD = new WordSet('New Port Lake North South East West Saint San Santa Fort Mount Nueva Nuevo Puerto Bad Sankt Upper Lower')
const ENGLISH_ENDING = /(?:ville|burgh|bury|chester|shire|borough|minster)$/
const ENDING = /(?:town|mouth|haven|stad|hausen|furt|heim|dorf|port|berg|burg|strup|køping|köping)$/

/** Whether the words begin as names of places do, with a name after it: South Alexandra, Port Jamesmouth, San Omar. */
export function isHeadedPlace(t: Tokens, first: number, end: number): boolean {
  if (end - first < 2 || end - first > 4 || t.gap[first + 1] !== SPACE || !HEAD.has(t, first)) return false
  const names = wordAt(t, first) === 'New' ? GIVEN : ANY_GIVEN | ANY_SURNAME
  return isNameOfPlace(t, first + 1, names) && (t.kindsOf(end - 1) & (ANY_COMMON | FUNCTION)) === 0
}

/** "New Brooke", "New Caleb": no new thing, but a place. */
export function isNewPlace(t: Tokens, index: number): boolean {
  return t.gap[index + 1] === SPACE && isCapital(t.shape[index + 1]) && wordAt(t, index) === 'New' && isNameOfPlace(t, index + 1, GIVEN)
}

function isNameOfPlace(t: Tokens, index: number, names: number): boolean {
  const kinds = t.kindsOf(index)
  if ((kinds & (ANY_COMMON | FUNCTION | TECHNICAL)) !== 0) return false
  return (kinds & (names | PLACE | PLACE_SMALL | REGION)) !== 0 || hasPlaceEnding(t, index, false)
}

/** Whether a word that is listed nowhere ends as names of places do. @param isFirst where a sentence begins, fewer endings count: a noun can have the others */
export function hasPlaceEnding(t: Tokens, index: number, isFirst: boolean): boolean {
  if ((t.end[index] ?? 0) - (t.start[index] ?? 0) < 7) return false
  const word = wordAt(t, index)
  return ENGLISH_ENDING.test(word) || (!isFirst && ENDING.test(word))
}
