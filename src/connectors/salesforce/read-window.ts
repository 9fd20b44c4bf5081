import { AtlasError } from '../../core/errors.ts'
import type { CursorKind } from './cursor-kind.ts'
import { countRows, fetchRows } from './fetch-rows.ts'
import { rowsIn } from './land-page.ts'
import { nearest } from './read-outcome.ts'
import type { ReadScope } from './read-scope.ts'
import type { ResultPage } from './result-page.ts'
import { windowConditions, type Window } from './window.ts'

/**
 * Reads the rows of a window, page by page, and compares their number with what Salesforce counts. `counted` is null where it cannot count.
 * @throws AtlasError `source.incomplete` when a Bulk job gave fewer rows than it says it has
 */
export async function readWindow(
  scope: ReadScope,
  kind: CursorKind,
  window: Window,
  each: (page: ResultPage) => Promise<void> | void,
): Promise<{ rows: number; counted: number | null }> {
  const where = windowConditions(kind, window)
  const count = await countRows(scope, where)
  if (count === 0) return { rows: 0, counted: 0 }
  const fetched = await fetchRows(scope, where, count)
  let rows = 0
  for await (const page of fetched.pages) {
    rows += await rowsIn(scope, page)
    await each(page)
  }
  await fetched.finish()
  if (fetched.job !== null && Number.isInteger(fetched.job.rows) && fetched.job.rows !== rows)
    throw new AtlasError('source.incomplete', `The Bulk job of ${scope.plan.object.name} has ${fetched.job.rows} rows and gave ${rows}.`)
  if (count === null) return { rows, counted: null }
  const counts = rows === count ? [count] : [count, await countRows(scope, where)]
  return { rows, counted: nearest(counts, rows).counted?.rows ?? null }
}
