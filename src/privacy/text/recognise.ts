import type { FindOptions, RawMatch, TextPattern, TextRecognizer, ValidateOptions } from './text-recognizer.ts'

const compiled = new WeakMap<TextPattern, RegExp>()

/**
 * What one recognizer finds in a text by itself: every match of its patterns that no rule refuses, the surest of overlapping ones. No context is looked at.
 * @returns matches in the order of the text; offsets in UTF-16 code units
 */
export function recognise(recognizer: TextRecognizer, text: string, options: ValidateOptions & FindOptions = {}): readonly RawMatch[] {
  return withoutContained(recogniseAll(recognizer, text, options))
}

/** As `recognise`, with matches that lie in others. */
export function recogniseAll(recognizer: TextRecognizer, text: string, options: ValidateOptions & FindOptions): RawMatch[] {
  if (recognizer.find !== undefined) return recognizer.find(text, options)
  return recognizer.patterns.flatMap((pattern) => {
    const matches: RawMatch[] = []
    for (const match of text.matchAll(regexOf(pattern))) {
      const found = readMatch(recognizer, pattern, match, options)
      if (found !== null) matches.push(found)
    }
    return matches
  })
}

/** One match of a pattern as the recognizer judges it; null when it refuses. */
export function readMatch(
  recognizer: TextRecognizer,
  pattern: TextPattern,
  match: RegExpExecArray,
  options: ValidateOptions,
): RawMatch | null {
  const entity = match.groups?.['entity'] ?? match[0]
  if (entity === '') return null
  const start = match.index + (match.groups?.['entity'] === undefined ? 0 : match[0].lastIndexOf(entity))
  const checksum = recognizer.validate?.(entity, options) ?? null
  if (checksum === false) return null
  return { start, end: start + entity.length, score: checksum === true ? 1 : pattern.score, pattern: pattern.name, checksum }
}

/** The pattern as a regular expression, made once. */
export function regexOf(pattern: TextPattern): RegExp {
  const regex = compiled.get(pattern) ?? new RegExp(pattern.regex, pattern.caseSensitive === true ? 'gu' : 'giu')
  compiled.set(pattern, regex)
  regex.lastIndex = 0
  return regex
}

/** The surest of matches that lie in one another, in the order of the text; of equally sure ones the longest. */
export function withoutContained(matches: readonly RawMatch[]): readonly RawMatch[] {
  if (areApart(matches)) return matches
  const kept: RawMatch[] = []
  let open: RawMatch[] = []
  // In this order, what holds a match comes before it, or has the same span.
  for (const match of matches.toSorted((a, b) => a.start - b.start || b.end - a.end || b.score - a.score)) {
    open = open.filter(({ end }) => end > match.start)
    if (open.some((other) => other.end >= match.end && other.score >= match.score)) continue
    open.push(match)
    kept.push(match)
  }
  return kept
}

/** Whether each match begins where the one before has ended, or later: so nearly all do. */
function areApart(matches: readonly RawMatch[]): boolean {
  let end = 0
  for (const match of matches) {
    if (match.start < end) return false
    end = match.end
  }
  return true
}
