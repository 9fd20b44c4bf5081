import type { Reading } from './name-finding.ts'
import { followsClosely, isCapital } from './surroundings.ts'
import type { Tokens } from './tokens.ts'
import { WordSet } from './word-set.ts'

/** And, in the languages that firms are named in. */
export const JOINING = new WordSet('and og und och et y e és en i')
/** Small words between the kind of an organisation and its name. */
export const OF = new WordSet('of for i på af de di der des the del della in du do at')

/** Whether the name of an organisation may go on with the word: and, of. */
export function joinsNames(t: Tokens, index: number): boolean {
  return JOINING.has(t, index) || OF.has(t, index)
}

/** An organisation named by the words `from` to `to`, after which reading goes on. */
export function organisationReading(t: Tokens, from: number, to: number, score: number, pattern: string): Reading {
  return {
    next: to,
    found: [{ entity: 'ORGANIZATION', start: t.start[from] ?? 0, end: t.end[to - 1] ?? 0, score, pattern, checksum: null }],
  }
}

/** The word after up to four capitalised ones from `index` on. */
export function capitalsEnd(t: Tokens, index: number): number {
  let end = index + 1
  while (end < t.count && end < index + 4 && followsClosely(t, end) && isCapital(t.shape[end])) end += 1
  return end
}
