import type { CheckRule } from '../contract/quality.ts'
import { AtlasError } from '../core/errors.ts'
import type { Check } from './check.ts'
import { compare } from './checks/compare.ts'
import { expression } from './checks/expression.ts'
import { finite } from './checks/finite.ts'
import { freshness } from './checks/freshness.ts'
import { length } from './checks/length.ts'
import { notBlank } from './checks/not-blank.ts'
import { notNull } from './checks/not-null.ts'
import { pattern } from './checks/pattern.ts'
import { range } from './checks/range.ts'
import { set } from './checks/set.ts'
import { type } from './checks/type.ts'
import { unique } from './checks/unique.ts'

/** Every check that a pipeline can declare. */
export const checks: readonly Check[] = [
  compare,
  expression,
  finite,
  freshness,
  length,
  notBlank,
  notNull,
  pattern,
  range,
  set,
  type,
  unique,
] as Check[]

/** The check of that id. Throws AtlasError `pipeline.unknown_check`. */
export function checkOf(checkId: string): Check {
  const found = checks.find((check) => check.id === checkId || check.aliases?.includes(checkId))
  if (found !== undefined) return found
  throw new AtlasError('pipeline.unknown_check', `There is no check "${checkId}".`, {
    next: `Use one of: ${checks.map((check) => check.id).join(', ')}.`,
  })
}

/** Refuses rules that cannot run on any table, before anything is read. Throws AtlasError `pipeline.unknown_check` or `pipeline.invalid`. */
export function assertRules(rules: readonly CheckRule[]): void {
  for (const rule of rules) parseOptions(checkOf(rule.check), rule.options)
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
