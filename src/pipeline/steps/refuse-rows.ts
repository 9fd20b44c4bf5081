import { id, join, sql, type Sql } from '../../core/sql.ts'
import type { LakeSession } from '../../lake/lake.ts'
import { scanRelation } from '../../lake/relation.ts'
import type { PinnedSnapshot } from '../../store/snapshots.ts'
import { publishedQuarantine } from '../../store/quarantine-queries.ts'
import { keepsParent } from '../landing.ts'
import { quarantinePath, writeQuarantine } from '../quarantine.ts'
import type { RunContext, StreamWork } from '../run-context.ts'
import { breaksRule, breaksType, type ChartRows } from './chart-select.ts'
import { refusedByRule, refusedByType } from './refused-rows.ts'
import { breaksRuleReason } from './refusing-rules.ts'

/** Rows of the source that chart does not get. */
export interface Refused {
  /** Of all rows that chart was made from. */
  total: number
  /** Of the rows that this run landed. */
  added: number
}

/**
 * Puts refused rows into quarantine with file, line and reason: those that this run landed, and those of earlier runs that only now are refused,
 * because a rule or a type is new. Rows that an earlier run refused already are not listed again.
 * @param rebuilt the chart snapshot that is built anew; null where rows are only added, or chart is new
 */
export async function refuseRows(
  context: RunContext,
  work: StreamWork,
  session: LakeSession,
  rows: ChartRows,
  rebuilt: PinnedSnapshot | null,
): Promise<Refused> {
  const refuses = rows.refusing.length > 0 || rows.columns.some((column) => column.invalid !== null)
  if (!refuses || rows.source.files.length === 0) return { total: 0, added: 0 }
  const landed = new Set(work.landed.files.map((file) => file.id))
  const part = (isNew: boolean): ChartRows => {
    const files = rows.source.files.filter((file) => landed.has(file.id) === isNew)
    return { ...rows, source: { ...rows.source, files } }
  }
  const isGrowing = keepsParent(work) && rebuilt !== null
  const added = await refuseFresh(context, work, session, isGrowing ? part(true) : rows)
  if (!isGrowing) return { total: added, added }
  const before = await countRefused(session, part(false))
  if (before > 0) await refuseWithdrawn(context, work, session, part(false))
  return { total: before + added, added }
}

async function refuseFresh(context: RunContext, work: StreamWork, session: LakeSession, rows: ChartRows): Promise<number> {
  if (rows.source.files.length === 0 || (await countRefused(session, rows)) === 0) return 0
  let added = 0
  for (const { stage, query } of refusedQueries(rows)) {
    const batch = await writeQuarantine(context, session, `chart.${work.table}`, stage, query)
    if (batch === null) continue
    added += batch.rows
    work.landed.quarantine.push(batch)
    for (const { rule } of rows.refusing) {
      const mine = batch.reasons.find(({ reason }) => reason === breaksRuleReason(rule))
      if (mine !== undefined) work.refusedByRule.set(rule, mine.rows)
    }
  }
  return added
}

function refusedQueries(rows: ChartRows): { stage: 'standardise' | 'check'; query: Sql }[] {
  const byType = rows.columns.some((column) => column.invalid !== null)
  return [
    ...(byType ? [{ stage: 'standardise' as const, query: refusedByType(rows) }] : []),
    ...(rows.refusing.length > 0 ? [{ stage: 'check' as const, query: refusedByRule(rows) }] : []),
  ]
}

async function countRefused(session: LakeSession, rows: ChartRows): Promise<number> {
  const { source, columns, refusing, folder } = rows
  if (source.files.length === 0) return 0
  const cells = columns.map((column) => sql`${column.chart} as ${id(column.name)}`)
  const typed = sql`select ${join([...cells, sql`${breaksType(columns)} as "atlas misfit"`])} from (${scanRelation(source, folder)})`
  const [row] = await session.rows(sql`select count(*)::bigint as n from (${typed}) where "atlas misfit" or ${breaksRule(refusing)}`)
  return Number(row?.['n'])
}

/** Rows that were published before and are refused now leave chart, and must not leave without a trace. */
async function refuseWithdrawn(context: RunContext, work: StreamWork, session: LakeSession, rows: ChartRows): Promise<void> {
  const dataset = `chart.${work.table}`
  const { environment } = context
  const listed = await publishedQuarantine(environment.db, dataset)
  const known =
    listed.length === 0
      ? null
      : sql`select file, line, "row" from read_parquet([${join(listed.map((file) => sql`${quarantinePath(environment.lake.folder, file)}`))}])`
  let withdrawn = 0
  for (const { stage, query } of refusedQueries(rows)) {
    const fresh =
      known === null
        ? query
        : sql`select refused.* exclude (nth) from (select *, row_number() over (partition by file, line, "row") as nth from (${query})) refused
            anti join (select *, row_number() over (partition by file, line, "row") as nth from (${known})) listed
            on refused.file is not distinct from listed.file and refused.line is not distinct from listed.line
              and refused."row" = listed."row" and refused.nth = listed.nth`
    const batch = await writeQuarantine(context, session, dataset, stage, fresh)
    if (batch === null) continue
    withdrawn += batch.rows
    work.landed.quarantine.push({ ...batch, isWithdrawn: true })
  }
  if (withdrawn === 0) return
  const warning = `${withdrawn} rows of ${dataset} that earlier runs published are refused now; they went to quarantine.`
  context.warnings.push(warning)
  await context.recorder.log('warn', warning)
}
