import type { CheckResult, CheckStatus, Threshold } from '../contract/quality.ts'
import type { PlannedRule } from './plan-rules.ts'
import type { Measured } from './scan/measured.ts'

/** The result of one rule, as it is stored and shown. */
export function toResult(rule: PlannedRule, measured: Measured): CheckResult {
  const { rule: name, check, title, dimension, column, severity, origin, blocking, limits } = rule
  const { eligible, failing, figures, value } = measured
  const also = rule.alsoIn === undefined ? {} : { alsoIn: [...rule.alsoIn] }
  const described = { rule: name, check, title, dimension, column, columns: [...rule.looksAt], severity, origin, ...also, blocking, limits }
  return { ...described, eligible, failing, figures, value, sample: measured.sample, ...outcome(rule, measured) }
}

function outcome(rule: PlannedRule, measured: Measured): { status: CheckStatus; message: string | null } {
  if (measured.error !== null) return { status: 'error', message: measured.error }
  if (rule.plan.kind === 'unmeasurable') return { status: 'warned', message: rule.plan.message }
  if (measured.isBroken) return { status: rule.limits.fail === null || measured.warnsOnly ? 'warned' : 'failed', message: measured.message }
  if (measured.notRun !== null) return { status: 'not_run', message: measured.notRun }
  if (measured.eligible === 0 && measured.value === null) return { status: 'not_run', message: 'No row that the rule applies to.' }
  if (isEmptyColumn(rule, measured)) return { status: 'not_run', message: emptyColumn(measured) }
  const { warn, fail } = rule.limits
  if (fail !== null && isBeyond(fail, measured)) return { status: 'failed', message: measured.message }
  if (warn !== null && isBeyond(warn, measured)) return { status: 'warned', message: measured.message }
  const limit = fail ?? warn
  if (measured.sample !== null && [fail, warn].some((one) => one !== null && mayBeBeyond(one, measured)))
    return { status: 'warned', message: undecided(measured.sample, limit) }
  if (measured.failing === 0) return { status: 'passed', message: null }
  return { status: 'passed', message: `Up to ${inWords(limit)} are accepted.` }
}

/** More rows fail than the threshold lets pass; of a sample, even the fewest that it leaves possible. */
function isBeyond({ rows, percent }: Threshold, { eligible, failing, sample, failingRows }: Measured): boolean {
  if (rows !== undefined) return failing > rows || (failingRows !== null && failingRows.low > rows)
  return sample === null ? failing * 100 > (percent ?? 0) * eligible : sample.low * 100 > (percent ?? 0)
}

/** The most rows that a sample leaves possible are more than the threshold lets pass. */
function mayBeBeyond({ rows, percent }: Threshold, { sample, failingRows }: Measured): boolean {
  return rows !== undefined ? (failingRows?.high ?? Infinity) > rows : (sample?.high ?? 1) * 100 > (percent ?? 0)
}

function emptyColumn({ sample }: Measured): string {
  return sample === null ? 'The column has no values at all.' : `None of the ${sample.rows} rows looked at has a value.`
}

function undecided({ rows, low, high }: NonNullable<Measured['sample']>, limit: Threshold | null): string {
  const percent = (share: number): string => `${Number((share * 100).toPrecision(3))} %`
  return `Not decided: ${rows} rows looked at leave ${percent(low)} to ${percent(high)} failing rows possible, and up to ${inWords(limit)} are accepted. Measure all rows to know.`
}

function inWords(limit: Threshold | null): string {
  if (limit?.percent !== undefined) return `${limit.percent} % failing rows`
  return `${limit?.rows ?? 0} failing rows`
}

/** A column without any value is not expected to have one, unless a rule was declared. */
export function isEmptyColumn(rule: PlannedRule, { eligible, failing }: Measured): boolean {
  return rule.origin === 'automatic' && rule.check === 'not-blank' && eligible > 0 && failing === eligible
}
