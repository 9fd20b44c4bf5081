import type { CheckRule, Dimension } from '../contract/quality.ts'
import { AtlasError } from '../core/errors.ts'
import type { Check, CheckPlan, CheckScope } from './check.ts'
import { isFloating } from './column-values.ts'
import { checkOf, parseOptions } from './index.ts'

/** A rule ready to be measured. */
export interface PlannedRule {
  check: string
  title: string
  dimension: Dimension
  column: string | null
  blocking: boolean
  limit: number
  /** Runs without being declared: it informs, and cannot fail a table. */
  automatic: boolean
  plan: CheckPlan | { kind: 'error'; message: string }
}

/** The declared rules and those that run by themselves. A rule that makes no sense is planned as an error, so that the others still run. */
export function planRules(
  rules: readonly CheckRule[],
  facts: { keys: readonly string[]; sourceRows: number | null },
  scope: CheckScope,
): PlannedRule[] {
  const declared = rules.map((rule) => planRule(rule, scope, false))
  const automatic = automaticRules(facts, scope).filter((rule) => !declared.some((other) => isSame(other, rule)))
  return [...declared, ...automatic.map((rule) => planRule(rule, scope, true))]
}

function automaticRules(facts: { keys: readonly string[]; sourceRows: number | null }, { columns }: CheckScope): CheckRule[] {
  const rule = (check: string, options: Record<string, unknown>): CheckRule => ({ check, options, blocking: false, limit: 0 })
  return [
    ...columns.map(({ name }) => rule('not-blank', { column: name })),
    ...columns.filter(isFloating).map(({ name }) => rule('finite', { column: name })),
    ...(facts.sourceRows === null ? [] : [rule('type', {})]),
    ...(facts.keys.length > 0 ? [rule('unique', { columns: [...facts.keys] })] : []),
  ]
}

/** A rule that is declared does not run a second time by itself. */
function isSame(declared: PlannedRule, automatic: CheckRule): boolean {
  if (declared.check !== automatic.check) return false
  if (automatic.check === 'type') return true
  if (declared.plan.kind === 'key') return JSON.stringify(declared.plan.columns) === JSON.stringify(automatic.options.columns)
  // A conditional rule does not speak for all rows.
  return declared.column === automatic.options.column && declared.plan.kind === 'row' && declared.plan.eligible.text === 'true'
}

function planRule(rule: CheckRule, scope: CheckScope, automatic: boolean): PlannedRule {
  const shared = { check: rule.check, blocking: rule.blocking, limit: rule.limit, automatic }
  try {
    const check = checkOf(rule.check)
    const described = { ...shared, title: check.title, dimension: check.dimension }
    return { ...described, ...planned(check, rule, scope) }
  } catch (error) {
    if (!(error instanceof AtlasError)) throw error
    return { ...shared, title: rule.check, dimension: 'validity', column: null, plan: { kind: 'error', message: error.message } }
  }
}

function planned(check: Check, rule: CheckRule, scope: CheckScope): Pick<PlannedRule, 'column' | 'plan'> {
  let options: unknown
  try {
    options = parseOptions(check, rule.options)
    return { column: check.column(options), plan: check.plan(options, scope) }
  } catch (error) {
    if (!(error instanceof AtlasError)) throw error
    return { column: options === undefined ? null : check.column(options), plan: { kind: 'error', message: error.message } }
  }
}
