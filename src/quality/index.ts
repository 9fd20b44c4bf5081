import type { CheckRule } from '../contract/quality.ts'
import { AtlasError } from '../core/errors.ts'
import type { Check } from './check.ts'
import { aggregateComparison } from './checks/aggregate-comparison.ts'
import { aggregate } from './checks/aggregate.ts'
import { castable } from './checks/castable.ts'
import { columnCount } from './checks/column-count.ts'
import { columnSet } from './checks/column-set.ts'
import { combinationSet } from './checks/combination-set.ts'
import { compare } from './checks/compare.ts'
import { containsValues } from './checks/contains-values.ts'
import { customSql } from './checks/custom-sql.ts'
import { dateFormat } from './checks/date-format.ts'
import { distinctInRow } from './checks/distinct-in-row.ts'
import { drift } from './checks/drift.ts'
import { duplicateRows } from './checks/duplicate-rows.ts'
import { expression } from './checks/expression.ts'
import { finite } from './checks/finite.ts'
import { freshness } from './checks/freshness.ts'
import { functionalDependency } from './checks/functional-dependency.ts'
import { isNull } from './checks/is-null.ts'
import { jsonSchema } from './checks/json-schema.ts'
import { lateness } from './checks/lateness.ts'
import { length } from './checks/length.ts'
import { loadFreshness } from './checks/load-freshness.ts'
import { monotonic } from './checks/monotonic.ts'
import { mostCommon } from './checks/most-common.ts'
import { nearDuplicate } from './checks/near-duplicate.ts'
import { noOverlap } from './checks/no-overlap.ts'
import { notBlank } from './checks/not-blank.ts'
import { notInFuture } from './checks/not-in-future.ts'
import { notInSet } from './checks/not-in-set.ts'
import { notNull } from './checks/not-null.ts'
import { notPattern } from './checks/not-pattern.ts'
import { outliers } from './checks/outliers.ts'
import { pattern } from './checks/pattern.ts'
import { range } from './checks/range.ts'
import { reference } from './checks/reference.ts'
import { referential } from './checks/referential.ts'
import { requiredIf } from './checks/required-if.ts'
import { rowCountChange } from './checks/row-count-change.ts'
import { rowCountMatch } from './checks/row-count-match.ts'
import { rowCount } from './checks/row-count.ts'
import { scheduleCoverage } from './checks/schedule-coverage.ts'
import { sameRows } from './checks/same-rows.ts'
import { schema } from './checks/schema.ts'
import { semanticType } from './checks/semantic-type.ts'
import { set } from './checks/set.ts'
import { type } from './checks/type.ts'
import { unique } from './checks/unique.ts'

/** Every check that a pipeline can declare. */
export const checks: readonly Check[] = [
  aggregateComparison,
  aggregate,
  castable,
  columnCount,
  columnSet,
  combinationSet,
  compare,
  containsValues,
  customSql,
  dateFormat,
  distinctInRow,
  drift,
  duplicateRows,
  expression,
  finite,
  freshness,
  functionalDependency,
  isNull,
  jsonSchema,
  lateness,
  length,
  loadFreshness,
  monotonic,
  mostCommon,
  nearDuplicate,
  noOverlap,
  notBlank,
  notInFuture,
  notInSet,
  notNull,
  notPattern,
  outliers,
  pattern,
  range,
  reference,
  referential,
  requiredIf,
  rowCountChange,
  rowCountMatch,
  rowCount,
  scheduleCoverage,
  sameRows,
  schema,
  semanticType,
  set,
  type,
  unique,
] as Check[]

/** The check of that id or alias; `_` and `-` are the same. Throws AtlasError `pipeline.unknown_check`. */
export function checkOf(checkId: string): Check {
  const wanted = plain(checkId)
  const found = checks.find((check) => check.id === wanted || check.aliases?.some((alias) => plain(alias) === wanted))
  if (found !== undefined) return found
  throw new AtlasError('pipeline.unknown_check', `There is no check "${checkId}".`, {
    next: `Use one of: ${checks.map((check) => check.id).join(', ')}.`,
  })
}

function plain(checkId: string): string {
  return checkId.replaceAll('_', '-')
}

/** Refuses rules that cannot run on any table, before anything is read. Throws AtlasError `pipeline.unknown_check` or `pipeline.invalid`. */
export function assertRules(rules: readonly CheckRule[]): void {
  for (const rule of rules) assertRule(rule)
}

/** Characters of JSON; a list of ten thousand short values is half of it. */
const LONGEST_OPTIONS = 250_000

/** The same for one rule. */
export function assertRule(rule: CheckRule): void {
  const check = checkOf(rule.check)
  const length = JSON.stringify(rule.options).length
  if (length > LONGEST_OPTIONS)
    throw new AtlasError(
      'pipeline.invalid',
      `The options of the rule ${rule.id ?? rule.check} have ${length} characters; a rule takes ${LONGEST_OPTIONS}.`,
      {
        fields: [{ pointer: '/options', detail: `${length} characters; at most ${LONGEST_OPTIONS}` }],
        next: 'Keep a long list as a dataset and compare with it: referential, reference or same-rows.',
      },
    )
  parseOptions(check, rule.options)
}

/** The options of a check with its defaults. Throws AtlasError `pipeline.invalid` naming the first that is wrong. */
export function parseOptions<Options>(check: Check<Options>, options: unknown): Options {
  const parsed = check.options.safeParse(options)
  if (parsed.success) return parsed.data
  const fields = parsed.error.issues.map((issue) => ({ pointer: `/options/${issue.path.join('/')}`, detail: issue.message }))
  throw new AtlasError(
    'pipeline.invalid',
    `The options of the check ${check.id} are not right: ${fields.map(({ pointer, detail }) => `${pointer}: ${detail}`).join('; ')}.`,
    {
      fields,
      next: 'See docs/reference/checks.md for its options.',
    },
  )
}
