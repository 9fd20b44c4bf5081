import type { PiiDecision } from '../contract/pii-review.ts'
import type { ColumnFinding } from './classify-columns.ts'

/** What of a decision counts for findings. */
export type Decided = Pick<PiiDecision, 'column' | 'entity' | 'decision' | 'correctedEntity'>

/**
 * Findings of one dataset after what stewards decided: a decision beats what is detected. What was dismissed is gone, what was corrected is what it is
 * said to be, and what was confirmed or corrected stands even where nothing is detected this time.
 * @param decisions about columns by the names that the findings use; those of columns that are not in `columns` say nothing
 */
export function applyDecisions(
  findings: readonly ColumnFinding[],
  decisions: readonly Decided[],
  columns: ReadonlySet<string>,
): ColumnFinding[] {
  const decided = findings.flatMap((finding) => {
    const decision = decisions.find(({ column, entity }) => column === finding.column && entity === finding.entity)
    return decision === undefined ? [finding] : afterDecision(finding, decision)
  })
  const said = decisions.filter(({ column, decision }) => columns.has(column) && decision !== 'dismiss').map(asFinding)
  return mergeSame([...decided, ...said])
}

function afterDecision(finding: ColumnFinding, { decision, correctedEntity }: Decided): ColumnFinding[] {
  if (decision === 'dismiss') return []
  if (decision === 'confirm') return [{ ...finding, confidence: 1, evidence: [...finding.evidence, 'confirmed by a steward'] }]
  const evidence = [...finding.evidence, `detected as ${finding.entity}, corrected by a steward`]
  return [{ ...finding, entity: correctedEntity ?? finding.entity, detectedAs: finding.entity, confidence: 1, evidence }]
}

/** A finding by a steward's word alone: every cell of the column is taken for it. */
function asFinding({ column, entity, decision, correctedEntity }: Decided): ColumnFinding {
  const evidence = [decision === 'confirm' ? 'confirmed by a steward' : `detected as ${entity}, corrected by a steward`]
  return { column, entity: correctedEntity ?? entity, matches: 0, rows: 0, confidence: 1, within: 'column', evidence }
}

/** One finding for each entity in a column: counts are those of what was detected, whole columns win over text. */
function mergeSame(findings: readonly ColumnFinding[]): ColumnFinding[] {
  const merged = new Map<string, ColumnFinding>()
  for (const finding of findings) {
    const key = JSON.stringify([finding.column, finding.entity])
    const before = merged.get(key)
    merged.set(key, before === undefined ? finding : mergeTwo(before, finding))
  }
  return [...merged.values()]
}

function mergeTwo(a: ColumnFinding, b: ColumnFinding): ColumnFinding {
  // What a steward says without counts adds nothing to what was found inside text.
  const [main, other] = b.rows === 0 || (a.rows > 0 && (a.within === 'column' || b.within === 'text')) ? [a, b] : [b, a]
  const matches = Math.min(Math.max(main.rows, other.rows), Math.max(main.matches, other.matches))
  const evidence = [...new Set([...main.evidence, ...other.evidence])]
  const detectedAs = main.detectedAs ?? other.detectedAs
  const engine = main.engine ?? other.engine
  const more = { ...(detectedAs === undefined ? {} : { detectedAs }), ...(engine === undefined ? {} : { engine }) }
  return { ...main, ...more, matches, rows: Math.max(main.rows, other.rows), confidence: Math.max(a.confidence, b.confidence), evidence }
}
