import type { Tokens } from './tokens.ts'
import { WordSet } from './word-set.ts'

const ASKING = new WordSet('is are was were does did do has have can could would should er har kan skal')

/** Whether a word is a verb that begins a question and that rare given names look like, in whatever case. */
export function isAsking(t: Tokens, index: number): boolean {
  return ASKING.hasInAnyCase(t, index)
}
