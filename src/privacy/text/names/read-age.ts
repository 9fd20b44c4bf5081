import { COLON, COMMA, DOT, HYPHEN, NEWLINE, PARENTHESIS, SLASH, SPACE, STOP } from './characters.ts'
import type { Reading } from './name-finding.ts'
import { digitsAt, isCapital, wordAt } from './surroundings.ts'
import { CODE, type Tokens } from './tokens.ts'

const BEFORE = new Set(['aged', 'age', 'alder', 'alderen', 'turned', 'turning', 'turns', 'fylder', 'fyldte', 'alter'])
/** First letters of the words looked for, so that most numbers cost nothing. */
const FIRST_AFTER = new Set([...'ymwdujåo'].map((letter) => letter.charCodeAt(0) | 32))
const FIRST_BEFORE = new Set([...'atfoie'].map((letter) => letter.charCodeAt(0)))
const BEING = /^(?:is|was|am|er|var|blev)$/
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
  if (index >= t.count || ((t.gap[index] ?? 0) & ~BLANK) !== 0 || !FIRST_AFTER.has(t.text.charCodeAt(t.start[index] ?? 0) | 32)) return 0
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
  if (t.last.entity === 'PERSON' && t.last.next === index) return isBetween(before, after) && digitsAt(t, index) === 2 ? 0.5 : 0
  if (index < 2 || before !== SPACE || (after & (DOT | COMMA | NEWLINE | STOP)) === 0 || !BEING.test(wordAt(t, index - 1))) return 0
  const isPerson = PRONOUN.test(wordAt(t, index - 2)) || t.last.next === index - 1
  return isPerson && (after & ~(SPACE | DOT | COMMA | NEWLINE | STOP)) === 0 && !isDecimal(t, index) ? 0.45 : 0
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
  if (index < 0 || ((t.gap[index + 1] ?? 0) & ~BLANK) !== 0 || !FIRST_BEFORE.has(t.text.charCodeAt(t.start[index] ?? 0) | 32)) return 0
  const word = wordAt(t, index).toLowerCase()
  if (BEFORE.has(word)) return word === 'age' || word === 'alder' || word === 'aged' ? 0.6 : 0.45
  const earlier = index > 0 ? wordAt(t, index - 1).toLowerCase() : ''
  if ((word === 'of' || word === 'is' || word === 'er') && (earlier === 'age' || earlier === 'alder')) return 0.6
  return 0
}
