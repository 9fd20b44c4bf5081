import type { JudgedShape, RawMatch } from './text-recognizer.ts'

export type { Judgement } from './text-recognizer.ts'

/** A `find` whose shapes are known one by one. */
export interface FindByShapes {
  (text: string): RawMatch[]
  readonly shapes: readonly JudgedShape[]
}

/**
 * A `find` out of one regular expression and a judgement in code, for entities whose score depends on more than shape and check digit.
 * @param name of the pattern, for the evidence
 * @param regex with the flags `g` and `u`; with a group named `entity`, the entity is that group
 * @param judge gets the entity, and the whole text with the entity's start; null drops the match
 * @param nextStart see `JudgedShape`
 */
export function findByPattern(
  name: string,
  regex: RegExp,
  judge: JudgedShape['judge'],
  nextStart?: JudgedShape['nextStart'],
): FindByShapes {
  return findByShapes([{ name, regex, judge, ...(nextStart === undefined ? {} : { nextStart }) }])
}

/** A `find` out of several: what each of them finds, one after the other. Each is made by `findByPattern`. */
export function findAll(...finds: readonly FindByShapes[]): FindByShapes {
  return findByShapes(finds.flatMap(({ shapes }) => shapes))
}

function findByShapes(shapes: readonly JudgedShape[]): FindByShapes {
  return Object.assign((text: string) => shapes.flatMap((shape) => findShape(shape, text)), { shapes })
}

function findShape(shape: JudgedShape, text: string): RawMatch[] {
  const { regex } = shape
  const matches: RawMatch[] = []
  regex.lastIndex = 0
  for (let match = regex.exec(text); match !== null; match = regex.exec(text)) {
    const { found, resume } = judgeMatch(shape, match, text)
    if (found !== null) matches.push(found)
    regex.lastIndex = resume
  }
  return matches
}

/** What is said of one match of the shape's expression, and from where the search goes on. */
export function judgeMatch({ name, judge }: JudgedShape, match: RegExpExecArray, text: string): { found: RawMatch | null; resume: number } {
  const entity = match.groups?.['entity'] ?? match[0]
  const start = match.index + (match.groups?.['entity'] === undefined ? 0 : match[0].lastIndexOf(entity))
  const judgement = judge(entity, text, start)
  if (judgement === null) return { found: null, resume: Math.max(match.index + match[0].length, match.index + 1) }
  const end = judgement.end ?? start + entity.length
  const found = { start, end, score: judgement.score, pattern: name, checksum: judgement.checksum }
  return { found, resume: Math.max(end, match.index + 1) }
}
