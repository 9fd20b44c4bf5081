import { recognise } from '../../src/privacy/text/recognise.ts'
import { textRecognizers } from '../../src/privacy/text/recognizers/index.ts'
import { evaluatedLocales, kindOf } from './entity-map.ts'
import type { Span } from './span-score.ts'

/** Finds spans in a text. */
export type SpanFinder = (text: string) => Span[] | Promise<Span[]>

const THRESHOLD = 0.4

/** Our recognizers, the surest of overlapping findings kept, from the default threshold. */
export function rulesEngine(): SpanFinder {
  const recognizers = textRecognizers.filter(({ locale }) => evaluatedLocales.includes(locale))
  return (text) => {
    const found = recognizers.flatMap((recognizer) => recognise(recognizer, text).map((match) => ({ ...match, kind: kindOf(recognizer.entity) })))
    const kept: typeof found = []
    for (const match of found.filter(({ score }) => score >= THRESHOLD).toSorted((a, b) => b.score - a.score || b.end - b.start - (a.end - a.start)))
      if (kept.every((other) => other.end <= match.start || other.start >= match.end)) kept.push(match)
    return kept.map(({ kind, start, end }) => ({ kind, start, end }))
  }
}
