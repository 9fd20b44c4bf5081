import { id, join, sql, type Sql } from '../../core/sql.ts'
import type { LakeSession } from '../../lake/lake.ts'
import type { PinnedSnapshot } from '../../store/snapshots.ts'
import type { ChosenRows } from '../../store/quarantine-marks.ts'
import { keepsParent } from '../landing.ts'
import { writeQuarantine } from '../quarantine.ts'
import type { RunContext, StreamWork } from '../run-context.ts'
import { breaksRule, breaksType, type ChartRows } from './chart-select.ts'
import { type KnownRefusals, releasedRows } from './known-refusals.ts'
import { landedRows } from './landed-rows.ts'
import { refusedByRule, refusedByType } from './refused-rows.ts'
import { breaksRuleReason } from './refusing-rules.ts'

/** Rows of the source that chart does not get. */
export interface Refused {
  /** Of all rows that chart was made from. */
  total: number
  /** Of the rows that this run landed. */
  added: number
  /** Rows of earlier batches that nothing refuses any more. */
  released: ChosenRows
}

/**
 * Puts refused rows into quarantine with file, line and reason: those that this run landed, and those of earlier runs that only now are refused,
 * because a rule or a type is new. Rows that an earlier run refused already are not listed again; settled ones count as refused.
 * @param rebuilt the chart snapshot that is built anew; null where rows are only added, or chart is new
 */
export async function refuseRows(
  context: RunContext,
  work: StreamWork,
  session: LakeSession,
  rows: ChartRows,
  rebuilt: PinnedSnapshot | null,
  known: KnownRefusals,
): Promise<Refused> {
  const refuses = rows.refusing.length > 0 || rows.columns.some((column) => column.invalid !== null)
  if (!refuses || rows.source.files.length === 0)
    return { total: known.settledRows, added: 0, released: await releasedRows(session, known, null) }
  const landed = new Set(work.landed.files.map((file) => file.id))
  const part = (isNew: boolean): ChartRows => {
    const files = rows.source.files.filter((file) => landed.has(file.id) === isNew)
    return { ...rows, source: { ...rows.source, files } }
  }
  const isGrowing = keepsParent(work) && rebuilt !== null
  const added = await refuseFresh(context, work, session, isGrowing ? part(true) : rows)
  const old = part(false)
  const before = isGrowing ? await countRefused(session, old) : 0
  if (before > 0) await refuseWithdrawn(context, work, session, old, known)
  const refused = before === 0 ? null : refusedPlaces(old)
  return { total: known.settledRows + before + added, added, released: await releasedRows(session, known, refused) }
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

/** Where the refused rows were landed. */
function refusedPlaces(rows: ChartRows): Sql {
  const places = refusedQueries(rows).map(({ query }) => sql`(select landed_file, landed_row from (${query}))`)
  return join(places, ' union all ')
}

async function countRefused(session: LakeSession, rows: ChartRows): Promise<number> {
  const { source, columns, refusing } = rows
  if (source.files.length === 0) return 0
  const cells = columns.map((column) => sql`${column.chart} as ${id(column.name)}`)
  const typed = sql`select ${join([...cells, sql`${breaksType(columns)} as "atlas misfit"`])} from (${landedRows(rows)})`
  const [row] = await session.rows(sql`select count(*)::bigint as n from (${typed}) where "atlas misfit" or ${breaksRule(refusing)}`)
  return Number(row?.['n'])
}

/** Rows that were published before and are refused now leave chart, and must not leave without a trace. */
async function refuseWithdrawn(
  context: RunContext,
  work: StreamWork,
  session: LakeSession,
  rows: ChartRows,
  { open }: KnownRefusals,
): Promise<void> {
  const dataset = `chart.${work.table}`
  let withdrawn = 0
  for (const { stage, query } of refusedQueries(rows)) {
    const fresh = open === null ? query : sql`select * from (${query}) refused anti join ${open} known using (landed_file, landed_row)`
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
