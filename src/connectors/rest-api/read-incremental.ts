import { AtlasError } from '../../core/errors.ts'
import { sql } from '../../core/sql.ts'
import type { ReadResult, StreamColumn } from '../connector.ts'
import { openJsonRows, recordsError, selectJsonRows, selectRefused, type JsonRows } from '../json-rows/json-rows.ts'
import { compareCursors, cursorText, parseCursor, sentCursor, type CursorValue } from './cursor-value.ts'
import { landWindow } from './land-window.ts'
import type { StreamRead } from './read-full.ts'
import { parseState, readWindow, type ReadWindow, type RestState } from './read-window.ts'
import { filterCondition, selectedColumns } from './row-filter.ts'
import { readRecords } from './stream-records.ts'
import type { RestStream } from './stream-settings.ts'
import { warningsOf } from './warnings.ts'
import { countedRows } from './counted-rows.ts'

/**
 * Reads what is new by the cursor. The window from the last value on (less the lookback) is read again; of its rows those land that explore does not hold yet.
 * @throws AtlasError `source.cursor_invalid`, `source.cursor_missing`, `source.cursor_null`, and `source.*`, `run.cancelled`
 */
export async function readIncremental(read: StreamRead): Promise<ReadResult> {
  const { stream, request, context, landing } = read
  const rule = request.cursor
  if (rule === null) throw noCursor(read)
  const state = parseState(landing.state)
  const window = readWindow(rule, state)
  const rows = openJsonRows({ scratch: context.scratch, unnest: stream.unnest, known: state?.columns ?? [] })
  try {
    return await readWindowInto(read, rows, window, state)
  } finally {
    await rows.close()
  }
}

async function readWindowInto(read: StreamRead, rows: JsonRows, window: ReadWindow, state: RestState | null): Promise<ReadResult> {
  const { session, stream, request, context, landing } = read
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
    ...countedRows(stream, pages.total, pages.received),
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
