import { AtlasError } from '../../core/errors.ts'
import { bulkPages, BulkRefused, deleteJob, runBulkJob, type BulkJob } from './bulk-query.ts'
import { ApiError } from './api-error.ts'
import type { ReadScope } from './read-scope.ts'
import { gatherPages } from './gather-pages.ts'
import { fitsAddress, readByRest } from './rest-query.ts'
import type { ResultPage } from './result-page.ts'
import { writeSoql } from './soql.ts'

/** From so many rows on Bulk is used. */
export const BULK_ROWS = 2000

/** The pages of a query, in order, and what Salesforce says of their number. */
export interface Fetched {
  /** Pages whose `next` is set can be gone on from, as long as `job` is there. */
  pages: AsyncIterable<ResultPage & { next?: string | null }>
  job: BulkJob | null
  /** Call when all pages are landed. */
  finish(): Promise<void>
}

/**
 * Asks for the rows that meet the conditions, by Bulk or by REST. What Bulk refuses or fails at is read by REST, before anything was handed on.
 * @param count rows as COUNT() told; null when it could not
 */
export async function fetchRows(scope: ReadScope, where: readonly string[], count: number | null): Promise<Fetched> {
  const soql = { from: scope.plan.object.name, where: [...scope.plan.where, ...where], tail: scope.plan.tail }
  if (wantsBulk(scope, count, () => fitsAddress(scope, soql))) {
    try {
      const job = await runBulkJob(scope, writeSoql(scope.plan.select, soql), scope.plan.all)
      return bulkFetched(scope, job, null)
    } catch (error) {
      if (!(error instanceof BulkRefused)) throw error
      scope.warn(`${scope.plan.object.name} is read by REST: ${error.message}.`)
    }
  }
  const page = await readByRest(scope, soql)
  return { pages: one(page), job: null, finish: () => Promise.resolve() }
}

/** Pages of a job that is there already, from a locator on. */
export function bulkFetched(scope: ReadScope, job: BulkJob, from: string | null): Fetched {
  return { pages: gatherPages(bulkPages(scope, job, from)), job, finish: () => deleteJob(scope, job.id) }
}

/** Rows that meet the conditions, as COUNT() tells; null where it cannot (a query with aggregates, or too many rows for Salesforce to count). */
export async function countRows({ session, plan }: ReadScope, where: readonly string[]): Promise<number | null> {
  if (!plan.countable) return null
  const q = writeSoql(['COUNT()'], { from: plan.object.name, where: [...plan.where, ...where] })
  try {
    const { totalSize } = (await session.json({ path: plan.all ? '/queryAll' : '/query', query: { q } })) as { totalSize?: number }
    return typeof totalSize === 'number' ? totalSize : null
  } catch (error) {
    if (error instanceof ApiError && ['QUERY_TIMEOUT', 'OPERATION_TOO_LARGE', 'EXCEEDED_ID_LIMIT'].includes(error.errorCode)) return null
    throw error
  }
}

function wantsBulk({ options, plan }: ReadScope, count: number | null, fits: () => boolean): boolean {
  if (options.api === 'rest') return false
  if (plan.bulkRefusal !== null) {
    if (options.api === 'bulk')
      throw new AtlasError('source.bad_settings', `${plan.object.name} cannot be read by Bulk: ${plan.bulkRefusal}.`)
    return false
  }
  return options.api === 'bulk' || count === null || count >= BULK_ROWS || !fits()
}

async function* one(page: ResultPage): AsyncGenerator<ResultPage> {
  yield page
}
