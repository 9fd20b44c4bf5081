import type { Policy } from '../contract/pii.ts'
import type { TriedPolicy } from '../contract/pii-tools.ts'
import { id, join, raw, sql, type Sql } from '../core/sql.ts'
import type { Lake, LakeSession } from '../lake/lake.ts'
import { inferTypes } from '../pipeline/standardise/infer-types.ts'
import { chartColumns, columnsToMask } from '../pipeline/steps/chart-column.ts'
import { examineColumns } from '../privacy/classify-columns.ts'
import { installMasking } from '../privacy/install-masking.ts'
import { policyFor, withActions } from '../privacy/policy.ts'

export interface TriedRows {
  policy: Policy
  /** Name without layer. */
  table: string
  /** Names in chart. */
  columns: readonly string[]
  /** As text. */
  rows: readonly (readonly (string | null)[])[]
}

/**
 * Rows as they would be in chart under a policy, by the same steps as in a run: types, findings, actions.
 * @param random makes the key of this call alone: with the home's own key, who may call this could try out whose token is whose
 */
export async function tryPolicy(
  lake: Lake,
  tried: TriedRows,
  random: (bytes: number) => Uint8Array,
  signal?: AbortSignal,
): Promise<TriedPolicy> {
  const policy = policyFor(tried.policy, tried.table)
  const names = new Map(tried.columns.map((name) => [name, name]))
  const key = random(32)
  return lake.session(async (session) => {
    const relation = await loadRows(session, tried)
    const given = tried.columns.map((name) => ({ name, type: 'VARCHAR' }))
    const inferred = await inferTypes(session, relation, given, { text: { decimal: '.', dateOrder: 'iso' }, declared: {} })
    const types = inferred.map(({ source, type }) => ({ name: source, type }))
    const { findings: found } = await examineColumns(session, relation, types, policy)
    const findings = withActions(found, policy, (name) => name)
    const work = { inferred, findings, policy, rule: { keys: [] as string[] } }
    await installMasking(session, key, policy, columnsToMask(work, names))
    const columns = chartColumns(work, names, key)
    const masked = await session.textRows(
      sql`select ${join(columns.map(({ name, chart }) => sql`${chart} as ${id(name)}`))} from ${relation}`,
    )
    return {
      findings,
      columns: columns.map(({ name, pii }) => ({ name, masked: pii !== null && pii.action !== 'keep' })),
      rows: masked,
    }
  }, signal)
}

/** The rows in a temporary table, which goes with the session; values are bound, never written into a statement. */
async function loadRows(session: LakeSession, { columns, rows }: TriedRows): Promise<Sql> {
  const table = raw('temp.atlas_tried_rows')
  const cells = columns.map((_, index) => sql`(row ->> ${index})`)
  await session.run(
    sql`create or replace temp table atlas_tried_rows as select ${join(columns.map((name) => sql`null::varchar as ${id(name)}`))} where false`,
  )
  const values = sql`select unnest(json(${raw('$1')})::json[]) as row`
  await session.run(sql`insert into ${table} select ${join(cells)} from (${values})`, [JSON.stringify(rows)])
  return table
}
