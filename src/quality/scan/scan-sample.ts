import type { Query } from '../../core/query.ts'
import { sql, type Sql } from '../../core/sql.ts'
import type { PlannedRule } from '../plan-rules.ts'
import { type Measured, NOTHING, type Scan } from './measured.ts'
import { sampleOf, wilsonInterval } from './sample.ts'

type ScanAll = (relation: Sql, rules: readonly PlannedRule[]) => Promise<Scan>

/** Why a rule is not measured on a sample. */
const NEEDS_ALL = 'A sample cannot tell: rows that belong together may stand outside of it. It is measured when all rows are looked at.'
const PAIRED: ReadonlySet<string> = new Set(['key', 'group', 'ordered', 'twofold'])

/**
 * Rules of single rows on a sample, rules of the whole table on all rows: two scans at most. Counts are those of the sample; the rows that break a
 * dimension are the most that the sample leaves possible, so that no score is higher than it should be.
 * @param rows of the whole table; counted where it is not known
 * @returns null where the table has no more rows than are wanted
 */
export async function scanSample(
  scan: ScanAll,
  query: Query,
  relation: Sql,
  rules: readonly PlannedRule[],
  wanted: number,
  rows: number | null,
): Promise<Scan | null> {
  const total = rows ?? Number((await query.rows(sql`select count(*) as n from ${relation}`))[0]?.['n'] ?? 0)
  if (total <= wanted) return null
  const sampled = await scan(sampleOf(relation, wanted, total), rules.filter(isOfRows))
  const whole = await scan(relation, rules.filter(isOfTable))
  const [ofSample, ofWhole] = [sampled.measured.values(), whole.measured.values()]
  const measured = rules.map((rule): Measured => {
    if (isOfRows(rule)) return withInterval(ofSample.next().value ?? NOTHING, sampled.rows, total)
    return isOfTable(rule) ? (ofWhole.next().value ?? NOTHING) : { ...NOTHING, notRun: NEEDS_ALL }
  })
  const broken = { ...whole.broken }
  for (const [dimension, failing] of Object.entries(sampled.broken) as [keyof Scan['broken'], number][])
    broken[dimension] = Math.min(total, (broken[dimension] ?? 0) + Math.ceil(wilsonInterval(failing, sampled.rows).high * total))
  return {
    rows: total,
    measured,
    broken,
    scans: sampled.scans + whole.scans,
    scannedRows: sampled.scannedRows + whole.scannedRows,
  }
}

function isOfRows({ plan }: PlannedRule): boolean {
  return plan.kind === 'row'
}

/** Figures of the table as a whole are cheap to take of all rows, and what took no scan costs nothing. */
function isOfTable({ plan, where }: PlannedRule): boolean {
  if (plan.kind === 'aggregate' || plan.kind === 'measure') return where === null
  return plan.kind !== 'row' && !PAIRED.has(plan.kind)
}

/** What the rows of the sample say of all rows. */
function withInterval(measured: Measured, rows: number, total: number): Measured {
  if (measured.error !== null || measured.notRun !== null) return measured
  if (measured.eligible === 0) return { ...measured, notRun: `The rule applies to none of the ${rows} rows looked at.` }
  // How many rows a filter leaves is known of the sample alone, so failing rows are counted among all that were looked at.
  const all = wilsonInterval(measured.failing, rows)
  return {
    ...measured,
    sample: { rows: measured.eligible, ...wilsonInterval(measured.failing, measured.eligible) },
    failingRows: { low: all.low * total, high: all.high * total },
  }
}
