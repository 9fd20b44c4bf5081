import type { CheckRule, Dimension, Severity, Threshold } from '../contract/quality.ts'
import { AtlasError } from '../core/errors.ts'
import { stableJson } from '../core/stable-json.ts'
import { type ValueChange, valueChanges } from '../core/value-changes.ts'
import { checkOf, parseOptions } from './index.ts'
import { limitsOf } from './plan-rules.ts'

/** All of a rule that decides what it finds and what follows from it: not its id, its owner or its description. */
export interface RuleMeaning {
  check: string
  options: unknown
  where: string | null
  severity: Severity
  limits: { warn: Threshold | null; fail: Threshold | null }
  dimension: Dimension | null
  blocking: boolean
  quarantine: boolean
  enabled: boolean
}

/** What a rule means: names of its check, defaults and short forms are written out. */
export function ruleMeaning(rule: CheckRule): RuleMeaning {
  const { where = null, severity, blocking, quarantine, enabled } = rule
  const shared = { where, severity, limits: limitsOf(rule, 'pipeline'), blocking, quarantine, enabled }
  try {
    const check = checkOf(rule.check)
    return { check: check.id, options: parseOptions(check, rule.options), dimension: rule.dimension ?? check.dimension, ...shared }
  } catch (error) {
    if (!(error instanceof AtlasError)) throw error
    return { check: rule.check, options: rule.options, dimension: rule.dimension ?? null, ...shared }
  }
}

/** Whether two rules are one, whatever they are called. */
export function meansSame(one: CheckRule, other: CheckRule): boolean {
  return stableJson(ruleMeaning(one)) === stableJson(ruleMeaning(other))
}

/** In what two rules differ; none where they mean the same. */
export function meaningChanges(from: CheckRule, to: CheckRule): ValueChange[] {
  return valueChanges(ruleMeaning(from), ruleMeaning(to))
}
