import type { Caller } from '../../access/caller.ts'
import type { FailingRows } from '../../contract/quality-rules.ts'
import { sql } from '../../core/sql.ts'
import type { LakeSession } from '../../lake/lake.ts'
import { scanRelation } from '../../lake/relation.ts'
import { run, wrapQuery } from '../../pipeline/measuring/answer-query.ts'
import { planFailingRows } from '../../pipeline/measuring/failing-rows.ts'
import { type Measurement, prepareMeasurement } from '../../pipeline/measuring/prepare-measurement.ts'
import { type DeclaredRule, planRules } from '../../quality/plan-rules.ts'
import type { PinnedSnapshot } from '../../store/snapshots.ts'
import type { Platform } from '../platform.ts'
import { withheldFrom } from '../raw-access.ts'
import { measuringOf } from './measure-rules.ts'
import { publishedDataset } from './published-dataset.ts'

/**
 * The first rows of a snapshot that break a rule, cells as text; values that the caller may not see are null.
 * @param rule with its id
 * @returns null where the check cannot say which rows
 */
export async function failingRows(
  platform: Platform,
  caller: Caller,
  pinned: PinnedSnapshot,
  rule: DeclaredRule & { id: string },
  limit: number,
  signal: AbortSignal,
): Promise<FailingRows | null> {
  if (limit === 0) return null
  const dataset = await publishedDataset(platform.db, pinned)
  const withheld = await withheldFrom(platform, caller, pinned)
  return platform.lake.session(async (session) => {
    const measurement = await prepareMeasurement(measuringOf(platform), session, dataset, [rule], signal)
    const found = await rowsOf(session, platform.lake.folder, pinned, measurement, rule, limit)
    if (found === null) return null
    // A query can give a withheld value any name, also that of another column.
    const isQuery = measurement.prepared.queries.has(rule.id)
    const columns = found.columns.map((column) => ({ ...column, withheld: isQuery ? withheld.size > 0 : withheld.has(column.name) }))
    return { columns, rows: found.rows.map((row) => row.map((cell, index) => (columns[index]!.withheld ? null : cell))) }
  }, signal)
}

type Found = { columns: { name: string; type: string }[]; rows: (string | null)[][] }

async function rowsOf(
  session: LakeSession,
  folder: string,
  pinned: PinnedSnapshot,
  { prepared, facts, scope, place }: Measurement,
  rule: DeclaredRule & { id: string },
  limit: number,
): Promise<Found | null> {
  const query = prepared.queries.get(rule.id)
  if (query !== undefined) {
    if (query.isMetric) return null
    const { columns, rows } = await run(place, wrapQuery(pinned.name, query, sql`select *`), limit)
    return { columns, rows: rows.map((row) => row.map((cell) => (cell == null ? null : String(cell)))) }
  }
  const all = await planRules(prepared.rules, { ...facts, keys: [], sourceRows: null }, scope)
  const planned = all.find((one) => one.rule === rule.id)
  if (planned === undefined) return null
  const keys = pinned.keys.length > 0 ? pinned.keys : facts.keys
  const plan = await planFailingRows(session, sql`(${scanRelation(pinned, folder)})`, pinned.columns, keys, planned)
  if ('message' in plan) return null
  const rows = await session.textRows(sql`${plan.rows} limit ${limit}`)
  return { columns: pinned.columns.map(({ name, type }) => ({ name, type })), rows }
}
