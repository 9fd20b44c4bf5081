import type { Caller } from '../../access/caller.ts'
import type { FailingRows } from '../../contract/quality-rules.ts'
import { id, join, raw, sql, type Sql } from '../../core/sql.ts'
import type { LakeSession } from '../../lake/lake.ts'
import { scanRelation } from '../../lake/relation.ts'
import { run, wrapQuery } from '../../pipeline/measuring/answer-query.ts'
import { type Measurement, prepareMeasurement } from '../../pipeline/measuring/prepare-measurement.ts'
import type { CheckPlan } from '../../quality/check.ts'
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
  const fails =
    planned === undefined ? null : conditionOf(planned.plan, planned.where ?? raw('true'), sql`(${scanRelation(pinned, folder)})`)
  if (fails === null) return null
  const rows = await session.textRows(sql`select * from (${scanRelation(pinned, folder)}) where ${fails} limit ${limit}`)
  return { columns: pinned.columns.map(({ name, type }) => ({ name, type })), rows }
}

/** True on a row that breaks the rule; null for kinds that look at more than a query can select by. */
function conditionOf(plan: CheckPlan | { kind: 'error' }, where: Sql, relation: Sql): Sql | null {
  if (plan.kind === 'row') return sql`(${where}) and (${plan.eligible}) and (${plan.failing})`
  if (plan.kind === 'aggregate') return sql`(${where}) and (${plan.eligible}) and (${plan.failingRows})`
  if (plan.kind === 'key') {
    const present = join(
      plan.expressions.map((expression) => sql`(${expression}) is not null`),
      ' and ',
    )
    return inGroups(plan.expressions, sql`(${where}) and ${present}`, raw('count(*) > 1'), relation)
  }
  return plan.kind === 'group' ? inGroups(plan.by, sql`(${where}) and (${plan.eligible})`, plan.broken, relation) : null
}

function inGroups(by: readonly Sql[], rows: Sql, broken: Sql, relation: Sql): Sql {
  const named = by.map((expression, index) => sql`${expression} as ${id(`atlas_key_${index}`)}`)
  const names = by.map((_, index) => id(`atlas_key_${index}`))
  const groups = sql`select ${join(names)} from (select *, ${join(named)} from ${relation} where ${rows}) group by ${join(names)} having ${broken}`
  return sql`${rows} and (${join(by)}) in (${groups})`
}
