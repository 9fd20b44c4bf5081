/** Words that begin a question and that rare given names look like. */
const ASKING = new Set('Is Are Was Were Does Did Do Has Have Can Could Would Should Er Har Kan Skal'.split(' '))

export function isAsking(word: string): boolean {
  return ASKING.has(word)
}
