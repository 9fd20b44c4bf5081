import { join, id, sql, type Sql } from '../../core/sql.ts'
import type { CursorKind } from './cursor-kind.ts'

/** Cursor values from `from` to `to`; null: no end. */
export interface Window {
  from: string | null
  /** `from` itself is not in it. */
  after?: boolean
  to: string | null
  /** `to` itself is in it. */
  through?: boolean
  /** The rows without a cursor, instead of a stretch. */
  nulls?: boolean
}

/** The conditions of a window in SOQL. */
export function windowConditions(kind: CursorKind, { from, after, to, through, nulls }: Window): string[] {
  const { name } = kind.field
  if (nulls === true) return [`${name} = null`]
  const conditions: string[] = []
  if (from !== null) conditions.push(`${name} ${after === true ? '>' : '>='} ${kind.soql(from)}`)
  if (to !== null) conditions.push(`${name} ${through === true ? '<=' : '<'} ${kind.soql(to)}`)
  // Rows without a value compare as smaller than any, so an open beginning would take them in.
  if (from === null && kind.field.nillable) conditions.push(`${name} != null`)
  return conditions
}

/** The same for DuckDB, over the landed columns; true when any window holds the row. */
export function inWindows(kind: CursorKind, windows: readonly Window[]): Sql {
  const column = id(kind.field.name)
  const one = ({ from, after, to, through, nulls }: Window): Sql => {
    if (nulls === true) return sql`${column} is null`
    const parts = [sql`${column} is not null`]
    if (from !== null) parts.push(after === true ? sql`${column} > ${kind.literal(from)}` : sql`${column} >= ${kind.literal(from)}`)
    if (to !== null) parts.push(through === true ? sql`${column} <= ${kind.literal(to)}` : sql`${column} < ${kind.literal(to)}`)
    return sql`(${join(parts, ' and ')})`
  }
  return windows.length === 0 ? sql`false` : join(windows.map(one), ' or ')
}

const SLICE_ROWS = 1_000_000
const DAY_MS = 86_400_000

/**
 * Cuts a window of times into slices that are read one after the other, so that one that fails does not take the others with it.
 * @param first the first value in it
 * @param end where the last slice ends at the latest
 * @param days of a slice; by the number of rows unless told
 */
export function sliceWindow(window: Window, first: string, end: string, rows: number, days: number | undefined): Window[] {
  const [fromMs, toMs] = [Date.parse(first), Date.parse(end)]
  const stepMs = days === undefined ? (toMs - fromMs) / Math.ceil(rows / SLICE_ROWS) : days * DAY_MS
  const count = Math.min(Math.ceil((toMs - fromMs) / stepMs), 10_000)
  if (!(count > 1)) return [window]
  const edge = (index: number): string => new Date(Math.floor(fromMs + index * stepMs)).toISOString()
  return Array.from({ length: count }, (_, index) => ({
    ...(index === 0 ? { from: window.from, ...(window.after === undefined ? {} : { after: window.after }) } : { from: edge(index) }),
    ...(index === count - 1
      ? { to: window.to, ...(window.through === undefined ? {} : { through: window.through }) }
      : { to: edge(index + 1) }),
  }))
}
