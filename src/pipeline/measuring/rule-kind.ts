import type { CheckRule } from '../../contract/quality.ts'
import { AtlasError } from '../../core/errors.ts'
import { sql } from '../../core/sql.ts'
import type { CheckPlan, CheckScope } from '../../quality/check.ts'
import { checkOf, parseOptions } from '../../quality/index.ts'

/** Types that columns are taken for while none is known: a check that refuses one takes another. */
const TYPES = ['DOUBLE', 'VARCHAR', 'TIMESTAMP', 'DATE']

/**
 * How a rule is measured, told without any table: its columns are taken to be there, and its expressions to be true.
 * @returns null for a rule that makes no sense on any
 */
export function ruleKind(rule: CheckRule): CheckPlan['kind'] | null {
  const names = new Set(textsIn(rule.options))
  for (const type of TYPES) {
    const columns = [...names].map((name) => ({ name, type }))
    const kind = kindOver(rule, { ...SCOPE, columns, expressions: new Map([...names].map((name) => [name, sql`true`])) })
    if (kind !== null && kind !== 'unmeasurable') return kind
  }
  return null
}

/** @throws AtlasError `pipeline.invalid` for a rule that quarantines and is not about single rows */
export function assertQuarantines(rule: CheckRule): void {
  if (!rule.quarantine) return
  const kind = ruleKind(rule)
  if (kind === null || kind === 'row') return
  throw new AtlasError(
    'pipeline.invalid',
    `The rule ${rule.id ?? rule.check} cannot quarantine: only checks of single rows can, and ${rule.check} looks at more.`,
    {
      next: 'Make it blocking instead, or take quarantine out.',
    },
  )
}

const SCOPE: Omit<CheckScope, 'columns' | 'expressions'> = {
  now: new Date(0),
  rows: null,
  loadedAt: null,
  quarantinedRows: 0,
  countedRows: null,
  ambiguousDates: 0,
  answers: new Map(),
  datasets: new Map(),
  previous: null,
  semanticType: () => sql`true`,
}

function kindOver(rule: CheckRule, scope: CheckScope): CheckPlan['kind'] | null {
  try {
    const check = checkOf(rule.check)
    const options = parseOptions(check, rule.options)
    const others = (check.datasets?.(options) ?? []).map(
      (name) => [name, { relation: sql`(select 1)`, columns: scope.columns, rows: 0 }] as const,
    )
    const text = check.userSql?.(options).query
    const answers = new Map(text === undefined ? [] : [[rule.id ?? rule.check, { failing: 0, eligible: null }] as const])
    return check.plan(options, { ...scope, datasets: new Map(others), answers }, rule.id ?? rule.check).kind
  } catch (error) {
    if (error instanceof AtlasError) return null
    throw error
  }
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return value.flatMap(textsIn)
  if (value !== null && typeof value === 'object') return Object.entries(value).flatMap(([key, inner]) => [key, ...textsIn(inner)])
  return []
}
