import { z } from 'zod'
import { AtlasError } from '../../core/errors.ts'
import { columnLetters } from '../../core/names.ts'
import { id, join, sql, type Sql } from '../../core/sql.ts'
import { NO_FILE, type Landing, type ReadRequest, type ReadResult } from '../connector.ts'
import { cursorWindow } from './cursor-window.ts'
import type { ReadTable } from './read-table.ts'
import type { StagedTable } from './stage-table.ts'
import { filterRows, selectColumns, typedRows } from './typed-rows.ts'

/** What a read leaves for the next one. */
const State = z.object({
  version: z.literal(1),
  cursor: z.string().nullable(),
  /** Which column was where: a name that moved or changed is told, never taken for another column in silence. */
  columns: z.array(z.object({ place: z.string(), header: z.string(), name: z.string() })).default([]),
  timeZone: z.string().default(''),
})
type State = z.infer<typeof State>

/**
 * Lands what was asked for of a staged table.
 * @throws AtlasError `source.column_missing`, `source.cursor_*`, `source.bad_settings`
 */
export async function landTable(
  { staged, counted, book }: ReadTable,
  request: ReadRequest,
  timeZone: string | null,
  landing: Landing,
): Promise<ReadResult> {
  const typed = typedRows(staged, timeZone)
  const columns = selectColumns(typed.columns, request.select)
  const where = filterRows(typed.columns, request.where)
  const rows = where === null ? typed.query : sql`select * from (${typed.query}) where ${where}`
  const saved = readState(landing.state)
  const selected = (condition: Sql | null): Sql => {
    const picked = sql`select ${join(columns.map(({ name }) => id(name)))} from (${rows})`
    return condition === null ? picked : sql`${picked} where ${condition}`
  }
  const warnings = [...typed.notes, ...movedColumns(saved, staged)]
  const parts = {
    columns,
    bytesRead: staged.bytes,
    text: null,
    warnings,
    ...(counted === null ? {} : { counted: { rows: counted, read: staged.rows, tolerance: 0 } }),
  }
  const state: State = { version: 1, cursor: saved?.cursor ?? null, columns: placesOf(staged), timeZone: book.properties.timeZone }
  if (request.mode === 'replace' || request.mode === 'full_append') {
    const { rows: landed } = await landing.write(selected(null), columns, NO_FILE)
    return { ...parts, sourceRows: landed, state }
  }
  assertSelected(columns, request)
  const window = await cursorWindow(landing, rows, typed.columns, request.cursor, saved?.cursor ?? null)
  let landed = 0
  // After a read that reached no value, whatever it landed may be among what is read now.
  const mayBeSeen = window.overlap ?? (saved === null ? null : window.fresh)
  if (mayBeSeen !== null) landed += (await landing.writeUnseen(selected(mayBeSeen), columns, NO_FILE, mayBeSeen)).rows
  if (window.fresh !== null && window.fresh !== mayBeSeen) landed += (await landing.write(selected(window.fresh), columns, NO_FILE)).rows
  return {
    ...parts,
    sourceRows: landed,
    state: window.keepsState ? landing.state : { ...state, cursor: window.reached },
    reached: window.reached,
  }
}

/** @throws AtlasError `source.cursor_invalid` for a state that this version does not know: reading without it would double rows */
function readState(state: unknown): State | null {
  if (state === null) return null
  const parsed = State.safeParse(state)
  if (parsed.success) return parsed.data
  throw new AtlasError(
    'source.cursor_invalid',
    'What the last read left for this one was written by another version of Atlas, and cannot be read.',
    {
      next: 'Use that version or a newer one, or read the stream once by the mode replace.',
    },
  )
}

function assertSelected(columns: readonly { name: string }[], { cursor }: ReadRequest): void {
  if (cursor === null || columns.some(({ name }) => name === cursor.column)) return
  throw new AtlasError(
    'source.cursor_invalid',
    `The cursor column ${JSON.stringify(cursor.column)} must be among the columns that are read.`,
  )
}

function placesOf({ columns }: StagedTable): State['columns'] {
  return columns.map(({ place, header, name }) => ({ place: columnLetters(place), header, name }))
}

function movedColumns(saved: State | null, staged: StagedTable): string[] {
  if (saved === null || saved.columns.length === 0) return []
  const now = placesOf(staged)
  return saved.columns.flatMap((before) => {
    const here = now.find(({ place }) => place === before.place)
    if (here?.name === before.name) return []
    const moved = now.find(({ name }) => name === before.name)
    const label = `Column ${JSON.stringify(before.name)}`
    if (moved !== undefined) return [`${label} moved from ${before.place} to ${moved.place}; its values follow its name.`]
    return [here === undefined ? `${label} is gone.` : `${label} in ${before.place} is now called ${JSON.stringify(here.name)}.`]
  })
}
