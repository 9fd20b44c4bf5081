/** A labelled stretch of a text. Offsets are UTF-16 code units, end exclusive. */
export interface Span {
  kind: string
  start: number
  end: number
}

/** Counts of spans: found, found wrongly, missed. */
export interface Tally {
  right: number
  wrong: number
  missed: number
}

/** Words that carry no part of an entity: trimmed off its edges, and no gap between two parts of one. */
const SKIPPED = new Set([
  'the',
  'a',
  'an',
  'of',
  'and',
  'or',
  'in',
  'at',
  'to',
  'from',
  'for',
  'by',
  'on',
  'with',
  'is',
  's',
  "'s",
  'mr',
  'mrs',
  'ms',
])

/**
 * Counts as SpanEvaluator of presidio-research does: spans of one kind with nothing but punctuation and small words between them are one; edges are trimmed
 * of both; a span is right when it has at least the given share in common (intersection over union, in characters) with a true one of its kind.
 * @param isBinary whether all kinds are one
 */
export function scoreSpans(
  text: string,
  truth: readonly Span[],
  found: readonly Span[],
  overlap: number,
  isBinary: boolean,
): Map<string, Tally> {
  const tallies = new Map<string, Tally>()
  const tallyOf = (kind: string): Tally => {
    const tally = tallies.get(kind) ?? { right: 0, wrong: 0, missed: 0 }
    tallies.set(kind, tally)
    return tally
  }
  const wanted = prepare(text, truth, isBinary)
  const given = prepare(text, found, isBinary)
  const used = new Set<Span>()
  for (const span of wanted) {
    const match = given.filter((one) => one.kind === span.kind && !used.has(one)).find((one) => overlapOf(one, span) >= overlap)
    if (match === undefined) tallyOf(span.kind).missed += 1
    else {
      used.add(match)
      tallyOf(span.kind).right += 1
    }
  }
  for (const span of given) if (!used.has(span)) tallyOf(span.kind).wrong += 1
  return tallies
}

function prepare(text: string, spans: readonly Span[], isBinary: boolean): Span[] {
  const merged: Span[] = []
  const ordered = spans.map((span) => trim(text, isBinary ? { ...span, kind: 'PII' } : span)).filter(({ start, end }) => end > start)
  for (const span of ordered.toSorted((one, other) => one.start - other.start || other.end - one.end)) {
    const last = merged.findLast(({ kind }) => kind === span.kind)
    if (last !== undefined && (span.start < last.end || isNothing(text.slice(last.end, span.start))))
      last.end = Math.max(last.end, span.end)
    else merged.push({ ...span })
  }
  return merged
}

function isNothing(between: string): boolean {
  return between.length < 24 && wordsOf(between).every((word) => SKIPPED.has(word.toLowerCase()))
}

function wordsOf(text: string): string[] {
  return text.split(/[^\p{L}\p{N}']+/u).filter((word) => word !== '')
}

function trim(text: string, span: Span): Span {
  let [start, end] = [span.start, span.end]
  const isEdge = (character: string): boolean => !/[\p{L}\p{N}]/u.test(character)
  while (start < end && isEdge(text.charAt(start))) start += 1
  while (end > start && isEdge(text.charAt(end - 1))) end -= 1
  const head = /^[\p{L}']+(?=[^\p{L}\p{N}])/u.exec(text.slice(start, end))?.[0]
  if (head !== undefined && SKIPPED.has(head.toLowerCase())) return trim(text, { ...span, start: start + head.length, end })
  return { ...span, start, end }
}

function overlapOf(one: Span, other: Span): number {
  const common = Math.min(one.end, other.end) - Math.max(one.start, other.start)
  return common <= 0 ? 0 : common / (Math.max(one.end, other.end) - Math.min(one.start, other.start))
}

/** Adds the counts of one text to those of all. */
export function addTallies(sum: Map<string, Tally>, more: ReadonlyMap<string, Tally>): void {
  for (const [kind, { right, wrong, missed }] of more) {
    const tally = sum.get(kind) ?? { right: 0, wrong: 0, missed: 0 }
    sum.set(kind, { right: tally.right + right, wrong: tally.wrong + wrong, missed: tally.missed + missed })
  }
}

/** Precision, recall and F2 (recall counts twice as much) of a tally; 0 where nothing was found or wanted. */
export function measure({ right, wrong, missed }: Tally): { precision: number; recall: number; f2: number } {
  const precision = right === 0 ? 0 : right / (right + wrong)
  const recall = right === 0 ? 0 : right / (right + missed)
  const f2 = right === 0 ? 0 : (5 * precision * recall) / (4 * precision + recall)
  return { precision, recall, f2 }
}
