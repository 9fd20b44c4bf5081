import type { Threshold } from '../../contract/quality.ts'
import type { RuleDraft } from './imported.ts'
import { negated, readComparison, toThreshold } from './condition.ts'
import { asText, isOff, isTemplate } from './read-value.ts'

export interface TestConfig {
  rule: Partial<RuleDraft>
  notes: { what: string; why: string }[]
}

/**
 * Severity, limits, filter and whether it is on, from the configuration of a dbt test.
 * @returns why the test cannot be carried over, where its filter is filled in elsewhere
 */
export function readTestConfig(config: Record<string, unknown>): TestConfig | string {
  const notes: TestConfig['notes'] = []
  if (isTemplate(asText(config['enabled']) ?? '')) return 'whether it is enabled is filled in elsewhere'
  if (isTemplate(asText(config['severity']) ?? ''))
    notes.push({ what: 'severity', why: 'it is filled in elsewhere; the rule is an error here' })
  const severity = (asText(config['severity']) ?? 'error').toLowerCase() === 'warn' ? 'warning' : 'error'
  const where = asText(config['where'])
  const condition = asText(config['row_condition'])
  const filters = [where, condition].flatMap((filter) => (filter === null || filter.trim() === '' ? [] : [filter.trim()]))
  if (filters.some(isTemplate)) return 'its filter has parameters that are filled in elsewhere'
  if (config['fail_calc'] != null) return 'its fail_calc counts something else than failing rows'
  const [warn, fail] = [limitOf(config['warn_if'], 'warn_if', notes), limitOf(config['error_if'], 'error_if', notes)]
  if (config['limit'] != null) notes.push({ what: 'limit', why: 'Atlas counts every failing row' })
  const limits =
    severity === 'warning'
      ? warn === null
        ? {}
        : { warn }
      : // One failure fails unless error_if says otherwise; with it alone, one failure still warns.
        fail === null
        ? {}
        : { warn: warn ?? { rows: 0 }, fail }
  return {
    notes,
    rule: {
      ...(severity === 'warning' ? { severity } : {}),
      ...(filters.length === 0 ? {} : { where: filters.length === 1 ? filters[0]! : filters.map((filter) => `(${filter})`).join(' and ') }),
      ...limits,
      ...(isOff(config['enabled']) ? { enabled: false } : {}),
    },
  }
}

/** `> 10` is bad from eleven failures on. */
function limitOf(value: unknown, what: string, notes: TestConfig['notes']): Threshold | null {
  const text = asText(value)
  if (text === null) return null
  const read = readComparison(text)
  const limit =
    read === null
      ? null
      : toThreshold(
          'within' in read.condition || !isZero(read.condition.outside) ? negated(read.condition) : { within: { max: 0 } },
          'rows',
        )
  if (limit === null) notes.push({ what: `${what}: ${text}`, why: 'it is no upper limit of failing rows' })
  return limit
}

function isZero({ min, max }: { min?: number; max?: number }): boolean {
  return min === 0 && max === 0
}
