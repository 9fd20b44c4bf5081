import { AtlasError } from '../../core/errors.ts'
import { resolveOverlaps } from '../text/resolve-overlaps.ts'
import { applyOperator, type Operator, type RandomBytes } from './operator.ts'

/** A span of the text to act on. Offsets are UTF-16 code units, end exclusive. */
export interface MarkedSpan {
  entity: string
  start: number
  end: number
  /** The surest of overlapping spans counts; 1 unless told. */
  score?: number
}

/** What stands in the new text where a finding was. */
export interface AnonymisedItem {
  entity: string
  /** In the new text. */
  start: number
  end: number
  text: string
  operator: Operator['type']
}

export interface AnonymisedText {
  text: string
  /** In the order of the text. */
  items: AnonymisedItem[]
}

/** Operators by entity; `DEFAULT` for all others, `replace` where it is missing. */
export type OperatorsByEntity = Readonly<Record<string, Operator>>

/**
 * Acts on each finding of a text. Overlapping spans are settled first, so that no character is taken twice and none that was found stays; spans of
 * the same entity with nothing but white space between them are one.
 * @throws AtlasError `pii.bad_operator` for a span outside the text or an operator that cannot be, `pii.bad_key`
 */
export function anonymise(text: string, spans: readonly MarkedSpan[], operators: OperatorsByEntity, random: RandomBytes): AnonymisedText {
  const claims = checkedSpans(text, spans).map(({ entity, start, end, score = 1 }) => ({
    entity,
    start,
    end,
    score,
    specificity: 0,
    recognizer: entity,
    within: [],
  }))
  return rewrite(text, joinAcrossSpaces(resolveOverlaps(claims, text), text), operators, { type: 'replace' }, random)
}

/**
 * Turns what an operator made back, e.g. with `decrypt`. Entities without an operator, by name or by `DEFAULT`, stay as they are.
 * @throws AtlasError as `anonymise`, and `pii.tampered`
 */
export function deanonymise(text: string, spans: readonly MarkedSpan[], operators: OperatorsByEntity, random: RandomBytes): AnonymisedText {
  const ordered = checkedSpans(text, spans).toSorted((a, b) => a.start - b.start)
  const overlapping = ordered.find((span, index) => span.start < (ordered[index - 1]?.end ?? 0))
  if (overlapping !== undefined) throw new AtlasError('pii.bad_operator', `The span from ${overlapping.start} lies over the one before it.`)
  return rewrite(text, ordered, operators, { type: 'keep' }, random)
}

function checkedSpans(text: string, spans: readonly MarkedSpan[]): MarkedSpan[] {
  for (const { start, end, entity } of spans) {
    if (Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start < end && end <= text.length) continue
    throw new AtlasError('pii.bad_operator', `The span ${start} to ${end} of ${entity} is not one of a text of ${text.length} characters.`)
  }
  return [...spans]
}

function joinAcrossSpaces(spans: readonly MarkedSpan[], text: string): MarkedSpan[] {
  const joined: MarkedSpan[] = []
  for (const span of spans) {
    const last = joined.at(-1)
    const isOne = last?.entity === span.entity && /^\s+$/.test(text.slice(last.end, span.start))
    if (last !== undefined && isOne) joined.splice(-1, 1, { ...last, end: span.end })
    else joined.push(span)
  }
  return joined
}

function rewrite(
  text: string,
  spans: readonly MarkedSpan[],
  operators: OperatorsByEntity,
  fallback: Operator,
  random: RandomBytes,
): AnonymisedText {
  const items: AnonymisedItem[] = []
  const parts: string[] = []
  let [read, written] = [0, 0]
  for (const { entity, start, end } of spans) {
    const operator = ownOperator(operators, entity) ?? ownOperator(operators, 'DEFAULT') ?? fallback
    const between = text.slice(read, start)
    const made = applyOperator(operator, text.slice(start, end), entity, random)
    written += between.length
    items.push({ entity, start: written, end: written + made.length, text: made, operator: operator.type })
    parts.push(between, made)
    written += made.length
    read = end
  }
  return { text: parts.join('') + text.slice(read), items }
}

function ownOperator(operators: OperatorsByEntity, entity: string): Operator | undefined {
  return Object.hasOwn(operators, entity) ? operators[entity] : undefined
}
