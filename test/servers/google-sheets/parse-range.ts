import type { GridRange, Sheet, Spreadsheet } from './spreadsheet-model.ts'
import { ApiError } from './api-error.ts'

export interface SheetRange {
  sheet: Sheet
  range: GridRange
}

interface Corner {
  row: number | null
  column: number | null
}

/**
 * What a `range` of the API means: A1 or R1C1 notation, with or without a sheet, a whole sheet, a named range. Open ends reach to the end of the grid, and ends
 * beyond the grid are cut off at it.
 * @throws ApiError 400 "Unable to parse range" and "exceeds grid limits"
 */
export function parseRange(book: Spreadsheet, text: string): SheetRange {
  const { title, quoted, cells } = splitSheet(text)
  if (title === null) {
    const sheet = book.sheets.find((one) => !one.hidden) ?? book.sheets[0]
    const corners = parseCells(cells)
    if (corners !== null && sheet !== undefined) return inGrid(sheet, corners, cells)
    return wholeOrNamed(book, cells, false)
  }
  if (cells === '') return wholeOrNamed(book, title, quoted)
  const sheet = gridNamed(book, title)
  const corners = parseCells(cells)
  if (sheet === undefined || corners === null) throw unparsable(text)
  return inGrid(sheet, corners, cells)
}

/** A range as the API writes it back: `Sheet1!A1:Z1000`, the title quoted where it has to be. */
export function writeRange({ sheet, range }: SheetRange): string {
  const title = quoteTitle(sheet.title)
  const first = `${columnName(range.startColumn)}${range.startRow + 1}`
  const last = `${columnName(range.endColumn - 1)}${range.endRow}`
  return first === last ? `${title}!${first}` : `${title}!${first}:${last}`
}

export function columnName(column: number): string {
  let name = ''
  for (let rest = column + 1; rest > 0; rest = Math.floor((rest - 1) / 26)) name = String.fromCharCode(65 + ((rest - 1) % 26)) + name
  return name
}

function quoteTitle(title: string): string {
  return /^[A-Za-z_]\w*$/.test(title) && parseCells(title) === null ? title : `'${title.replaceAll("'", "''")}'`
}

function unparsable(text: string): ApiError {
  return new ApiError(400, 'INVALID_ARGUMENT', `Unable to parse range: ${text}`)
}

function splitSheet(text: string): { title: string | null; quoted: boolean; cells: string } {
  const quoted = /^'((?:[^']|'')*)'(?:!(.*))?$/s.exec(text)
  if (quoted !== null) return { title: (quoted[1] ?? '').replaceAll("''", "'"), quoted: true, cells: quoted[2] ?? '' }
  if (text.startsWith("'")) throw unparsable(text)
  const mark = text.lastIndexOf('!')
  if (mark < 0) return { title: null, quoted: false, cells: text }
  const title = text.slice(0, mark)
  if (!/^[\p{L}\p{N}_. -]+$/u.test(title)) throw unparsable(text)
  return { title, quoted: false, cells: text.slice(mark + 1) }
}

function wholeOrNamed(book: Spreadsheet, name: string, quoted: boolean): SheetRange {
  const named = quoted ? undefined : book.namedRanges.find((one) => one.name.toLowerCase() === name.toLowerCase())
  const owner = book.sheets.find((one) => one.sheetId === named?.sheetId)
  if (named !== undefined && owner !== undefined) return { sheet: owner, range: named.range }
  const sheet = gridNamed(book, name)
  if (sheet === undefined) throw unparsable(name)
  return { sheet, range: { startRow: 0, endRow: sheet.rowCount, startColumn: 0, endColumn: sheet.columnCount } }
}

function gridNamed(book: Spreadsheet, title: string): Sheet | undefined {
  return book.sheets.find((one) => one.sheetType === 'GRID' && one.title.toLowerCase() === title.toLowerCase())
}

function parseCells(text: string): [Corner, Corner] | null {
  const parts = text.split(':')
  if (parts.length > 2) return null
  const corners = parts.map((part) => parseA1(part) ?? parseR1C1(part))
  const [first, last = first] = corners
  if (first === null || first === undefined || last === null || last === undefined) return null
  if (parts.length === 1 && (first.row === null || first.column === null)) return null
  return [first, last]
}

function parseA1(text: string): Corner | null {
  const found = /^\$?([A-Za-z]{1,3})?\$?([1-9]\d{0,7})?$/.exec(text)
  if (found === null || (found[1] === undefined && found[2] === undefined)) return null
  const column = [...(found[1] ?? '').toUpperCase()].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0)
  return { row: found[2] === undefined ? null : Number(found[2]) - 1, column: found[1] === undefined ? null : column - 1 }
}

function parseR1C1(text: string): Corner | null {
  const found = /^R([1-9]\d*)C([1-9]\d*)$/i.exec(text)
  return found === null ? null : { row: Number(found[1]) - 1, column: Number(found[2]) - 1 }
}

function inGrid(sheet: Sheet, [a, b]: [Corner, Corner], cells: string): SheetRange {
  const [startRow, endRow] = span(a.row, b.row, sheet.rowCount)
  const [startColumn, endColumn] = span(a.column, b.column, sheet.columnCount)
  if (startRow >= sheet.rowCount || startColumn >= sheet.columnCount) {
    const where = `${quoteTitle(sheet.title)}!${cells}`
    throw new ApiError(
      400,
      'INVALID_ARGUMENT',
      `Range (${where}) exceeds grid limits. Max rows: ${sheet.rowCount}, max columns: ${sheet.columnCount}`,
    )
  }
  return {
    sheet,
    range: { startRow, endRow: Math.min(endRow, sheet.rowCount), startColumn, endColumn: Math.min(endColumn, sheet.columnCount) },
  }
}

function span(a: number | null, b: number | null, limit: number): [number, number] {
  if (a === null && b === null) return [0, limit]
  if (a === null || b === null) return [a ?? b ?? 0, limit]
  return [Math.min(a, b), Math.max(a, b) + 1]
}
