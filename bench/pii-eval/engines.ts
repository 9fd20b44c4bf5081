import { createAnalyzer } from '../../src/privacy/text/analyzer.ts'
import { evaluatedLocales, kindOf } from './entity-map.ts'
import type { Span } from './span-score.ts'

/** Finds spans in a text. */
export type SpanFinder = (text: string) => Span[] | Promise<Span[]>

/** Our recognizers of the evaluated profiles at the default threshold; dates and web addresses count as findings too. */
export function rulesEngine(): SpanFinder {
  const analyzer = createAnalyzer({ locales: evaluatedLocales, withImpersonal: true })
  return (text) => analyzer.analyze(text).map(({ entity, start, end }) => ({ kind: kindOf(entity), start, end }))
}
