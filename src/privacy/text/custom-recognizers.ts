import { boundedMatches } from './bounded-matches.ts'
import type { RawMatch, TextRecognizer } from './text-recognizer.ts'

/** Words that are an entity wherever they stand alone. */
export interface DenyList {
  entity: string
  words: readonly string[]
  /** 1 unless told. */
  score?: number
  name?: string
}

/** A recognizer that a caller brings for one analysis. */
export interface AdHocRecognizer {
  entity: string
  name?: string
  /** JavaScript regular expressions, run with the flags `giu` (`gimsu` with `isDotAll`). */
  patterns?: readonly { name: string; regex: string; score: number }[]
  flags?: string
  denyList?: readonly string[]
  denyListScore?: number
  context?: readonly string[]
}

const NOT_BESIDE = '[\\p{L}\\p{N}_]'
const unknownGate = { digits: 0 } as const

/** The recognizer of a deny list: the words as written but for case, with no letter, digit or underscore beside them, the longest first. */
export function denyListRecognizer(list: DenyList): TextRecognizer {
  return customRecognizer({
    entity: list.entity,
    name: list.name ?? `${list.entity} deny list`,
    denyList: list.words,
    denyListScore: list.score ?? 1,
  })
}

/** What a caller brings, as a recognizer. Its patterns are run with a limit on time. */
export function customRecognizer(custom: AdHocRecognizer): TextRecognizer {
  const { entity, name = entity, patterns = [], flags = 'giu', context = [] } = custom
  const denied = denyPattern(custom.denyList ?? [])
  return {
    id: name,
    entity,
    title: name,
    source: 'the caller',
    presidio: null,
    locale: 'global',
    languages: [],
    gate: unknownGate,
    patterns: [],
    find: (text) => [
      ...(denied === null ? [] : findDenied(denied, text, custom.denyListScore ?? 1)),
      ...patterns.flatMap((pattern) =>
        boundedMatches(pattern.regex, flags, text).map(([start, length]) => ({
          start,
          end: start + length,
          score: pattern.score,
          pattern: pattern.name,
          checksum: null,
        })),
      ),
    ],
    context,
    examples: { found: [], ignored: [] },
  }
}

function denyPattern(words: readonly string[]): RegExp | null {
  const wanted = words.filter((word) => word !== '').toSorted((a, b) => b.length - a.length)
  if (wanted.length === 0) return null
  const escaped = wanted.map((word) => word.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&'))
  return new RegExp(`(?<!${NOT_BESIDE})(?:${escaped.join('|')})(?!${NOT_BESIDE})`, 'giu')
}

function findDenied(regex: RegExp, text: string, score: number): RawMatch[] {
  return Array.from(text.matchAll(regex), (match) => ({
    start: match.index,
    end: match.index + match[0].length,
    score,
    pattern: 'deny list',
    checksum: null,
  }))
}
