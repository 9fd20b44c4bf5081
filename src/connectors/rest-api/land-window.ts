import { AtlasError } from '../../core/errors.ts'
import { id, join, raw, sql, type Sql } from '../../core/sql.ts'
import { NO_FILE, type Landing, type StreamColumn } from '../connector.ts'
import { cursorColumn, cursorColumnOfKind, cursorLiteral, greatestCursor, type CursorColumn } from './cursor-sql.ts'
import { cursorText, parseCursor, type CursorValue } from './cursor-value.ts'
import type { StreamRead } from './read-full.ts'
import type { ReadWindow } from './read-window.ts'
import { selectedColumns } from './row-filter.ts'

/** What a window brought. */
export interface LandedWindow {
  rows: number
  /** Its greatest cursor value; null for a backfill, and when there is none. */
  high: CursorValue | null
  warnings: string[]
}

type Bounds = Pick<ReadWindow, 'from' | 'to' | 'high'>

/**
 * Lands the rows of a window: those above the last value as they are, those up to it only where explore does not hold them yet. Rows outside of it are left out, whatever
 * the API gave.
 * @throws AtlasError `source.cursor_invalid`, `source.column_missing`
 */
export async function landWindow(
  { request, landing, stream }: StreamRead,
  rows: Sql,
  columns: StreamColumn[],
  window: ReadWindow,
): Promise<LandedWindow> {
  const column = columns.find(({ name }) => name === window.column) ?? { name: window.column, type: 'VARCHAR' }
  const cursor = await cursorColumn(landing, rows, column)
  const bounds = coerceBounds(window, cursor)
  const warnings = zoneWarning(stream.name, window, cursor)
  const selected = selectedColumns(columns, request)
  const names = join(selected.map(({ name }) => id(name)))
  const query = (condition: Sql): Sql => sql`select ${names} from (${rows}) where ${condition}`
  const within = inBounds(cursor.value, bounds)
  const explored = cursorColumnOfKind(cursor.kind, window.column)
  if (window.backfill) return { rows: await landUnseen(landing, query(within), selected, inBounds(explored, bounds)), high: null, warnings }

  const high = await greatestCursor(landing, sql`select * from (${rows}) where ${within}`, cursor)
  const orNull = (value: Sql): Sql => (window.nulls === 'include' ? sql` or ${value} is null` : raw(''))
  if (bounds.high === null)
    return { rows: await landAll(landing, query(sql`(${within})${orNull(cursor.value)}`), selected), high, warnings }
  const top = cursorLiteral(bounds.high)
  const fresh = await landAll(landing, query(sql`${within} and ${cursor.value} > ${top}`), selected)
  const again = query(sql`(${within} and ${cursor.value} <= ${top})${orNull(cursor.value)}`)
  const overlap = sql`(${inBounds(explored, { ...bounds, to: null })} and ${explored} <= ${top})${orNull(id(window.column))}`
  return { rows: fresh + (await landUnseen(landing, again, selected, overlap)), high, warnings }
}

function inBounds(value: Sql, { from, to }: Pick<Bounds, 'from' | 'to'>): Sql {
  const lower = from === null ? sql`${value} is not null` : sql`${value} >= ${cursorLiteral(from)}`
  return to === null ? lower : sql`${lower} and ${value} < ${cursorLiteral(to)}`
}

async function landAll(landing: Landing, query: Sql, columns: StreamColumn[]): Promise<number> {
  return (await hasRows(landing, query)) ? (await landing.write(query, columns, NO_FILE)).rows : 0
}

async function landUnseen(landing: Landing, query: Sql, columns: StreamColumn[], overlap: Sql): Promise<number> {
  return (await hasRows(landing, query)) ? (await landing.writeUnseen(query, columns, NO_FILE, overlap)).rows : 0
}

async function hasRows(landing: Landing, query: Sql): Promise<boolean> {
  return (await landing.rows(sql`select 1 as one from (${query}) limit 1`)).length > 0
}

/** Bounds that were written before the kind of the column was known, in that kind. */
function coerceBounds(window: ReadWindow, cursor: CursorColumn): Bounds {
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
