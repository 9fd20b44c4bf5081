import { AtlasError } from '../../core/errors.ts'
import type { Stream } from '../connector.ts'
import type { SheetOptions } from './sheet-settings.ts'
import { parseArea, quoteTitle, splitTitle, writeArea, type Area } from './a1.ts'
import type { Book, GridRange } from './sheets-reply.ts'

type Sheet = Book['sheets'][number]

/** The part of a tab that is read. */
export interface Table {
  title: string
  /** Within the grid, both ends known. */
  area: Area & { lastRow: number; lastColumn: number }
  /** Nothing but the grid's own end is at the bottom: rows that are added below belong to it. */
  isOpen: boolean
  merges: Merge[]
}

/** Rows counted from 1, columns from 0; both ends belong to it. */
export interface Merge {
  firstRow: number
  lastRow: number
  firstColumn: number
  lastColumn: number
}

interface Wanted {
  tabs?: readonly string[] | undefined
  namedRanges: boolean
}

/**
 * The streams of a spreadsheet: its tabs that are grids (charts and connected sheets hold no cells), and named ranges where they are wanted or asked for by name.
 * @throws AtlasError `source.stream_not_found` for a tab of the settings that is not there
 */
export function listStreams(book: Book, wanted: Wanted, only?: readonly string[]): Stream[] {
  const grids = gridsOf(book)
  const missing = wanted.tabs?.find((title) => !grids.some((sheet) => sheet.properties.title === title))
  if (missing !== undefined) throw noStream(book, missing)
  const offered = grids.filter(({ properties }) => wanted.tabs?.includes(properties.title) ?? true)
  const ranges = book.namedRanges.filter(({ name }) => !grids.some((sheet) => sheet.properties.title === name))
  const streams = [
    ...offered.map(tabStream),
    ...ranges.flatMap((range) => (wanted.namedRanges || only?.includes(range.name) === true ? (rangeStream(book, range) ?? []) : [])),
  ]
  return only === undefined ? streams : streams.filter(({ name }) => only.includes(name))
}

/**
 * Where a stream's rows are. @throws AtlasError `source.stream_not_found`, `source.bad_settings` for a range that cannot be read
 */
export function findTable(book: Book, stream: string, options: Pick<SheetOptions, 'range'>): Table {
  const tab = gridsOf(book).find((sheet) => sheet.properties.title === stream)
  const named = tab === undefined ? namedRange(book, stream) : undefined
  const sheet = tab ?? named?.sheet
  if (sheet === undefined) throw noStream(book, stream)
  const given = options.range === undefined ? (named?.area ?? WHOLE) : rangeIn(book, sheet, options.range)
  const { rowCount, columnCount } = gridOf(sheet)
  const { title } = sheet.properties
  if (given.firstRow > rowCount || given.firstColumn >= columnCount) {
    throw new AtlasError(
      'source.stream_not_found',
      `The range ${writeArea(title, given)} is outside the tab, which has ${rowCount} rows and ${columnCount} columns.`,
    )
  }
  const lastRow = Math.min(given.lastRow ?? rowCount, rowCount)
  const lastColumn = Math.min(given.lastColumn ?? columnCount - 1, columnCount - 1)
  return {
    title,
    area: { ...given, lastRow, lastColumn },
    isOpen: given.lastRow === null,
    merges: sheet.merges.flatMap((merge) => mergeOf(merge) ?? []),
  }
}

const WHOLE: Area = { firstRow: 1, lastRow: null, firstColumn: 0, lastColumn: null }

function gridsOf(book: Book): Sheet[] {
  return book.sheets.filter(({ properties }) => properties.sheetType === 'GRID')
}

function gridOf({ properties }: Sheet): { rowCount: number; columnCount: number } {
  return properties.gridProperties ?? { rowCount: 0, columnCount: 0 }
}

function tabStream(sheet: Sheet): Stream {
  const { rowCount, columnCount } = gridOf(sheet)
  const { title, hidden } = sheet.properties
  return {
    name: title,
    title,
    kind: 'sheet',
    columns: null,
    rowEstimate: Math.max(0, rowCount - 1),
    sizeBytes: null,
    pieces: 1,
    details: { title, rowCount, columnCount, hidden },
  }
}

function rangeStream(book: Book, { name, range }: Book['namedRanges'][number]): Stream | null {
  const found = namedRange(book, name)
  if (found === undefined) return null
  const { rowCount, columnCount } = gridOf(found.sheet)
  const rows = (range.endRowIndex ?? rowCount) - range.startRowIndex
  const columns = (range.endColumnIndex ?? columnCount) - range.startColumnIndex
  const where = writeArea(found.sheet.properties.title, found.area)
  return {
    name,
    title: `${name} (${where})`,
    kind: 'named range',
    columns: null,
    rowEstimate: Math.max(0, rows - 1),
    sizeBytes: null,
    pieces: 1,
    details: { title: name, rowCount: rows, columnCount: columns, range: where },
  }
}

function namedRange(book: Book, name: string): { sheet: Sheet; area: Area } | undefined {
  const found = book.namedRanges.find((one) => one.name === name)
  const sheet = gridsOf(book).find(({ properties }) => properties.sheetId === found?.range.sheetId)
  return found === undefined || sheet === undefined ? undefined : { sheet, area: areaOf(found.range) }
}

function areaOf(range: GridRange): Area {
  return {
    firstRow: range.startRowIndex + 1,
    lastRow: range.endRowIndex ?? null,
    firstColumn: range.startColumnIndex,
    lastColumn: range.endColumnIndex === undefined ? null : range.endColumnIndex - 1,
  }
}

function mergeOf(range: GridRange): Merge | null {
  const { firstRow, lastRow, firstColumn, lastColumn } = areaOf(range)
  return lastRow === null || lastColumn === null ? null : { firstRow, lastRow, firstColumn, lastColumn }
}

function rangeIn(book: Book, sheet: Sheet, text: string): Area {
  const { title, cells } = splitTitle(text)
  const own = sheet.properties.title
  const named = title === null ? namedRange(book, text) : undefined
  if (named?.sheet === sheet) return named.area
  const area = title === null || title === own ? parseArea(cells) : null
  if (area !== null) return area
  throw new AtlasError('source.bad_settings', `There is no range ${JSON.stringify(text)} in the tab ${quoteTitle(own)}.`, {
    next: 'Give cells of that tab, such as A3:F200 or H:K, or a named range in it.',
  })
}

function noStream(book: Book, stream: string): AtlasError {
  const titles = gridsOf(book).map(({ properties }) => properties.title)
  const other = book.sheets.find(({ properties }) => properties.title === stream)
  const why = other === undefined ? '' : ` It is a sheet of kind ${other.properties.sheetType}, which holds no cells to read.`
  const known = [...titles, ...book.namedRanges.map(({ name }) => name)].slice(0, 20).map((name) => JSON.stringify(name))
  return new AtlasError(
    'source.stream_not_found',
    `The spreadsheet has no tab or named range ${JSON.stringify(stream)}.${why} There is: ${known.join(', ')}.`,
  )
}
