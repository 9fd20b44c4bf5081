import { COLON, HYPHEN, SPACE } from './characters.ts'
import type { Reading } from './name-finding.ts'
import { wordAt } from './surroundings.ts'
import type { Tokens } from './tokens.ts'
import { ANY_COMMON, ANY_GIVEN, ANY_SURNAME, FUNCTION, GIVEN, PHRASE, PLACE, PLACE_SMALL, SURNAME } from './word-kinds.ts'
import { LOWER } from './word-shapes.ts'
import { WordSet } from './word-set.ts'

const NAMING = new WordSet('name navn hedder')
const BEING = new WordSet('is er')
/** What a name may be beside and still be nothing but a name. */
const NAME_ALONE = ANY_GIVEN | ANY_SURNAME | PHRASE | PLACE | PLACE_SMALL
const mostWords = 4

/** Whether a word says that a name follows. */
export function isNaming(t: Tokens, index: number): boolean {
  return NAMING.hasInAnyCase(t, index)
}

/** "my name is anne hansen", "navn: jens holm": names in lower case, which only so strong a word makes names; null when none follow. */
export function readLowerNames(t: Tokens, index: number): Reading | null {
  const isBeing = BEING.has(t, index + 1) && t.gap[index + 1] === SPACE
  const first = index + (isBeing ? 2 : 1)
  const gap = t.gap[first] ?? 0
  // "navn jens" may be anything: a colon, a verb, or a word that is one.
  if ((gap & ~(SPACE | COLON)) !== 0 || (!isBeing && (gap & COLON) === 0 && wordAt(t, index).toLowerCase() !== 'hedder')) return null
  let end = first
  while (end < t.count && end < first + mostWords && isNameWord(t, end, first)) end += 1
  const hasSurname = end - first > 1 && (t.listedKinds(end - 1) & ANY_SURNAME) !== 0
  if (end === first || (!hasSurname && (!isBeing || end - first > 1))) return null
  const span = { start: t.start[first] ?? 0, end: t.end[end - 1] ?? 0 }
  return {
    next: end,
    found: [{ entity: 'PERSON', ...span, score: hasSurname ? 0.6 : 0.45, pattern: 'names in lower case', checksum: null }],
  }
}

/** A given name that is no word, or after one any further name. */
function isNameWord(t: Tokens, index: number, first: number): boolean {
  const gap = t.gap[index] ?? 0
  if (t.shape[index] !== LOWER || (index > first && gap !== SPACE && gap !== HYPHEN)) return false
  const kinds = t.listedKinds(index)
  if ((kinds & FUNCTION) !== 0) return false
  if (index === first) return (kinds & GIVEN) !== 0 && (kinds & ~NAME_ALONE) === 0
  return (kinds & (GIVEN | SURNAME)) !== 0 && ((kinds & ANY_COMMON) === 0 || (kinds & SURNAME) !== 0)
}
