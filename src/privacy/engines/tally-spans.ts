import { isEntity } from '../../contract/entities.ts'
import type { ColumnFinding } from '../classify-columns.ts'
import type { EngineId } from './engine.ts'
import type { EngineSpan } from './text-engine.ts'

/** Cells of a column, and what an engine found in them. */
export interface SearchedTexts {
  /** Rows for each text. */
  rows: ReadonlyMap<string, number>
  spans: ReadonlyMap<string, readonly EngineSpan[]>
}

/** Dates and addresses of pages say little of a person, and some engines find them everywhere: they count where the policy names them. */
const QUIET: ReadonlySet<string> = new Set(['DATE_TIME', 'URL'])

/** Findings of one column from what an engine found in its texts. @param named kinds that the policy names */
export function tallySpans(column: string, { rows, spans }: SearchedTexts, engine: EngineId, named: ReadonlySet<string>): ColumnFinding[] {
  const tallies = new Map<string, { matches: number; whole: number }>()
  let present = 0
  for (const [text, count] of rows) {
    present += count
    const whole = new Set(
      (spans.get(text) ?? [])
        .filter((span) => text.slice(0, span.start).trim() + text.slice(span.end).trim() === '')
        .map(({ entity }) => entity),
    )
    for (const entity of new Set((spans.get(text) ?? []).map((span) => span.entity))) {
      const tally = tallies.get(entity) ?? { matches: 0, whole: 0 }
      tallies.set(entity, { matches: tally.matches + count, whole: tally.whole + (whole.has(entity) ? count : 0) })
    }
  }
  return [...tallies].flatMap(([entity, { matches, whole }]) => {
    if (!isEntity(entity) || (QUIET.has(entity) && !named.has(entity))) return []
    const isColumn = whole >= present / 2
    const evidence = [`${engine} found it in ${matches} of ${present} cells`]
    const kind = isColumn ? ('entity' as const) : ('free_text' as const)
    return [
      {
        column,
        entity,
        matches,
        rows: present,
        confidence: 0.8,
        within: isColumn ? ('column' as const) : ('text' as const),
        kind,
        evidence,
        engine,
      },
    ]
  })
}

/** What the engine found joins what the rules found: of one kind in one column it is one finding, and a column that is one kind stays that. */
export function joinFindings(byRules: readonly ColumnFinding[], byEngine: readonly ColumnFinding[]): ColumnFinding[] {
  const isWhole = new Set(byRules.filter(({ within }) => within === 'column').map(({ column }) => column))
  const added = byEngine.filter(({ column }) => !isWhole.has(column))
  const merged = byRules.map((finding) => {
    const same = added.find(({ column, entity }) => column === finding.column && entity === finding.entity)
    if (same === undefined) return finding
    return same.matches >= finding.matches
      ? { ...same, confidence: Math.max(same.confidence, finding.confidence), evidence: [...finding.evidence, ...same.evidence] }
      : { ...finding, evidence: [...finding.evidence, ...same.evidence], engine: same.engine }
  })
  const known = new Set(byRules.map(({ column, entity }) => JSON.stringify([column, entity])))
  return [...merged, ...added.filter(({ column, entity }) => !known.has(JSON.stringify([column, entity])))]
}
