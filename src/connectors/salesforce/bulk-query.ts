import { rm } from 'node:fs/promises'
import path from 'node:path'
import { AtlasError } from '../../core/errors.ts'
import { ApiError } from './api-error.ts'
import type { ReadScope } from './read-scope.ts'
import { savePage, type ResultPage } from './result-page.ts'

export interface BulkJob {
  id: string
  /** Rows as Salesforce counted them when the job was done. */
  rows: number
}

/** A page, and where the next one begins; null after the last. */
export interface BulkPage extends ResultPage {
  next: string | null
}

/** Bulk does not take the query, or its job failed: nothing was read, and REST may do it. */
export class BulkRefused extends Error {}

const FIRST_POLL_MS = 100
const LONGEST_POLL_MS = 10_000
const TRIES = 6

/**
 * Has a query run by Bulk API 2.0 and waits until its results are there.
 * @throws BulkRefused when Bulk does not take it or fails; AtlasError `source.incomplete` when somebody stops the job, `source.timeout`
 */
export async function runBulkJob(scope: ReadScope, soql: string, all: boolean): Promise<BulkJob> {
  const id = await createJob(scope, soql, all)
  const startedMs = scope.context.now().getTime()
  for (let waitMs = FIRST_POLL_MS; ; waitMs = Math.min(waitMs * 1.5, LONGEST_POLL_MS)) {
    const job = await jobInfo(scope, id)
    if (job.state === 'JobComplete') return { id, rows: job.rows }
    if (job.state === 'Aborted')
      throw new AtlasError('source.incomplete', `The Bulk job ${id} of ${scope.plan.object.name} was stopped in Salesforce.`)
    if (job.state === 'Failed') {
      await deleteJob(scope, id)
      throw new BulkRefused(`the Bulk job failed (${job.detail})`)
    }
    if (scope.context.now().getTime() - startedMs > scope.settings.jobTimeoutMinutes * 60_000) await giveUp(scope, id)
    await scope.wait(waitMs, scope.context.signal)
  }
}

async function createJob({ session, plan }: ReadScope, soql: string, all: boolean): Promise<string> {
  const body = { operation: all ? 'queryAll' : 'query', query: soql, contentType: 'CSV', columnDelimiter: 'COMMA', lineEnding: 'LF' }
  for (let tries = 1; ; tries++) {
    try {
      const { id } = (await session.json({ method: 'POST', path: '/jobs/query', body })) as { id?: string }
      if (id !== undefined) return id
      throw new AtlasError('source.unexpected_answer', `Salesforce made a Bulk job of ${plan.object.name} without an id.`)
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      if (error.errorCode === 'DUPLICATE_VALUE' && tries < TRIES) await session.pause(tries)
      else if (error.httpStatus === 400 && !['INVALID_FIELD', 'INVALID_TYPE', 'MALFORMED_QUERY'].includes(error.errorCode))
        throw new BulkRefused(error.message)
      else throw error
    }
  }
}

/** State and rows of a job. @throws ApiError 404 when it is no more */
export async function jobInfo({ session }: ReadScope, id: string): Promise<{ state: string; rows: number; detail: string }> {
  const info = (await session.json({ path: `/jobs/query/${id}` })) as {
    state?: string
    numberRecordsProcessed?: number
    errorMessage?: string
  }
  return {
    state: info.state ?? '',
    rows: Number(info.numberRecordsProcessed),
    detail: (info.errorMessage ?? 'no reason given').slice(0, 200),
  }
}

async function giveUp(scope: ReadScope, id: string): Promise<never> {
  await quietly(scope, () => scope.session.request({ method: 'PATCH', path: `/jobs/query/${id}`, body: { state: 'Aborted' }, attempts: 1 }))
  await deleteJob(scope, id)
  throw new AtlasError(
    'source.timeout',
    `The Bulk job of ${scope.plan.object.name} was not done after ${scope.settings.jobTimeoutMinutes} minutes.`,
  )
}

/** Deletes a job whose rows are here. That it cannot be is said and no more: Salesforce deletes it after seven days. */
export async function deleteJob(scope: ReadScope, id: string): Promise<void> {
  await quietly(scope, () => scope.session.request({ method: 'DELETE', path: `/jobs/query/${id}`, attempts: 2 }))
}

async function quietly(scope: ReadScope, work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof AtlasError) || error.code === 'run.cancelled') throw error
    scope.warn(`A Bulk job could not be deleted; Salesforce does so after seven days. ${error.message}`)
  }
}

/** The result pages of a job, from a locator on. @throws AtlasError `source.incomplete` when a page holds fewer rows than it says */
export async function* bulkPages(scope: ReadScope, job: BulkJob, from: string | null): AsyncGenerator<BulkPage> {
  let locator = from
  do {
    const page = await downloadPage(scope, job.id, locator)
    if (page.next !== null && page.next === locator)
      throw new AtlasError('source.pagination_loop', `Salesforce gave the same page of the Bulk job ${job.id} twice.`)
    yield page
    locator = page.next
  } while (locator !== null)
}

/** One page into a file; a download that breaks is begun again at the same locator. */
async function downloadPage(scope: ReadScope, id: string, locator: string | null): Promise<BulkPage> {
  const file = path.join(scope.context.scratch, `${id}-${scope.nextFile()}.csv`)
  const query = { maxRecords: String(scope.options.pageRows), ...(locator === null ? {} : { locator }) }
  for (let tries = 1; ; tries++) {
    try {
      const reply = await scope.session.request({ path: `/jobs/query/${id}/results`, query, headers: { accept: 'text/csv' } })
      const type = reply.headers.get('content-type') ?? ''
      if (/html|json/i.test(type))
        throw new AtlasError('source.unexpected_answer', `Salesforce answers a page of results with ${type} instead of CSV.`)
      const charset = /charset\s*=\s*"?([\w.:-]+)/i.exec(type)?.[1] ?? 'utf-8'
      const { bytes, names } = await savePage(reply.bytes(), charset, file)
      const next = reply.headers.get('sforce-locator')
      const rows = Number(reply.headers.get('sforce-numberofrecords') ?? Number.NaN)
      return { files: [{ path: file, bytes }], names, rows, next: next === null || next === 'null' || next === '' ? null : next }
    } catch (error) {
      await rm(file, { force: true })
      const again =
        error instanceof AtlasError &&
        ['source.incomplete', 'source.unreachable', 'source.timeout', 'source.unexpected_answer'].includes(error.code)
      if (!again || tries >= TRIES) throw error
      scope.context.log('warn', `${error.message} Trying again (${tries} of ${TRIES} tries made).`)
      await scope.session.pause(tries)
    }
  }
}
