import { AtlasError } from '../../core/errors.ts'
import { id, join, raw, sql, type Sql } from '../../core/sql.ts'
import { NO_FILE, type Landing, type ReadResult, type StreamColumn } from '../connector.ts'
import { openJsonRows, recordsError, selectJsonRows, selectRefused, type JsonRows } from '../json-rows/json-rows.ts'
import { cursorColumn, cursorColumnOfKind, cursorLiteral, greatestCursor, type CursorColumn } from './cursor-sql.ts'
import { compareCursors, cursorText, parseCursor, sentCursor, type CursorValue } from './cursor-value.ts'
import type { StreamRead } from './read-full.ts'
import { parseState, readWindow, type ReadWindow, type RestState } from './read-window.ts'
import { filterCondition, selectedColumns } from './row-filter.ts'
import { readRecords } from './stream-records.ts'
import type { RestStream } from './stream-settings.ts'
import { warningsOf } from './warnings.ts'

/**
 * Reads what is new by the cursor. The window from the last value on (less the lookback) is read again; of its rows those land that explore does not hold yet.
 * @throws AtlasError `source.cursor_invalid`, `source.cursor_missing`, `source.cursor_null`, and `source.*`, `run.cancelled`
 */
export async function readIncremental(read: StreamRead): Promise<ReadResult> {
  const { session, stream, request, context, landing } = read
  const rule = request.cursor
  if (rule === null) throw noCursor(read)
  const state = parseState(landing.state)
  const window = readWindow(rule, state)
  const rows = openJsonRows({ scratch: context.scratch, unnest: stream.unnest, known: state?.columns ?? [] })
  const pages = await readRecords(
    session,
    stream,
    read.all,
    { ...sentWindow(window, stream), start: null },
    {
      take: async ({ text, records }, extra) => {
        if (records === null) return 0
        const added = await rows.add(text, records, extra)
        context.progress({ rows: rows.records + rows.refused, bytes: null, total: null })
        return added.records + added.refused
      },
    },
  )
  assertCursor(rows, window, stream.name)
  const chunk = await rows.take()
  const columns = rows.columns()
  const where = filterCondition(request, columns)
  const all = selectJsonRows([chunk], columns)
  const filtered = where === null ? all : sql`select * from (${all}) where ${where}`
  const landed =
    chunk.records === 0
      ? null
      : await landWindow(read, filtered, columns, window).catch((error: unknown) => Promise.reject(recordsError(error, stream.name)))
  const refused = selectRefused([chunk], stream.name)
  const refusedRows = refused === null ? 0 : (await landing.quarantine(refused)).rows
  const next = window.backfill ? landing.state : nextState(landing.state, state, landed?.high ?? null, columns)
  return {
    columns: selectedColumns(columns.length > 0 ? columns : (request.stream.columns ?? []), request),
    sourceRows: (landed?.rows ?? 0) + refusedRows,
    bytesRead: pages.bytes,
    state: next,
    text: null,
    warnings: [...warningsOf(stream, pages), ...(landed?.warnings ?? [])],
    ...(pages.total === null ? {} : { counted: { rows: pages.total, read: pages.received, tolerance: 0 } }),
    reached: parseState(next)?.cursor ?? null,
  }
}

function sentWindow({ from, to }: ReadWindow, { cursor }: RestStream): { from: string | null; to: string | null } {
  const format = cursor?.format ?? 'iso'
  return {
    from: from === null ? null : sentCursor(from, format, cursor?.startIsExclusive === true ? 'after' : 'from'),
    to: to === null ? null : sentCursor(to, format, 'to'),
  }
}

/** A key that is not there and a key that is null are two things: the first is most often a wrong name. */
function assertCursor(rows: JsonRows, { column, nulls }: ReadWindow, stream: string): void {
  if (rows.records === 0) return
  const key = rows.keys.find(({ name }) => name === column)
  const missing = rows.records - (key?.present ?? 0)
  if (key === undefined || key.present === 0)
    throw new AtlasError(
      'source.cursor_missing',
      `No record of ${stream} has the cursor ${column}. They have: ${rows.keys.map(({ name }) => name).join(', ')}.`,
    )
  if (nulls !== 'raise') return
  if (missing > 0)
    throw new AtlasError('source.cursor_missing', `${missing} of ${rows.records} records of ${stream} do not have the cursor ${column}.`)
  if (key.nulls > 0)
    throw new AtlasError(
      'source.cursor_null',
      `${key.nulls} of ${rows.records} records of ${stream} have no value in the cursor ${column}.`,
    )
}

interface Landed {
  rows: number
  high: CursorValue | null
  warnings: string[]
}

async function landWindow(
  { request, landing, stream }: StreamRead,
  rows: Sql,
  columns: StreamColumn[],
  window: ReadWindow,
): Promise<Landed> {
  const column = columns.find(({ name }) => name === window.column) ?? { name: window.column, type: 'VARCHAR' }
  const cursor = await cursorColumn(landing, rows, column)
  const bounds = coerceWindow(window, cursor)
  const warnings = zoneWarning(stream.name, window, cursor)
  const value = cursor.value
  const inside = [
    ...(bounds.from === null ? [] : [sql`${value} >= ${cursorLiteral(bounds.from)}`]),
    ...(bounds.to === null ? [] : [sql`${value} < ${cursorLiteral(bounds.to)}`]),
  ]
  const within = inside.length === 0 ? sql`${value} is not null` : join(inside, ' and ')
  const selected = selectedColumns(columns, request)
  const names = join(selected.map(({ name }) => id(name)))
  const query = (condition: Sql): Sql => sql`select ${names} from (${rows}) where ${condition}`
  const orNull = window.nulls === 'include' ? sql` or ${value} is null` : raw('')
  const high = await greatestCursor(landing, query_(rows, within), cursor)
  const seen = (overlap: Sql, explored: Sql): Promise<number> => landUnseen(landing, query(overlap), selected, explored)
  const explored = cursorColumnOfKind(cursor.kind, window.column)
  const exploredBounds = [...(bounds.from === null ? [] : [sql`${explored} >= ${cursorLiteral(bounds.from)}`])]
  const exploredNull = window.nulls === 'include' ? sql` or ${id(window.column)} is null` : raw('')

  if (window.backfill) {
    const upTo = [...exploredBounds, ...(bounds.to === null ? [] : [sql`${explored} < ${cursorLiteral(bounds.to)}`])]
    return { rows: await seen(within, upTo.length === 0 ? raw('true') : join(upTo, ' and ')), high: null, warnings }
  }
  if (bounds.high === null) return { rows: (await landing.write(query(sql`(${within})${orNull}`), selected, NO_FILE)).rows, high, warnings }
  const top = cursorLiteral(bounds.high)
  const above = await countRows(landing, query(sql`${within} and ${value} > ${top}`))
  const fresh = above === 0 ? 0 : (await landing.write(query(sql`${within} and ${value} > ${top}`), selected, NO_FILE)).rows
  const overlap = join([...exploredBounds, sql`${explored} <= ${top}`], ' and ')
  return { rows: fresh + (await seen(sql`(${within} and ${value} <= ${top})${orNull}`, sql`(${overlap})${exploredNull}`)), high, warnings }
}

const query_ = (rows: Sql, condition: Sql): Sql => sql`select * from (${rows}) where ${condition}`

async function landUnseen(landing: Landing, query: Sql, columns: StreamColumn[], overlap: Sql): Promise<number> {
  if ((await countRows(landing, query)) === 0) return 0
  return (await landing.writeUnseen(query, columns, NO_FILE, overlap)).rows
}

async function countRows(landing: Landing, query: Sql): Promise<number> {
  const [found] = await landing.rows(sql`select count(*) as n from (${query})`)
  return Number(found?.['n'])
}

/** Bounds that were written before the kind of the column was known, in that kind. */
function coerceWindow(window: ReadWindow, cursor: CursorColumn): Pick<ReadWindow, 'from' | 'to' | 'high'> {
  const coerce = (value: CursorValue | null): CursorValue | null => {
    if (value === null || value.kind === cursor.kind) return value
    const same = parseCursor(cursorText(value), cursor.kind)
    if (same !== null) return same
    throw new AtlasError(
      'source.cursor_invalid',
      `The cursor ${window.column} holds a ${cursor.kind}, but its start, end or last value is a ${value.kind}.`,
    )
  }
  return { from: coerce(window.from), to: coerce(window.to), high: coerce(window.high) }
}

function zoneWarning(stream: string, { column, high, from }: ReadWindow, cursor: CursorColumn): string[] {
  const saved = high ?? from
  const differs = saved?.kind === 'time' && cursor.kind === 'time' && saved.aware !== cursor.aware
  return differs || cursor.mixed
    ? [`${stream}: ${column} has an offset from UTC in some places and none in others; times without one are taken as UTC.`]
    : []
}

/** The state as it was when nothing moved, so that it stays the same to the byte. */
function nextState(before: unknown, state: RestState | null, high: CursorValue | null, columns: StreamColumn[]): unknown {
  const old = state === null || state.cursor === null ? null : parseCursor(state.cursor, state.kind)
  const isHigher = high !== null && (old === null || compareCursors(high, old) > 0)
  const isSame = JSON.stringify(columns) === JSON.stringify(state?.columns ?? [])
  if (state !== null && !isHigher && isSame) return before
  const top = isHigher ? high : old
  return { version: 1, cursor: top === null ? null : cursorText(top), kind: top?.kind ?? 'text', columns } satisfies RestState
}

function noCursor({ request, stream }: StreamRead): AtlasError {
  const candidates = request.stream.cursors ?? []
  const known = candidates.length === 0 ? '' : ` It could be: ${candidates.join(', ')}.`
  return new AtlasError('source.cursor_invalid', `${stream.name} cannot be read in the mode ${request.mode} without a cursor.${known}`)
}
