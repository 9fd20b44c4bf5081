import { COMMA, NEWLINE, SPACE } from './characters.ts'
import type { Reading } from './name-finding.ts'
import { digitsAt, wordAt } from './surroundings.ts'
import type { Tokens } from './tokens.ts'
import { ALL_CAPITALS } from './word-shapes.ts'
import { WordSet } from './word-set.ts'

const BEGINNING = new WordSet('psc cmr unit uss usns usnv uscgc')
const OFFICE = /^(?:APO|FPO|DPO)$/
const REGION = /^A[AEP]$/
const LONGEST = 8

/** A post office of the United States' forces or embassies: "PSC 1234, Box 5678, APO AE 09012", "USS Smith, FPO AP 96266"; null when none begins at `index`. */
export function readMilitaryAddress(t: Tokens, index: number): Reading | null {
  if (!BEGINNING.hasInAnyCase(t, index)) return null
  for (let word = index + 1; word < t.count && word < index + LONGEST; word++) {
    if (((t.gap[word] ?? 0) & ~(SPACE | COMMA | NEWLINE)) !== 0) return null
    if (t.shape[word] !== ALL_CAPITALS || !OFFICE.test(wordAt(t, word))) continue
    if (!REGION.test(wordAt(t, word + 1)) || digitsAt(t, word + 2) !== 5) return null
    const span = { start: t.start[index] ?? 0, end: t.end[word + 2] ?? 0 }
    return { next: word + 3, found: [{ entity: 'ADDRESS', ...span, score: 0.8, pattern: 'military post office', checksum: null }] }
  }
  return null
}
