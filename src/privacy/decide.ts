import type { ColumnFinding } from './classify-columns.ts'
import { hasContext } from './column-context.ts'
import { percent } from './percent.ts'
import type { Recognizer } from './recognizer.ts'

/** Cells of one column under one recognizer. */
export interface CellCounts {
  /** Cells that are the entity and nothing else, checksum included. */
  whole: number
  /** Those that little else would pass. */
  strong: number
  /** Cells that hold a confirmed entity, whole or inside text. */
  inside: number
  /** Cells that have the shape of one, confirmed or not. */
  shape: number
}

/** What was counted for one recognizer. */
export interface Evidence {
  recognizer: Recognizer
  counts: CellCounts
}

/** Share of present cells that must be the entity for the column to be of it. */
const COLUMN_SHARE = 0.5

/**
 * What a column holds, from the counts of its `rows` present cells. At most one finding is `column`: the surest. Entities inside text are found
 * from the first cell on, unless so few of the cells with their shape are confirmed that chance explains it.
 */
export function decide(column: { name: string }, rows: number, evidence: readonly Evidence[]): ColumnFinding[] {
  const whole = evidence
    .flatMap((one) => wholeColumn(column, rows, one) ?? [])
    .toSorted((a, b) => b.confidence - a.confidence || b.matches - a.matches)
  const [surest] = whole
  const texts = evidence.flatMap((one) => (one.recognizer.id === surest?.entity ? [] : (insideText(column, rows, one) ?? [])))
  // A cell of a found column may also pass another recognizer; only text in the other cells is news.
  const settled = evidence.find(({ recognizer }) => recognizer.id === surest?.entity)?.counts.whole ?? 0
  const others = texts.filter((finding) => finding.matches <= rows - settled)
  return surest === undefined ? others : [surest, ...others]
}

function wholeColumn({ name }: { name: string }, rows: number, { recognizer, counts }: Evidence): ColumnFinding | null {
  const named = hasContext(name, recognizer.context)
  const share = rows === 0 ? 0 : counts.whole / rows
  const strongShare = counts.whole === 0 ? 0 : counts.strong / counts.whole
  if (share < COLUMN_SHARE || (!named && hasContext(name, recognizer.against))) return null
  if (!named && strongShare < recognizer.strongShare) return null
  const score = strongShare >= Math.max(recognizer.strongShare, COLUMN_SHARE) ? recognizer.confirmedScore : recognizer.patternScore
  return {
    column: name,
    entity: recognizer.id,
    matches: Math.max(counts.whole, counts.inside),
    rows,
    confidence: confidenceOf(score, share, named),
    within: 'column',
    kind: 'entity',
    sampled: null,
    evidence: [
      `${percent(counts.whole, rows)} of the cells are ${withArticle(recognizer.title)}`,
      ...(recognizer.strong === undefined ? [] : [`${percent(counts.strong, counts.whole)} of them beyond what chance or shape explains`]),
      ...(named ? ['the name of the column says so'] : []),
    ],
  }
}

function insideText({ name }: { name: string }, rows: number, { recognizer, counts }: Evidence): ColumnFinding | null {
  const named = hasContext(name, recognizer.context)
  if (counts.inside === 0 || (!named && isChance(recognizer, counts))) return null
  return {
    column: name,
    entity: recognizer.id,
    matches: counts.inside,
    rows,
    confidence: confidenceOf(recognizer.confirmedScore, 1, named),
    within: 'text',
    kind: 'free_text',
    sampled: null,
    evidence: [
      `${percent(counts.inside, rows)} of the cells hold ${withArticle(recognizer.title)}`,
      ...(named ? ['the name of the column says so'] : []),
    ],
  }
}

/** Three standard deviations above what chance would confirm among so many cells of the shape. */
function isChance({ chance }: Recognizer, { shape, inside }: CellCounts): boolean {
  if (chance === 0) return false
  const expected = chance * Math.max(shape, inside)
  return inside <= expected + 3 * Math.sqrt(expected * (1 - chance))
}

function confidenceOf(score: number, share: number, named: boolean): number {
  const sure = score * (0.6 + 0.4 * share)
  return Math.round((named ? sure + (1 - sure) / 2 : sure) * 1000) / 1000
}

/** `E-mail address` → `an e-mail address`; names and abbreviations keep their capitals. */
function withArticle(title: string): string {
  const isName = /^(?:[A-Z]{2}|Danish\b)/.test(title)
  return `${/^[AEIOU]/i.test(title) ? 'an' : 'a'} ${isName ? title : title.charAt(0).toLowerCase() + title.slice(1)}`
}
