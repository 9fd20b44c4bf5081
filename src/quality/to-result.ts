import type { CheckResult, CheckStatus } from '../contract/quality.ts'
import type { PlannedRule } from './plan-rules.ts'
import type { Measured } from './scan-rules.ts'

/** The result of one rule, as it is stored and shown. */
export function toResult(rule: PlannedRule, measured: Measured): CheckResult {
  const { check, title, dimension, column, blocking } = rule
  const { eligible, failing, figures } = measured
  return { check, title, dimension, column, blocking, eligible, failing, figures, ...outcome(rule, measured) }
}

function outcome(rule: PlannedRule, measured: Measured): { status: CheckStatus; message: string | null } {
  if (measured.error !== null) return { status: 'error', message: measured.error }
  if (rule.plan.kind === 'unmeasurable') return { status: 'warned', message: rule.plan.message }
  if (measured.eligible === 0) return { status: 'not_run', message: 'No row that the rule applies to.' }
  if (isEmptyColumn(rule, measured)) return { status: 'not_run', message: 'The column has no values at all.' }
  if (measured.failing <= rule.limit)
    return { status: 'passed', message: measured.failing === 0 ? null : `Up to ${rule.limit} failing rows are accepted.` }
  const message = rule.plan.kind === 'aggregate' && measured.failing === measured.eligible ? rule.plan.message : null
  return { status: rule.automatic ? 'warned' : 'failed', message }
}

/** A column without any value is not expected to have one, unless a rule was declared. */
export function isEmptyColumn(rule: PlannedRule, { eligible, failing }: Measured): boolean {
  return rule.automatic && rule.check === 'not-blank' && eligible > 0 && failing === eligible
}
