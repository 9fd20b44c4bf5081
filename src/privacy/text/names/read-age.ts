import { COLON, COMMA, DOT, HYPHEN, NEWLINE, PARENTHESIS, SLASH, SPACE, STOP } from './characters.ts'
import type { Reading } from './name-finding.ts'
import { digitsAt, isCapital, wordAt } from './surroundings.ts'
import type { Tokens } from './tokens.ts'
import { CODE, LOWER } from './word-shapes.ts'
import { WordSet } from './word-set.ts'

const BEFORE = new WordSet('aged age alder alderen turned turning turns fylder fyldte alter')
/** Of the words above, those that nothing but an age follows. */
const SURE_BEFORE = new WordSet('aged age alder')
const AGE = new WordSet('age alder')
const OF = new WordSet('of is er')
/** Words of which one follows a number that is an age. */
const AFTER = new WordSet(
  'year years yr yrs month months week weeks day days måneder uger år årig årige årigt yo jährige jähriger jährig åring y',
)
const BEING = new WordSet('is was am er var blev')
const PRONOUN = /^(?:s?he|I|han|hun|jeg)$/i
const OLDEST = 120
const BLANK = SPACE | HYPHEN | DOT | COLON | SLASH

/** The age that the number at `index` gives: 34 years old, 34-årig, aged 34; null when it gives none. */
export function readAge(t: Tokens, index: number): Reading | null {
  if (t.shape[index] === CODE)
    return (t.end[index] ?? 0) - (t.start[index] ?? 0) <= 4 && /^[0-9]{1,2}yo$/i.test(wordAt(t, index)) ? finding(t, index, 0.6) : null
  const digits = digitsAt(t, index)
  if (digits === 0 || digits > 3) return null
  if (digits === 3 && Number(wordAt(t, index)) > OLDEST) return null
  const score = Math.max(scoreAfter(t, index + 1), scoreBefore(t, index - 1), scoreBeside(t, index))
  if (score === 0) return null
  return finding(t, index, score)
}

function finding(t: Tokens, index: number, score: number): Reading {
  return {
    next: index + 1,
    found: [{ entity: 'AGE', start: t.start[index] ?? 0, end: t.end[index] ?? 0, score, pattern: 'age', checksum: null }],
  }
}

function scoreAfter(t: Tokens, index: number): number {
  if (index >= t.count || ((t.gap[index] ?? 0) & ~BLANK) !== 0 || !AFTER.hasInAnyCase(t, index)) return 0
  const word = wordAt(t, index).toLowerCase()
  const next = ((t.gap[index + 1] ?? 0) & ~BLANK) === 0 ? wordAt(t, index + 1).toLowerCase() : ''
  if (/^(?:years?|yrs?|months?|weeks?|days?|måneder|uger)$/.test(word) && /^(?:old|gammel|gamle|gammelt)$/.test(next)) return 0.7
  if (word === 'år' && /^gam(?:mel|le|melt)$/.test(next)) return 0.7
  if (/^(?:årige?|årigt|yo|jähriger?|jährige|åring)$/.test(word) || (word === 'y' && next === 'o')) return 0.6
  if (word === 'år' && index >= 2) return /^(?:er|på|,)$/.test(wordAt(t, index - 2)) || isAfterName(t, index - 1) ? 0.5 : 0
  return 0
}

/** "Victor Lundgren, 45, was", "when she was 6.": right after a person, or what somebody is. */
function scoreBeside(t: Tokens, index: number): number {
  const [before, after] = [t.gap[index] ?? 0, t.gap[index + 1] ?? 0]
  if (t.last.entity === 'PERSON' && t.last.next === index) return isBetween(before, after) && isLikelyAge(t, index) ? 0.5 : 0
  if (index < 2 || before !== SPACE || (after & (DOT | COMMA | NEWLINE | STOP)) === 0 || !BEING.has(t, index - 1)) return 0
  const isPerson = PRONOUN.test(wordAt(t, index - 2)) || t.last.next === index - 1
  return isPerson && (after & ~(SPACE | DOT | COMMA | NEWLINE | STOP)) === 0 && !isDecimal(t, index) ? 0.45 : 0
}

/** Two figures; one alone, "(9)" or ", 6, lost", where the sentence goes on in lower case or the brackets close: a child's. */
function isLikelyAge(t: Tokens, index: number): boolean {
  const digits = digitsAt(t, index)
  if (digits !== 1) return digits === 2
  return ((t.gap[index + 1] ?? 0) & PARENTHESIS) !== 0 || t.shape[index + 1] === LOWER
}

/** ", 45," or "(45)". */
function isBetween(before: number, after: number): boolean {
  if (before === (PARENTHESIS | SPACE)) return (after & PARENTHESIS) !== 0
  return before === (COMMA | SPACE) && (after & (COMMA | PARENTHESIS | NEWLINE)) !== 0
}

function isDecimal(t: Tokens, index: number): boolean {
  return digitsAt(t, index + 1) > 0 && ((t.gap[index + 1] ?? 0) & SPACE) === 0
}

function isAfterName(t: Tokens, index: number): boolean {
  return ((t.gap[index] ?? 0) & 4) !== 0 && isCapital(t.shape[index - 1])
}

function scoreBefore(t: Tokens, index: number): number {
  if (index < 0 || ((t.gap[index + 1] ?? 0) & ~BLANK) !== 0) return 0
  if (BEFORE.hasInAnyCase(t, index)) return SURE_BEFORE.hasInAnyCase(t, index) ? 0.6 : 0.45
  return OF.hasInAnyCase(t, index) && AGE.hasInAnyCase(t, index - 1) ? 0.6 : 0
}
