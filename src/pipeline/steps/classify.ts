import { sql } from '../../core/sql.ts'
import { scanRelation } from '../../lake/relation.ts'
import { type ColumnFinding, type Examined, examineColumns } from '../../privacy/classify-columns.ts'
import { applyDecisions } from '../../privacy/decisions.ts'
import { withActions } from '../../privacy/policy.ts'
import { listDecisions } from '../../store/pii-decisions.ts'
import type { PiiFinding } from '../../contract/pii.ts'
import type { PendingDataset, RunContext, StreamWork } from '../run-context.ts'
import { inferTypes } from '../standardise/infer-types.ts'
import { askEngine } from './ask-engine.ts'
import { columnPii } from './chart-column.ts'
import { chartNames } from './chart-names.ts'
import { guardNewColumns } from './guard-new-columns.ts'

/** Finds the type of every column and the personal data in it, over every row of explore, and decides by the policy what happens to it. */
export async function classify(context: RunContext, work: StreamWork): Promise<{ rowsIn: number; note: string }> {
  const { lake } = context.environment
  const { explore, read } = work
  if (explore === null || read === null) throw new Error('classify comes after land')
  const names = chartNames(explore.columns, work.rule)
  let extent = ''
  await lake.session(async (session) => {
    const relation = sql`(${scanRelation(explore.relation, lake.folder)})`
    const inferred = await inferTypes(session, relation, explore.columns, { text: read.text, declared: work.rule.columns })
    const columns = inferred.map((column) => ({ name: column.source, type: column.type }))
    const { findings: byRules, wholly, sampled } = await examineColumns(session, relation, columns, work.policy)
    extent = extentOf(sampled)
    const detected = await askEngine(context, work, session, relation, columns, byRules)
    const found = await afterDecisions(context, work.table, detected, names)
    work.inferred = inferred.map((column) => ({ ...column, wholly: wholly.get(column.source) }))
    const chartName = (column: string): string => names.get(column) ?? column
    work.findings = withActions(found, work.policy, chartName).map((finding) => ({ ...finding, column: chartName(finding.column) }))
    work.policy = await guardNewColumns(
      context,
      work,
      explore.columns.map((column) => chartName(column.name)),
    )
    noteInExplore(
      explore,
      found.map((finding) => ({ ...finding, action: 'keep' as const })),
    )
  }, context.signal)
  const columns = new Set(work.findings.map((finding) => finding.column))
  const note =
    columns.size === 0
      ? `No personal data found in ${explore.columns.length} columns.`
      : `Personal data in ${columns.size} of ${explore.columns.length} columns.`
  return { rowsIn: explore.draft.rows, note: `${note}${extent}` }
}

/** What stewards decided beats what is detected. Decisions name columns as chart does. @param names of chart, by name in explore */
async function afterDecisions(
  { environment }: RunContext,
  table: string,
  detected: readonly ColumnFinding[],
  names: ReadonlyMap<string, string>,
): Promise<ColumnFinding[]> {
  const sources = new Map([...names].map(([source, name]) => [name, source]))
  const decisions = await listDecisions(environment.db, `chart.${table}`)
  return applyDecisions(
    detected,
    decisions.map((decision) => ({ ...decision, column: sources.get(decision.column) ?? '' })),
    new Set(names.keys()),
  )
}

/** What was not looked for in every row, and what that can miss. */
function extentOf(sampled: Examined['sampled']): string {
  if (sampled === null) return ''
  const share = (sampled.missBound * 100).toPrecision(1)
  return ` ${sampled.kinds} further kinds were looked for in about ${sampled.rows} of ${sampled.of} rows: at most ${share} % of the rows may hold one unseen (95 % sure).`
}

/** Explore keeps what came, personal data too: its schema says where. */
function noteInExplore(explore: PendingDataset, findings: PiiFinding[]): void {
  const columns = explore.columns.map((column) => {
    const mine = findings.filter((finding) => finding.column === column.name)
    return { ...column, pii: columnPii(mine, undefined) }
  })
  explore.columns = columns
  explore.draft = { ...explore.draft, columns, findings }
}
