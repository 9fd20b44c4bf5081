import { createHash } from 'node:crypto'
import { isEntity, type Entity } from '../contract/entities.ts'
import type { PiiFinding, PiiRule } from '../contract/pii.ts'
import { labelOf } from './action.ts'
import { actions } from './actions/index.ts'
import { ruleOfFinding } from './policy.ts'
import { recognizers, sqlRecognizer } from './recognizers/index.ts'
import { locateSpans } from './spans.ts'
import { columnAnalyzer } from './column-analyzer.ts'
import type { EngineSpan } from './engines/text-engine.ts'
import type { KeyUse, PrivacyKey } from './tokens/derive-key.ts'

/** What is done to the entities inside the text of one column, where SQL alone cannot do it. */
export interface TextMask {
  column: string
  rules: ReadonlyMap<Entity, PiiRule>
  /** What a kind is, where a steward said that it is another one than is detected. */
  corrected: ReadonlyMap<Entity, Entity>
  purpose: string
  /** The text is JSON: its strings are searched one by one, and stay strings. */
  isJson: boolean
  /** Of the function that SQL calls. */
  functionName: string
}

/**
 * The mask of a column's text in JavaScript; null where no entity in it is to be replaced, or where SQL does it alone: by constant labels, for entities that
 * have a recognizer in SQL.
 */
export function textMaskOf(column: string, findings: readonly PiiFinding[], purpose: string, isJson: boolean): TextMask | null {
  const kinds = findings.flatMap((finding) =>
    [finding.entity, finding.detectedAs ?? []].flat().map((entity) => [entity, ruleOfFinding(finding)] as const),
  )
  // What a kind is found as itself goes before what a steward says that it is.
  const rules = new Map(kinds.toReversed().filter(([, rule]) => replaces(rule)))
  const own = new Set(findings.map(({ entity }) => entity))
  const corrected = new Map(
    findings.flatMap(({ entity, detectedAs }) => (detectedAs === undefined || own.has(detectedAs) ? [] : [[detectedAs, entity] as const])),
  )
  const needsMore = findings.some(({ engine, detectedAs }) => engine !== undefined || detectedAs !== undefined)
  const isSqlEnough =
    !isJson && !needsMore && [...rules].every(([entity, rule]) => sqlRecognizer(entity) !== null && actions[rule.action].inText === 'label')
  if (rules.size === 0 || isSqlEnough) return null
  const facts = JSON.stringify([column, [...rules].toSorted(([a], [b]) => (a < b ? -1 : 1)), [...corrected], purpose, isJson, needsMore])
  return {
    column,
    rules,
    corrected,
    purpose,
    isJson,
    functionName: `atlas_text_${createHash('sha256').update(facts).digest('hex').slice(0, 16)}`,
  }
}

function replaces(rule: PiiRule): boolean {
  return actions[rule.action].inText !== 'itself'
}

/** What an engine found in a text; it throws where the text was never looked at. */
export type KnownSpans = (text: string) => readonly EngineSpan[]

/** The function of a text mask. `keyOf` gives the key of a use for the mask's purpose, `known` what is masked beside what the rules find. */
export function textMasker(mask: TextMask, keyOf: (use: KeyUse) => PrivacyKey, known?: KnownSpans): (text: string) => string {
  const entities = [...mask.rules.keys()]
  const inSql = recognizers.filter(({ id }) => mask.rules.has(id))
  const analyzer = columnAnalyzer(entities.filter((entity) => sqlRecognizer(entity) === null))
  const replacement = new Map(
    [...mask.rules].map(([found, rule]) => {
      const entity = mask.corrected.get(found) ?? found
      const action = actions[rule.action]
      const key = action.key === undefined ? null : keyOf(action.key)
      const make = action.inText === 'value' && key !== null ? action.transform : undefined
      return [found, make === undefined || key === null ? () => labelOf(rule, entity) : (span: string) => make(key, entity, span)] as const
    }),
  )
  const maskText = (text: string): string => {
    const spans = [
      ...inSql.flatMap((recognizer) => locateSpans(recognizer, text).map((span) => ({ ...span, entity: recognizer.id }))),
      ...analyzer(text, mask.column),
      ...(known?.(text) ?? []).flatMap(({ entity, ...span }) => (isEntity(entity) && mask.rules.has(entity) ? { ...span, entity } : [])),
    ]
    return replaceApart(text, spans, (entity, span) => replacement.get(entity)?.(span) ?? span)
  }
  return mask.isJson ? (text) => maskJson(text, maskText) : maskText
}

interface Found {
  start: number
  end: number
  entity: Entity
}

/** Spans that touch become one, of the kind of the longest, so that nothing of any of them stays. */
function replaceApart(text: string, spans: readonly Found[], replace: (entity: Entity, span: string) => string): string {
  if (spans.length === 0) return text
  const apart: (Found & { longest: number })[] = []
  for (const span of spans.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = apart.at(-1)
    const length = span.end - span.start
    if (last === undefined || span.start >= last.end) apart.push({ ...span, longest: length })
    else Object.assign(last, { end: Math.max(last.end, span.end) }, length > last.longest ? { longest: length, entity: span.entity } : {})
  }
  let [out, at] = ['', 0]
  for (const { start, end, entity } of apart) {
    out += text.slice(at, start) + replace(entity, text.slice(start, end))
    at = end
  }
  return out + text.slice(at)
}

/** Strings are masked and stay strings; numbers that hold something become strings, others stay exactly as they stood. Text that is no JSON is masked as text. */
export function maskJson(text: string, maskText: (text: string) => string): string {
  try {
    return JSON.stringify(
      JSON.parse(text, (_, value: unknown, { source }: { source?: string } = {}) => {
        if (typeof value === 'string') return maskText(value)
        if (typeof value !== 'number' || source === undefined) return value
        const masked = maskText(source)
        return masked === source ? (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(source) : masked
      }),
    )
  } catch {
    return maskText(text)
  }
}
