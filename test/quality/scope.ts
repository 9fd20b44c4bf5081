import type { CheckedColumn, CheckScope } from '../../src/quality/check.ts'

/** What checks know of a table that nothing is known of. */
export function scopeOf(columns: readonly CheckedColumn[], more: Partial<CheckScope> = {}): CheckScope {
  return {
    columns,
    now: new Date('2026-11-20T00:00:00Z'),
    rows: null,
    loadedAt: null,
    quarantinedRows: 0,
    countedRows: null,
    ambiguousDates: 0,
    expressions: new Map(),
    answers: new Map(),
    datasets: new Map(),
    previous: null,
    semanticType: () => null,
    ...more,
  }
}
