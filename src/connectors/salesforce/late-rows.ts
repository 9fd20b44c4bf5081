import { countRows } from './fetch-rows.ts'
import type { WindowPlan } from './plan-windows.ts'
import type { ReadScope } from './read-scope.ts'
import type { ReadState } from './read-state.ts'

/**
 * Rows that have turned up before the look-back since the last read: too late to be found by it. They are told of until the stream is read in full or the stretch
 * is backfilled. Rows that were changed since have left that stretch, so there may be more of them than are seen.
 */
export async function lateRows(scope: ReadScope, { state, kind, backfill, compares }: WindowPlan): Promise<number> {
  const settled = state?.settled
  if (settled === undefined || backfill || compares) return 0
  const rows = await countRows(scope, [`${kind.field.name} < ${kind.soql(settled.before)}`])
  const late = settled.late + Math.max(0, (rows ?? settled.rows) - settled.rows)
  if (late > 0)
    scope.warn(
      `${late} ${late === 1 ? 'row' : 'rows'} of ${scope.plan.object.name} became visible with a ${kind.field.name} before ${settled.before}, too late for the look-back. Backfill that time, or read the stream in full; a longer look-back finds such rows.`,
    )
  return late
}

/** Counts the rows that the next read will not look at again. */
export async function settle(scope: ReadScope, plan: WindowPlan, reached: string, late: number): Promise<ReadState['settled']> {
  if (plan.kind.field.type !== 'datetime') return undefined
  const lookback = scope.request.cursor?.lookback ?? `${scope.settings.lookbackMinutes * 60}s`
  const before = plan.kind.before(reached, lookback)
  const rows = await countRows(scope, [`${plan.kind.field.name} < ${plan.kind.soql(before)}`])
  return rows === null ? undefined : { before, rows, late }
}
