import { ApiError } from './api-error.ts'
import { parseRange, writeRange, type SheetRange } from './parse-range.ts'
import { renderCell, type DateTimeRenderOption, type ValueRenderOption } from './render-cell.ts'
import { visibleCell, type Spreadsheet } from './spreadsheet-model.ts'

type Value = string | number | boolean

/** A `ValueRange`: rows up to the last that holds anything, each up to its last cell; no `values` at all where there is none. */
export function readValueRange(book: Spreadsheet, range: string, query: URLSearchParams): Record<string, unknown> {
  const found = parseRange(book, range)
  const option = oneOf(query, 'valueRenderOption', ['FORMATTED_VALUE', 'UNFORMATTED_VALUE', 'FORMULA'] as const)
  const dates = oneOf(query, 'dateTimeRenderOption', ['SERIAL_NUMBER', 'FORMATTED_STRING'] as const)
  const dimension = oneOf(query, 'majorDimension', ['ROWS', 'COLUMNS'] as const)
  const rows = readRows(found, option, dates)
  const values = dimension === 'ROWS' ? rows : trimRows(turn(rows))
  return { range: writeRange(found), majorDimension: dimension, ...(values.length > 0 ? { values } : {}) }
}

/** Cells that a range spans, for what a request costs. */
export function cellsOf(book: Spreadsheet, range: string): number {
  const { range: of } = parseRange(book, range)
  return (of.endRow - of.startRow) * (of.endColumn - of.startColumn)
}

function readRows({ sheet, range }: SheetRange, option: ValueRenderOption, dates: DateTimeRenderOption): Value[][] {
  const rows: Value[][] = []
  const end = Math.min(range.endRow, sheet.usedRows())
  for (let row = range.startRow; row < end; row++) {
    const cells: Value[] = []
    let used = 0
    for (let column = range.startColumn; column < range.endColumn; column++) {
      const cell = visibleCell(sheet, row, column)
      cells.push(renderCell(cell, option, dates))
      if (cell !== null) used = cells.length
    }
    cells.length = used
    rows.push(cells)
  }
  return trimRows(rows)
}

function trimRows(rows: Value[][]): Value[][] {
  let length = rows.length
  while (length > 0 && rows[length - 1]?.length === 0) length--
  return rows.slice(0, length)
}

function turn(rows: Value[][]): Value[][] {
  const width = Math.max(0, ...rows.map((row) => row.length))
  return Array.from({ length: width }, (_, column) => {
    const cells = rows.map((row) => row[column] ?? '')
    let length = cells.length
    while (length > 0 && cells[length - 1] === '') length--
    return cells.slice(0, length)
  })
}

function oneOf<const T extends readonly [string, ...string[]]>(query: URLSearchParams, name: string, allowed: T): T[number] {
  const value = query.get(name) ?? allowed[0]
  if (allowed.includes(value)) return value
  throw new ApiError(400, 'INVALID_ARGUMENT', `Invalid value at '${name}' (type.googleapis.com/google.apps.sheets.v4), "${value}"`)
}
