import type { ReadResult } from '../connector.ts'
import { ApiError, LimitReached } from './api-error.ts'
import { jobInfo } from './bulk-query.ts'
import { bulkFetched, countRows, fetchRows, type Fetched } from './fetch-rows.ts'
import { landedColumns, landPage, removePage } from './land-page.ts'
import type { ReadScope } from './read-scope.ts'
import { bytesOf } from './result-page.ts'
import { nearest, parked } from './read-outcome.ts'

/** Where a full read by Bulk that was cut off goes on. */
interface Mark {
  version: 1
  job: string
  rows: number
  locator: string
  columns: string[]
  landed: number
  refused: number
}

/**
 * Reads all rows. A read by Bulk that is cut off, or that the day's limit ends, goes on at the same place of the same job as long as Salesforce keeps it (seven days).
 * @throws AtlasError `source.*`
 */
export async function readFull(scope: ReadScope): Promise<ReadResult> {
  const { landing, plan, context } = scope
  const tally = { rows: 0, refused: 0, bytes: 0 }
  const result = (): ReadResult => ({
    columns: landedColumns(plan.columns),
    sourceRows: tally.rows + tally.refused,
    bytesRead: tally.bytes,
    state: null,
    text: null,
    warnings: scope.warnings,
  })
  try {
    const goneOn = await goOn(scope)
    if (goneOn === null && landing.resumed !== null) await landing.startOver()
    Object.assign(tally, goneOn === null ? {} : { rows: goneOn.mark.landed, refused: goneOn.mark.refused })
    const counted = goneOn === null ? await countRows(scope, []) : null
    const fetched = goneOn?.fetched ?? (await fetchRows(scope, [], counted))
    const total = fetched.job?.rows ?? counted
    for await (const page of fetched.pages) {
      const landed = await landPage(scope, page)
      tally.rows += landed.rows
      tally.refused += landed.refused
      tally.bytes += bytesOf(page)
      await removePage(page)
      context.progress({ rows: tally.rows + tally.refused, bytes: null, total })
      if (fetched.job !== null && typeof page.next === 'string') await landing.checkpoint(markOf(scope, fetched, page.next, tally))
    }
    await fetched.finish()
    const read = tally.rows + tally.refused
    const counts = [fetched.job?.rows ?? null, counted, counted === null || counted === read ? null : await countRows(scope, [])]
    return { ...result(), ...nearest(fetched.job === null ? counts : bulkCounts(counts, read), read) }
  } catch (error) {
    if (!(error instanceof LimitReached) || (landing.resumed === null && tally.rows + tally.refused === 0)) throw error
    return { ...result(), ...parked(error) }
  }
}

/** What a job itself says it holds counts strictly; COUNT() only where it says more than the job gave before and after it. */
function bulkCounts([job, before, after]: (number | null)[], read: number): (number | null)[] {
  const byCount = [before ?? null, after ?? null]
  return (job ?? read) !== read || byCount.every((count) => count === null) ? [job ?? null] : byCount
}

function markOf({ plan }: ReadScope, { job }: Fetched, locator: string, tally: { rows: number; refused: number }): Mark {
  return { version: 1, job: job?.id ?? '', rows: job?.rows ?? 0, locator, columns: plan.select, landed: tally.rows, refused: tally.refused }
}

/** The rest of a read that was cut off; null when there is none, or the job is no more. */
async function goOn(scope: ReadScope): Promise<{ mark: Mark; fetched: Fetched } | null> {
  const mark = scope.landing.resumed?.mark as Mark | null | undefined
  if (mark?.version !== 1 || mark.columns.join() !== scope.plan.select.join()) return null
  try {
    const info = await jobInfo(scope, mark.job)
    if (info.state !== 'JobComplete') return null
    scope.context.log('info', `Going on with the Bulk job ${mark.job} after ${mark.landed + mark.refused} of ${mark.rows} rows.`)
    return { mark, fetched: bulkFetched(scope, { id: mark.job, rows: mark.rows }, mark.locator) }
  } catch (error) {
    if (error instanceof ApiError && error.httpStatus === 404) return null
    throw error
  }
}
