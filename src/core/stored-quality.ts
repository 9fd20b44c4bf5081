import type { CheckResult, QualitySummary } from '../contract/quality.ts'

/** Checks that run by themselves; older results do not say so. */
const AUTOMATIC: ReadonlySet<string> = new Set(['not-blank', 'finite', 'type', 'unique'])

type Old<Now, Added extends keyof Now> = Omit<Now, Added> & Partial<Pick<Now, Added>>
/** A summary as any version has stored it. */
export type StoredSummary = Old<QualitySummary, 'cap' | 'coverage'>
/** A result as any version has stored it. */
export type StoredResult = Old<CheckResult, 'rule' | 'severity' | 'origin' | 'limits' | 'value' | 'sample'>

/** A stored summary with what older versions did not store. Nobody counted columns then, so none is said to be covered. */
export function completeSummary(stored: StoredSummary): QualitySummary {
  return { ...stored, cap: stored.cap ?? null, coverage: stored.coverage ?? { columns: 0, of: 0 } }
}

/** A stored result with what older versions did not store. */
export function completeResult(stored: StoredResult): CheckResult {
  const isAutomatic = AUTOMATIC.has(stored.check) && !stored.blocking && stored.status !== 'failed'
  return {
    ...stored,
    rule: stored.rule ?? (stored.column === null ? stored.check : `${stored.check}.${stored.column}`),
    severity: stored.severity ?? (isAutomatic ? 'info' : 'error'),
    origin: stored.origin ?? (isAutomatic ? 'automatic' : 'pipeline'),
    limits: stored.limits ?? { warn: null, fail: null },
    value: stored.value ?? null,
    sample: stored.sample ?? null,
  }
}
