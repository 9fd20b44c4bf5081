import { z } from 'zod'
import type { CursorRule } from '../../contract/pipelines.ts'
import { AtlasError } from '../../core/errors.ts'
import type { Landing, ReadContext, ReadResult } from '../connector.ts'
import { before, type Cursor, exploreCondition, parseCursor, type Window, windowCondition } from './cursor-window.ts'
import { landStream, type Streamed } from './land-stream.ts'
import { isInSnapshot, streamColumns } from './list-tables.ts'
import { noDayWarnings } from './no-day-warnings.ts'
import { mysqlValue } from './order-value.ts'
import { isRealDay } from './real-day.ts'
import type { Horizon } from './safe-horizon.ts'
import type { Session } from './session.ts'
import { selectText, type StreamPlan } from './stream-plan.ts'

/**
 * How far an incremental read is. `low`: from where the next one reads again because rows may still show up there; the cursor itself when left out, the very
 * beginning when null. `refused`: fingerprints of rows that were refused, so that reading them again does not refuse them twice.
 */
const State = z.object({
  version: z.literal(1),
  column: z.string(),
  cursor: z.string().nullable(),
  low: z.string().nullable().optional(),
  refused: z.array(z.string()).optional(),
})
type State = z.infer<typeof State>

export interface IncrementalRead {
  session: Session
  plan: StreamPlan
  rule: CursorRule | null
  horizon: Horizon
  context: ReadContext
  landing: Landing
}

/**
 * Reads what is new by the cursor. What lies at and just below the value reached before is read again, and what explore has of it is left out; see
 * `Landing.writeUnseen`.
 * @throws AtlasError `source.cursor_invalid`, `source.cursor_null`, `source.*`, `run.cancelled`
 */
export async function readIncremental(read: IncrementalRead): Promise<ReadResult> {
  const warnings: string[] = []
  const warn = (message: string) => void warnings.push(message)
  const cursor = parseCursor(read.rule, read.plan, warn)
  await refuseNulls(read, cursor)
  const state = parseState(read.landing.state, cursor, warn)
  const work = cursor.backfill === null ? await readNew(read, cursor, state, warn) : await readBackfill(read, cursor, cursor.backfill)
  const { parts, next, counted, reached } = work
  const sum = (pick: (part: Streamed) => number) => parts.reduce((total, part) => total + pick(part), 0)
  const noDays = new Map<string, number>()
  for (const part of parts) for (const [column, count] of part.noDays) noDays.set(column, (noDays.get(column) ?? 0) + count)
  return {
    columns: streamColumns(read.plan.selected),
    sourceRows: sum((part) => part.landed + part.refused),
    bytesRead: sum((part) => part.bytes),
    state: next,
    text: null,
    warnings: [...warnings, ...noDayWarnings(read.plan.name, noDays)],
    ...(counted === null ? {} : { counted: { rows: counted, read: sum((part) => part.arrived), tolerance: 0 } }),
    reached,
  }
}

interface Work {
  parts: Streamed[]
  next: unknown
  counted: number | null
  reached: string | null
}

/** What a read takes: rows above the value reached before, and those read again (all at once where nothing was reached yet). */
interface Windows {
  above: string | null
  again: Window | null
}

async function windowsOf(read: IncrementalRead, cursor: Cursor, state: State | null): Promise<Windows> {
  const first: Window = { from: cursor.start, inclusive: true, to: cursor.end, toInclusive: false }
  const withNulls = cursor.nulls === 'include'
  if (state === null) return { above: windowCondition(cursor, first, withNulls), again: null }
  if (state.cursor === null) return { above: null, again: first }
  const above = windowCondition(cursor, { ...first, from: state.cursor, inclusive: false }, false)
  return { above, again: await overlapWindow(read, cursor, state, state.cursor) }
}

async function readNew(read: IncrementalRead, cursor: Cursor, state: State | null, warn: (message: string) => void): Promise<Work> {
  const { landing, plan } = read
  const { above, again } = await windowsOf(read, cursor, state)
  const againCondition = again === null ? null : windowCondition(cursor, again, cursor.nulls === 'include')
  const newest = await highest(read.session, cursor, plan, above ?? againCondition ?? 'true')
  const counted = await countWindows(
    read,
    [above, againCondition].filter((condition) => condition !== null),
  )
  const reached = newest ?? state?.cursor ?? null
  const low = await nextLow(read, cursor, reached, state, warn)
  const parts: Streamed[] = []
  if (againCondition !== null && again !== null) {
    const overlap = exploreCondition(cursor, again)
    parts.push(await landStream({ ...streamOf(read, againCondition, counted), overlap, refusedBefore: new Set(state?.refused) }))
  }
  if (above !== null && (newest !== null || state === null)) parts.push(await landStream(streamOf(read, above, counted, parts[0]?.arrived)))
  const refused = [...new Set(parts.flatMap((part) => [...part.refusedRows]))].slice(0, 1000)
  const next: State = {
    version: 1,
    column: cursor.column.name,
    cursor: reached,
    ...(low === undefined ? {} : { low }),
    ...(refused.length === 0 ? {} : { refused }),
  }
  const isNothingNew =
    state !== null && reached === state.cursor && low === state.low && parts.every((part) => part.landed + part.refused === 0)
  return { parts, next: isNothingNew ? landing.state : next, counted, reached }
}

async function readBackfill(read: IncrementalRead, cursor: Cursor, { from, to }: { from: string; to: string }): Promise<Work> {
  const window: Window = { from, inclusive: true, to, toInclusive: false }
  const condition = windowCondition(cursor, window, false)
  const counted = await countWindows(read, [condition])
  const part = await landStream({ ...streamOf(read, condition, counted), overlap: exploreCondition(cursor, window) })
  return { parts: [part], next: read.landing.state, counted, reached: null }
}

function streamOf({ session, plan, landing, context }: IncrementalRead, condition: string, total: number | null, before = 0) {
  return {
    session,
    statement: selectText(
      plan.selected.map(({ expression }) => expression),
      plan.from,
      [...plan.conditions, condition],
    ),
    columns: plan.selected,
    doing: `${plan.name} cannot be read`,
    landing,
    context,
    progress: (rows: number) => context.progress({ rows: before + rows, bytes: null, total }),
  }
}

/** Refuses a stream with rows that have no cursor, before anything is written. */
async function refuseNulls({ session, plan }: IncrementalRead, { column, name, nulls }: Cursor): Promise<void> {
  if (nulls !== 'raise' || !column.nullable) return
  const count = Number(
    await session.value(selectText(['count(*)'], plan.from, [...plan.conditions, `${name} is null`]), `${plan.name} cannot be read`),
  )
  if (count === 0) return
  throw new AtlasError(
    'source.cursor_null',
    `${count} ${count === 1 ? 'row' : 'rows'} of ${plan.name} have no value in ${column.name}, its cursor.`,
  )
}

function parseState(state: unknown, cursor: Cursor, warn: (message: string) => void): State | null {
  if (state === null || state === undefined) return null
  const parsed = State.safeParse(state)
  if (!parsed.success)
    throw new AtlasError(
      'source.cursor_invalid',
      'What the stream has reached was saved by a newer Atlas. Read the stream in full, or update Atlas.',
    )
  if (parsed.data.column === cursor.column.name) return parsed.data
  warn(
    `The cursor is ${cursor.column.name} now and was ${parsed.data.column}: all rows are read again, and those that are there already are left out.`,
  )
  return { version: 1, column: cursor.column.name, cursor: null, low: null }
}

/** What is read again: from `low`, the value reached or so much before it as is looked back, but never from before the start. */
async function overlapWindow({ session }: IncrementalRead, cursor: Cursor, { low }: State, reached: string): Promise<Window> {
  const whole = { inclusive: true, to: reached, toInclusive: true }
  if (low === null) return { ...whole, from: cursor.start }
  const known = low ?? reached
  const looked = cursor.lookback === null ? null : await session.value(`select ${before(cursor, reached, cursor.lookback)}`)
  const from = looked === null ? known : await lesser(session, cursor, known, looked)
  return {
    ...whole,
    from: cursor.start === null || (await lesser(session, cursor, cursor.start, from)) === cursor.start ? from : cursor.start,
  }
}

/** The lesser of two cursor values by MySQL's own order, as it was given. */
async function lesser(session: Session, cursor: Cursor, one: string, other: string): Promise<string> {
  if (one === other) return one
  const value = (text: string) => mysqlValue(cursor.column.order ?? 'text', text)
  return (await session.value(`select ${value(one)} <= ${value(other)}`)) === '1' ? one : other
}

/** The greatest cursor value under a condition; days that are none of the calendar do not count. */
async function highest(session: Session, cursor: Cursor, plan: StreamPlan, condition: string): Promise<string | null> {
  const doing = `The cursor of ${plan.name} cannot be read`
  const found = await session.value(selectText([`max(${cursor.name})`], plan.from, [...plan.conditions, condition]), doing)
  const temporal = cursor.column.cell === 'date' || cursor.column.cell === 'datetime' || cursor.column.cell === 'instant'
  if (found === null || !temporal || isRealDay(Buffer.from(found))) return found
  const real = `day(${cursor.name}) between 1 and day(last_day(${cursor.name}))`
  return session.value(selectText([`max(${cursor.name})`], plan.from, [...plan.conditions, condition, real]), doing)
}

/** The source's own count of the rows that are read; null where the table has no snapshots. */
async function countWindows({ session, plan }: IncrementalRead, conditions: string[]): Promise<number | null> {
  if (plan.table === null || !isInSnapshot(plan.table)) return null
  const either = conditions.map((condition) => `(${condition})`).join(' or ')
  return Number(
    await session.value(selectText(['count(*)'], plan.from, [...plan.conditions, either]), `The rows of ${plan.name} cannot be counted`),
  )
}

/** From where the next read reads again; undefined for the value reached. */
async function nextLow(
  read: IncrementalRead,
  cursor: Cursor,
  reached: string | null,
  state: State | null,
  warn: (message: string) => void,
): Promise<string | null | undefined> {
  const { horizon, plan } = read
  if (plan.table !== null && !isInSnapshot(plan.table)) return undefined
  if (horizon.kind === 'unknown') {
    warn(
      `The user may not see open transactions (GRANT PROCESS ON *.*): a row of ${plan.name} that is committed late is only found with a look back.`,
    )
    return undefined
  }
  if (reached === null) return null
  if (horizon.kind === 'open') {
    warn('A transaction has been writing on the server for a while. What it wrote is looked for in the next run.')
    return state === null ? null : state.low === undefined ? state.cursor : state.low
  }
  const seen = await highest(horizon.earlier, cursor, plan, 'true')
  const known = state?.cursor ?? null
  const both = seen !== null && known !== null
  const settled = both && (await lesser(read.session, cursor, seen, known)) === seen ? known : (seen ?? known)
  if (settled === null) return null
  return (await lesser(read.session, cursor, reached, settled)) === reached ? undefined : settled
}
