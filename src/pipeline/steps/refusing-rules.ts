import type { LakeSession } from '../../lake/lake.ts'
import { stableJson } from '../../core/stable-json.ts'
import { id, join, raw, sql, type Sql } from '../../core/sql.ts'
import { type DeclaredRule, planRules } from '../../quality/plan-rules.ts'
import { datasetRules } from '../measuring/dataset-rules.ts'
import { prepareMeasurement, type MeasuredFacts } from '../measuring/prepare-measurement.ts'
import { pendingByName, type RunContext } from '../run-context.ts'
import type { CheckRule } from '../../contract/quality.ts'
import type { CheckedColumn } from '../../quality/check.ts'

/** A rule whose failing rows go to quarantine. */
export interface RefusingRule {
  /** Its id. */
  rule: string
  column: string | null
  /** True on a row that breaks it; over the columns of the dataset. */
  breaks: Sql
}

/** Why a quarantined row was refused, where a rule refused it. The id is read back from it. */
export function breaksRuleReason(rule: string): string {
  return `breaks rule ${rule}`
}

const FACTS: Omit<MeasuredFacts, 'name'> = {
  columns: [],
  rows: null,
  keys: [],
  sourceRows: null,
  quarantinedRows: 0,
  countedRows: null,
  ambiguousDates: 0,
  loadedAt: null,
  previous: null,
}

/**
 * The rules of a dataset that refuse the rows that break them. One that cannot be asked of these columns refuses nothing: it is an error where the
 * dataset is measured. The fingerprint tells whether they refuse what they refused before.
 * @param declared the pipeline's or the transform's own rules
 */
export async function refusingRules(
  context: RunContext,
  session: LakeSession,
  dataset: { name: string; columns: readonly CheckedColumn[] },
  declared: readonly CheckRule[],
): Promise<{ rules: RefusingRule[]; fingerprint: string }> {
  const { environment } = context
  const { rules } = await datasetRules(environment.db, dataset.name, declared)
  const refusing = rules.filter((rule) => rule.quarantine)
  if (refusing.length === 0) return { rules: [], fingerprint: '' }
  const measured = { ...FACTS, ...dataset, pending: pendingByName(context) }
  const { prepared, facts, scope } = await prepareMeasurement(environment, session, measured, refusing, context.signal)
  const planned = (await planRules(prepared.rules, facts, scope)).filter((rule) => rule.origin !== 'automatic')
  const found = await Promise.all(
    planned.map(async ({ rule, column, plan, where, isWritten }) => {
      if (plan.kind !== 'row') return []
      const breaks = sql`(${where ?? raw('true')}) and (${plan.eligible}) and (${plan.failing})`
      const usable = await bindable(session, dataset.columns, breaks, isWritten)
      return usable === null ? [] : [{ rule, column, breaks: usable }]
    }),
  )
  const usable = found.flat()
  return { rules: usable, fingerprint: fingerprintOf(prepared.rules.filter(({ id: name }) => usable.some(({ rule }) => rule === name))) }
}

/** The same text for rules that refuse the same rows. */
function fingerprintOf(rules: readonly DeclaredRule[]): string {
  if (rules.length === 0) return ''
  return stableJson(rules.map(({ id: rule, check, options, where }) => ({ rule, check, options, where: where ?? null })))
}

/** What somebody wrote may fail on a value, such as a cast: the row then does not break it. */
async function bindable(session: LakeSession, columns: readonly CheckedColumn[], breaks: Sql, isWritten: boolean): Promise<Sql | null> {
  const nothing = sql`(select ${join(columns.map(({ name, type }) => sql`null::${raw(type)} as ${id(name)}`))})`
  for (const form of isWritten ? [sql`try(${breaks})`, breaks] : [breaks]) {
    const binds = await session.rows(sql`select ${form} from ${nothing} limit 0`).then(
      () => true,
      () => false,
    )
    if (binds) return form
  }
  return null
}
