import type { FindOptions, RawMatch, TextPattern, TextRecognizer, ValidateOptions } from './text-recognizer.ts'

const compiled = new WeakMap<TextPattern, RegExp>()

/**
 * What one recognizer finds in a text by itself: every match of its patterns that no rule refuses, the surest of overlapping ones. No context is looked at.
 * @returns matches in the order of the text; offsets in UTF-16 code units
 */
export function recognise(recognizer: TextRecognizer, text: string, options: ValidateOptions & FindOptions = {}): RawMatch[] {
  const found = recognizer.find === undefined ? matchPatterns(recognizer, text, options) : recognizer.find(text, options)
  return withoutContained(found).toSorted((a, b) => a.start - b.start || b.end - a.end)
}

function matchPatterns(recognizer: TextRecognizer, text: string, options: ValidateOptions): RawMatch[] {
  return recognizer.patterns.flatMap((pattern) => {
    const regex = regexOf(pattern)
    const matches: RawMatch[] = []
    for (const match of text.matchAll(regex)) {
      const entity = match.groups?.['entity'] ?? match[0]
      if (entity === '') continue
      const start = match.index + (match.groups?.['entity'] === undefined ? 0 : match[0].lastIndexOf(entity))
      const checksum = recognizer.validate?.(entity, options) ?? null
      if (checksum === false) continue
      matches.push({ start, end: start + entity.length, score: checksum === true ? 1 : pattern.score, pattern: pattern.name, checksum })
    }
    return matches
  })
}

/** The pattern as a regular expression, made once. */
export function regexOf(pattern: TextPattern): RegExp {
  const regex = compiled.get(pattern) ?? new RegExp(pattern.regex, pattern.caseSensitive === true ? 'gu' : 'giu')
  compiled.set(pattern, regex)
  regex.lastIndex = 0
  return regex
}

/** The surest of matches that lie in one another; of equally sure ones the longest. */
function withoutContained(matches: readonly RawMatch[]): RawMatch[] {
  const kept: RawMatch[] = []
  for (const match of matches.toSorted((a, b) => b.score - a.score || a.start - b.start || b.end - a.end)) {
    if (!kept.some((other) => other.start <= match.start && match.end <= other.end)) kept.push(match)
  }
  return kept
}
