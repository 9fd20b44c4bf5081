/** Verbs that begin a question and that rare given names look like. */
const ASKING = new Set('is are was were does did do has have can could would should er har kan skal'.split(' '))

/** In whatever case. */
export function isAsking(word: string): boolean {
  return ASKING.has(word.toLowerCase())
}
