import { AtlasError } from '../../../core/errors.ts'
import type { AlertRuleDefinition } from '../alert-rule.ts'
import { credentialsExpiring } from './credentials-expiring.ts'
import { diskLow } from './disk-low.ts'
import { freshnessMissed } from './freshness-missed.ts'
import { qualityAnomaly } from './quality-anomaly.ts'
import { quarantineGrowth } from './quarantine-growth.ts'
import { rowCountAnomaly } from './row-count-anomaly.ts'
import { runBlocked } from './run-blocked.ts'
import { runFailed } from './run-failed.ts'
import { runLate } from './run-late.ts'
import { runPartial } from './run-partial.ts'
import { schemaChanged } from './schema-changed.ts'
import { scoreBelow } from './score-below.ts'

/** Every kind of alert rule. */
export const alertRules: readonly AlertRuleDefinition[] = [
  runFailed,
  runBlocked,
  runPartial,
  runLate,
  freshnessMissed,
  rowCountAnomaly,
  qualityAnomaly,
  scoreBelow,
  schemaChanged,
  credentialsExpiring,
  quarantineGrowth,
  diskLow,
] as AlertRuleDefinition[]

/** The kind of that id. Every id of the contract has one. */
export function alertRuleOf(id: AlertRuleDefinition['id']): AlertRuleDefinition {
  const found = alertRules.find((rule) => rule.id === id)
  if (found === undefined) throw new AtlasError('alert.rule_invalid', `There is no kind of alert rule ${id}.`)
  return found
}

/** The options of a rule with its defaults. @throws AtlasError `alert.rule_invalid` naming the first that is wrong */
export function parseRuleOptions(rule: AlertRuleDefinition, options: unknown): unknown {
  const parsed = rule.options.safeParse(options)
  if (parsed.success) return parsed.data
  const fields = parsed.error.issues.map((issue) => ({
    pointer: ['/body/options', ...issue.path.map(String)].join('/'),
    detail: issue.message,
  }))
  throw new AtlasError(
    'alert.rule_invalid',
    `The options of ${rule.id} are not right: ${fields.map(({ pointer, detail }) => `${pointer.slice(6)} ${detail}`).join('; ')}.`,
    { fields },
  )
}
