import type { CheckRule, Dimension, RuleOrigin, Severity, Threshold } from '../contract/quality.ts'
import { AtlasError } from '../core/errors.ts'
import type { Sql } from '../core/sql.ts'
import type { Check, CheckPlan, CheckScope } from './check.ts'
import { isFloating } from './checks/column-values.ts'
import { inTurns } from './in-turns.ts'
import { checkOf, parseOptions } from './index.ts'
import { nameRules } from './name-rules.ts'
import { provedExpression } from './proved-expression.ts'

/** A rule with who wrote it: the pipeline unless told. */
export type DeclaredRule = CheckRule & {
  origin?: RuleOrigin
  /** Other homes in which the same rule stands: it is measured once. */
  alsoIn?: readonly RuleOrigin[]
  /** Why it cannot run, where that was found before it is planned: its expression or query was refused, or its id is another rule's. */
  problem?: string
}

/** A rule ready to be measured. */
export interface PlannedRule {
  /** Id within the dataset. */
  rule: string
  check: string
  title: string
  dimension: Dimension
  column: string | null
  /** Columns it looks at. */
  looksAt: readonly string[]
  severity: Severity
  origin: RuleOrigin
  alsoIn?: readonly RuleOrigin[]
  blocking: boolean
  limits: { warn: Threshold | null; fail: Threshold | null }
  /** Rows it is asked about; null for all. */
  where: Sql | null
  /** True where somebody wrote SQL of it: it may fail on rows in ways that no check foresees. */
  isWritten: boolean
  plan: CheckPlan | { kind: 'error'; message: string }
}

/** The enabled rules and those that run by themselves. A rule that makes no sense is planned as an error, so that the others still run. */
export async function planRules(
  rules: readonly DeclaredRule[],
  facts: { keys: readonly string[]; sourceRows: number | null; automatic?: boolean },
  scope: CheckScope,
): Promise<PlannedRule[]> {
  const enabled = rules.filter((rule) => rule.enabled)
  const names = nameRules(enabled)
  const declared = await inTurns(enabled, (rule, index) => planRule(rule, names[index]!, scope, rule.origin ?? 'pipeline'))
  const automatic = (facts.automatic === false ? [] : automaticRules(facts, scope)).filter(
    (rule) => !declared.some((other) => isSame(other, rule)),
  )
  const taken = new Set(names)
  return [...declared, ...automatic.map((rule) => planRule(rule, freeName(rule, taken), scope, 'automatic'))]
}

/** An automatic rule never takes the name of one that somebody wrote. */
function freeName(rule: CheckRule, taken: ReadonlySet<string>): string {
  const [name = rule.check] = nameRules([rule])
  return taken.has(name) ? `automatic.${name}` : name
}

function automaticRules(facts: { keys: readonly string[]; sourceRows: number | null }, { columns }: CheckScope): CheckRule[] {
  const rule = (check: string, options: Record<string, unknown>): CheckRule => ({
    check,
    options,
    blocking: false,
    quarantine: false,
    limit: 0,
    severity: 'info',
    enabled: true,
  })
  return [
    ...columns.map(({ name }) => rule('not-blank', { column: name })),
    ...columns.filter(isFloating).map(({ name }) => rule('finite', { column: name })),
    ...(facts.sourceRows === null ? [] : [rule('type', {})]),
    ...(facts.keys.length > 0 ? [rule('unique', { columns: [...facts.keys] })] : []),
  ]
}

/**
 * A rule that is declared does not run a second time by itself. Whoever declares when a value is required says that elsewhere it is not: then no
 * rule asks for it on all rows.
 */
function isSame(declared: PlannedRule, automatic: CheckRule): boolean {
  const { plan } = declared
  if (plan.kind === 'error') return false
  const isConditional = declared.where !== null || (plan.kind === 'row' && plan.eligible.text !== 'true')
  if (automatic.check === 'not-blank' && declared.column === automatic.options['column'])
    return declared.check === 'not-blank' || (isConditional && (declared.check === 'not-null' || declared.check === 'required-if'))
  if (declared.check !== automatic.check || declared.where !== null) return false
  if (automatic.check === 'type') return true
  if (plan.kind === 'key') return JSON.stringify(plan.columns) === JSON.stringify(automatic.options['columns'])
  return declared.column === automatic.options['column']
}

function planRule(rule: DeclaredRule, name: string, scope: CheckScope, origin: RuleOrigin): PlannedRule {
  const { check: checkId, blocking, severity } = rule
  const shared = {
    rule: name,
    check: checkId,
    blocking,
    severity,
    origin,
    ...(rule.alsoIn === undefined ? {} : { alsoIn: rule.alsoIn }),
    limits: limitsOf(rule, origin),
    where: null,
    isWritten: false,
    looksAt: [],
  }
  try {
    const check = checkOf(checkId)
    const described = { ...shared, check: check.id, title: check.title, dimension: rule.dimension ?? check.dimension }
    return { ...described, ...planned(check, rule, name, scope) }
  } catch (error) {
    if (!(error instanceof AtlasError)) throw error
    const dimension = rule.dimension ?? 'validity'
    return { ...shared, title: checkId, dimension, column: null, plan: { kind: 'error', message: error.message } }
  }
}

/** A warning can never fail, and what nobody declared informs. */
export function limitsOf(rule: CheckRule, origin: RuleOrigin): PlannedRule['limits'] {
  const failing = rule.fail ?? { rows: rule.limit }
  if (rule.severity === 'info' || rule.severity === 'warning' || origin === 'automatic') return { warn: rule.warn ?? failing, fail: null }
  return { warn: rule.warn ?? null, fail: failing }
}

function planned(
  check: Check,
  rule: DeclaredRule,
  name: string,
  scope: CheckScope,
): Pick<PlannedRule, 'column' | 'looksAt' | 'where' | 'isWritten' | 'plan'> {
  let options: unknown
  try {
    options = parseOptions(check, rule.options)
    if (rule.problem !== undefined) throw new AtlasError('pipeline.invalid', rule.problem)
    const column = check.column(options)
    const looksAt = check.looksAt?.(options) ?? (column === null ? [] : [column])
    const where = rule.where === undefined ? null : provedExpression(scope, rule.where)
    const isWritten = where !== null || (check.userSql?.(options).expressions ?? []).length > 0
    return { column, looksAt, where, isWritten, plan: check.plan(options, scope, name) }
  } catch (error) {
    if (!(error instanceof AtlasError)) throw error
    const column = options === undefined ? null : check.column(options)
    return { column, looksAt: [], where: null, isWritten: false, plan: { kind: 'error', message: error.message } }
  }
}
