import { createAnalyzer } from '../../src/privacy/text/analyzer.ts'
import { regexOf } from '../../src/privacy/text/recognise.ts'
import { textRecognizers } from '../../src/privacy/text/recognizers/index.ts'
import type { TextFinding } from '../../src/privacy/text/text-finding.ts'
import type { Locale } from '../../src/privacy/text/text-recognizer.ts'

/** What a case of the kind `context` or `denylist` says. */
export interface AnalysisCase {
  kind: 'detect' | 'validate' | 'context' | 'denylist'
  entity: string | null
  text: string
  recognizer_args?: string | null
  deny_list?: readonly string[]
  expected_count?: number
  positions?: [number, number][] | null
}

/** The entities whose name is another in Presidio's sentences: its FIN recognizer finds `SG_NRIC_FIN`. */
const entityNames: Readonly<Record<string, string>> = { FIN: 'SG_NRIC_FIN' }
const locales = [...new Set(textRecognizers.map(({ locale }) => locale))] satisfies Locale[]
const analyzer = createAnalyzer({ locales })

/** What is wrong with a case that needs the analysis of a whole text; null when nothing is. */
export function checkAnalysis(one: AnalysisCase): string | null {
  return one.kind === 'denylist' ? checkDenyList(one) : checkContext(one)
}

/**
 * Presidio's sentences hold one number that its own recognizer refuses (an SSN printed on sample cards): nothing is to be found there either. What no
 * pattern matches is a failure all the same.
 */
function isRefused(entity: string, text: string): boolean {
  return analyzer.recognizers.some((one) => one.entity === entity && one.patterns.some((pattern) => regexOf(pattern).test(text)))
}

/** Each finding of the entity has a higher score with context than without, unless it has 1 anyway. */
function checkContext({ entity, text }: AnalysisCase): string | null {
  const name = entityNames[entity ?? ''] ?? entity ?? ''
  if (!analyzer.entities.includes(name)) return `no recognizer for ${name}`
  const options = { entities: [name], scoreThreshold: 0 }
  const bare = analyzer.analyze(text, { ...options, useContext: false })
  const helped = analyzer.analyze(text, options)
  if (helped.length === 0 && bare.length === 0 && isRefused(name, text)) return null
  const shown = `${JSON.stringify(text)} gave ${shownScores(bare)} without context, ${shownScores(helped)} with`
  if (helped.length === 0 || bare.length !== helped.length) return `expected the same findings: ${shown}`
  const isHelped = helped.every(({ score }, index) => bare[index]?.score === 1 || score > (bare[index]?.score ?? 1))
  return isHelped ? null : `expected a higher score with context: ${shown}`
}

function checkDenyList({
  text,
  deny_list: words = [],
  recognizer_args: args,
  expected_count: count,
  positions,
}: AnalysisCase): string | null {
  const entity = /supported_entity='([^']+)'/.exec(args ?? '')?.[1] ?? 'DENIED'
  const found = analyzer.analyze(text, { entities: [entity], denyLists: [{ entity, words }] })
  const spans = found.map(({ codePointStart, codePointEnd }) => [codePointStart, codePointEnd])
  const shown = `${JSON.stringify(text)} gave ${JSON.stringify(spans)}`
  if (count !== undefined && found.length !== count) return `expected ${count}: ${shown}`
  const missing = (positions ?? []).find(([start, end]) => !spans.some((span) => span[0] === start && span[1] === end))
  return missing === undefined ? null : `expected ${JSON.stringify(missing)}: ${shown}`
}

function shownScores(findings: readonly TextFinding[]): string {
  return findings.length === 0 ? 'nothing' : findings.map(({ score }) => score).join(' ')
}
