import { AtlasError } from '../../core/errors.ts'
import type { ReadResult } from '../connector.ts'
import { LimitReached } from './api-error.ts'
import { countRows } from './fetch-rows.ts'
import { landedColumns, landPage, landUnseen, latestOf, removePage, rowsIn } from './land-page.ts'
import { deletedSince } from './deleted-since.ts'
import { lateRows, settle } from './late-rows.ts'
import { planWindows, type WindowPlan } from './plan-windows.ts'
import { nearest } from './read-outcome.ts'
import type { ReadScope } from './read-scope.ts'
import type { Gap, ReadState } from './read-state.ts'
import { readWindow } from './read-window.ts'
import { bytesOf, type ResultPage } from './result-page.ts'
import { inWindows, type Window } from './window.ts'

interface Tally {
  rows: number
  bytes: number
  counted: { rows: number; read: number } | null
  reached: string | null
  gaps: Gap[]
  parked: { detail: string; because: 'limit' | 'failure' } | null
}

/**
 * Reads what is new by the cursor, and once more what lies within the look-back, of which only what was not landed yet is landed. A slice that fails is left out and noted
 * in the state; the next read tries it again.
 * @throws AtlasError `source.*` when nothing could be read
 */
export async function readIncremental(scope: ReadScope): Promise<ReadResult> {
  const plan = await planWindows(scope)
  const tally: Tally = { rows: 0, bytes: 0, counted: null, reached: plan.state?.cursor ?? null, gaps: [], parked: null }
  await assertNoNulls(scope, plan)
  const late = await lateRows(scope, plan)
  try {
    await readAgain(scope, plan, tally)
    await readNew(scope, plan, tally)
  } catch (error) {
    if (!(error instanceof LimitReached)) throw error
    tally.parked = { detail: error.message, because: 'limit' }
  }
  return {
    columns: landedColumns(scope.plan.columns),
    sourceRows: tally.rows,
    bytesRead: tally.bytes,
    state: await nextState(scope, plan, tally, late),
    text: null,
    warnings: scope.warnings,
    ...(tally.counted === null ? {} : { counted: { ...tally.counted, tolerance: 0 } }),
    ...(tally.parked === null ? {} : { parked: { ...tally.parked, until: null } }),
    reached: tally.reached,
  }
}

async function assertNoNulls(scope: ReadScope, { kind, nulls }: WindowPlan): Promise<void> {
  if (nulls !== 'raise' || !kind.field.nillable) return
  const rows = await countRows(scope, [`${kind.field.name} = null`])
  if (rows !== null && rows > 0)
    throw new AtlasError(
      'source.cursor_null',
      `${rows} ${rows === 1 ? 'row' : 'rows'} of ${scope.plan.object.name} have no value in the cursor ${kind.field.name}; nothing was written.`,
    )
}

/** The look-back and the gaps of earlier reads, in one go. */
async function readAgain(scope: ReadScope, plan: WindowPlan, tally: Tally): Promise<void> {
  tally.gaps = [...(plan.state?.gaps ?? [])]
  const pages: ResultPage[] = []
  const windows: Window[] = []
  for (const { window, gap } of plan.again) {
    try {
      const read = await readWindow(scope, plan.kind, window, (page) => void pages.push(page))
      addCount(tally, read.counted, read.rows)
      windows.push(window)
      if (gap !== null) tally.gaps = tally.gaps.filter((one) => one !== gap)
    } catch (error) {
      if (gap === null || !isGap(error)) throw error
      tally.parked = { detail: missing(gap, error), because: 'failure' }
    }
  }
  const deleted = await deletedSince(scope, plan)
  if (deleted.seen !== null) pages.push(deleted.seen)
  if (pages.length > 0) {
    const landed = await landUnseen(scope, pages, inWindows(plan.kind, windows))
    tally.rows += landed.rows + landed.refused
    const column = scope.plan.columns.find((one) => one.from === plan.kind.field.name)
    if (landed.rows > 0 && column !== undefined) raise(plan, tally, await latestOf(scope, pages, column, (value) => plan.kind.text(value)))
  }
  for (const page of pages) {
    tally.bytes += bytesOf(page)
    await removePage(page)
  }
  if (deleted.fresh !== null) await landNew(scope, plan, tally, deleted.fresh)
}

async function readNew(scope: ReadScope, plan: WindowPlan, tally: Tally): Promise<void> {
  let failed: AtlasError | null = null
  for (const window of plan.fresh) {
    let landed = 0
    try {
      const read = await readWindow(scope, plan.kind, window, async (page) => {
        landed += await rowsIn(scope, page)
        await landNew(scope, plan, tally, page)
      })
      addCount(tally, read.counted, read.rows)
    } catch (error) {
      if (error instanceof LimitReached) {
        stopAt(plan, tally, window, landed > 0)
        throw error
      }
      if (!isGap(error) || plan.fresh.length === 1 || window.to === null) throw error
      failed = error
      tally.parked = { detail: missing({ from: window.from, to: window.to }, error), because: 'failure' }
      stopAt(plan, tally, window, true)
    }
  }
  if (failed !== null && tally.rows === 0) throw failed
}

async function landNew(scope: ReadScope, plan: WindowPlan, tally: Tally, page: ResultPage): Promise<void> {
  const landed = await landPage(scope, page)
  tally.rows += landed.rows + landed.refused
  tally.bytes += bytesOf(page)
  const column = scope.plan.columns.find((one) => one.from === plan.kind.field.name)
  if (column !== undefined) raise(plan, tally, await latestOf(scope, [page], column, (value) => plan.kind.text(value)))
  await removePage(page)
  scope.context.progress({ rows: tally.rows, bytes: null, total: plan.expected })
}

/** What was read lies before the window; what was landed of the window is told apart by the next read, which reads it again. */
function stopAt(plan: WindowPlan, tally: Tally, { from, to }: Window, isPartly: boolean): void {
  if (isPartly && to !== null) tally.gaps.push({ from, to })
  raise(plan, tally, isPartly ? to : from)
}

function raise({ kind }: WindowPlan, tally: Tally, value: string | null): void {
  if (value !== null && (tally.reached === null || kind.compare(value, tally.reached) > 0)) tally.reached = kind.parse(value)
}

function addCount(tally: Tally, counted: number | null, read: number): void {
  if (counted === null) return
  tally.counted = {
    rows: (tally.counted?.rows ?? 0) + (nearest([counted], read).counted?.rows ?? 0),
    read: (tally.counted?.read ?? 0) + read,
  }
}

/** Errors of the source may leave a gap; what Atlas itself cannot do, or was told to stop, ends the read. */
function isGap(error: unknown): error is AtlasError {
  return (
    error instanceof AtlasError &&
    !(error instanceof LimitReached) &&
    error.code.startsWith('source.') &&
    error.code !== 'source.sign_in_failed'
  )
}

function missing({ from, to }: Gap, error: AtlasError): string {
  return `What changed from ${from ?? 'the beginning'} to ${to} could not be read and will be tried again: ${error.message}`
}

async function nextState(scope: ReadScope, plan: WindowPlan, tally: Tally, late: number): Promise<unknown> {
  const { landing } = scope
  const before = plan.state
  if (plan.backfill || tally.reached === null) return landing.state
  const sameGaps = JSON.stringify(before?.gaps ?? []) === JSON.stringify(tally.gaps)
  if (before !== null && tally.rows === 0 && sameGaps && !plan.compares && tally.reached === before.cursor) return landing.state
  const settled = tally.parked === null ? await settle(scope, plan, tally.reached, late) : before?.settled
  const state: ReadState = {
    version: 1,
    field: plan.kind.field.name,
    cursor: tally.reached,
    ...(tally.gaps.length === 0 ? {} : { gaps: tally.gaps }),
    ...(settled === undefined ? {} : { settled }),
    ...(plan.comparedAt === null ? {} : { comparedAt: plan.comparedAt }),
  }
  return state
}
