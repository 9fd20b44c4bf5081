import type { WindowPlan } from './plan-windows.ts'
import { listPurged, purgedPage } from './purged-rows.ts'
import { DELETED } from './read-plan.ts'
import type { ReadScope } from './read-scope.ts'
import type { ResultPage } from './result-page.ts'

/**
 * Rows deleted for good since the last read, as pages of rows that say no more than that: `seen` may be here already (the look-back), `fresh` cannot be. Nothing on a
 * first read: what is gone was never here.
 */
export async function deletedSince(scope: ReadScope, plan: WindowPlan): Promise<{ seen: ResultPage | null; fresh: ResultPage | null }> {
  const { state, low, end, kind } = plan
  const isMarked = scope.plan.columns.some((column) => column.name === DELETED) && scope.plan.object.replicateable
  if (!isMarked || state === null || low === null || end === null || plan.backfill || kind.field.name !== 'SystemModstamp')
    return { seen: null, fresh: null }
  if (kind.compare(low, end) >= 0) return { seen: null, fresh: null }
  const rows = await listPurged(scope, low, end)
  const seen = rows.filter(({ at }) => kind.compare(at, state.cursor) <= 0)
  const fresh = rows.filter(({ at }) => kind.compare(at, state.cursor) > 0)
  return {
    seen: seen.length === 0 ? null : await purgedPage(scope, seen, kind),
    fresh: fresh.length === 0 ? null : await purgedPage(scope, fresh, kind),
  }
}
