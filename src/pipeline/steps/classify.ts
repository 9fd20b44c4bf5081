import { sql } from '../../core/sql.ts'
import { scanRelation } from '../../lake/relation.ts'
import { classifyColumns } from '../../privacy/classify.ts'
import { resolveAction } from '../../privacy/policy.ts'
import type { RunContext, StreamWork } from '../run-context.ts'
import { chartNames } from './chart-columns.ts'

/** Finds personal data in every row of explore, and decides by the policy what happens to it. */
export async function classify(context: RunContext, work: StreamWork): Promise<{ rowsIn: number; note: string }> {
  const { lake } = context.environment
  const { explore } = work
  if (explore === null) throw new Error('classify comes after land')
  const names = chartNames(explore.columns, work.rule)
  const found = await lake.session((session) => classifyColumns(session, sql`(${scanRelation(explore.relation, lake.folder)})`, explore.columns), context.signal)
  work.findings = found.map((finding) => {
    const column = names.get(finding.column) ?? finding.column
    return { ...finding, column, action: resolveAction(work.policy, { ...finding, column }) }
  })
  const columns = new Set(work.findings.map((finding) => finding.column))
  const note = columns.size === 0 ? `No personal data found in ${explore.columns.length} columns.` : `Personal data in ${columns.size} of ${explore.columns.length} columns.`
  return { rowsIn: explore.draft.rows, note }
}
