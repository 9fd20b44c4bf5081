import type { RawMatch } from './text-recognizer.ts'

/** What a rule in code says of a match: how sure, and what its check digit says. `end` cuts it short (UTF-16 offset in the text). */
export interface Judgement {
  score: number
  checksum: RawMatch['checksum']
  end?: number
}

/**
 * A `find` out of one regular expression and a judgement in code, for entities whose score depends on more than shape and check digit.
 * @param name of the pattern, for the evidence
 * @param regex with the flags `g` and `u`; with a group named `entity`, the entity is that group
 * @param judge gets the entity, and the whole text with the entity's start; null drops the match
 */
export function findByPattern(
  name: string,
  regex: RegExp,
  judge: (entity: string, text: string, start: number) => Judgement | null,
): (text: string) => RawMatch[] {
  return (text) => {
    const matches: RawMatch[] = []
    regex.lastIndex = 0
    for (let match = regex.exec(text); match !== null; match = regex.exec(text)) {
      const entity = match.groups?.['entity'] ?? match[0]
      const start = match.index + (match.groups?.['entity'] === undefined ? 0 : match[0].lastIndexOf(entity))
      const judgement = judge(entity, text, start)
      if (judgement === null) continue
      const end = judgement.end ?? start + entity.length
      matches.push({ start, end, score: judgement.score, pattern: name, checksum: judgement.checksum })
      regex.lastIndex = Math.max(end, match.index + 1)
    }
    return matches
  }
}
