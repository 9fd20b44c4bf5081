import { applyFieldMask, keeps, parseFieldMask, type FieldMask } from './field-mask.ts'
import { parseRange, type SheetRange } from './parse-range.ts'
import { cellData } from './render-cell.ts'
import { visibleCell, type GridRange, type Sheet, type Spreadsheet } from './spreadsheet-model.ts'

/** `spreadsheets.get`: with ranges only their sheets; with grid data where the mask (or `includeGridData`, when there is no mask) asks for it. */
export function readSpreadsheet(book: Spreadsheet, query: URLSearchParams): unknown {
  const fields = query.get('fields')
  const mask: FieldMask = fields === null ? new Map() : parseFieldMask(fields)
  const ranges = query.getAll('ranges').map((range) => parseRange(book, range))
  const withGrid = fields === null ? query.get('includeGridData') === 'true' : keeps(mask, 'sheets', 'data')
  const sheets = book.sheets
    .filter((one) => ranges.length === 0 || ranges.some(({ sheet }) => sheet === one))
    .map((one) => sheetOf(one, book.sheets.indexOf(one), withGrid ? rangesOf(one, ranges) : null))
  return applyFieldMask(
    {
      spreadsheetId: book.id,
      properties: { title: book.title, locale: book.locale, autoRecalc: 'ON_CHANGE', timeZone: book.timeZone },
      sheets,
      ...(book.namedRanges.length === 0
        ? {}
        : {
            namedRanges: book.namedRanges.map(({ name, sheetId, range }, index) => ({
              namedRangeId: String(index + 1),
              name,
              range: gridRange(sheetId, range),
            })),
          }),
      spreadsheetUrl: `https://docs.google.com/spreadsheets/d/${book.id}/edit`,
    },
    mask,
  )
}

function sheetOf(sheet: Sheet, index: number, ranges: GridRange[] | null): Record<string, unknown> {
  const isGrid = sheet.sheetType === 'GRID'
  return {
    properties: {
      sheetId: sheet.sheetId,
      title: sheet.title,
      index,
      sheetType: sheet.sheetType,
      ...(isGrid ? { gridProperties: { rowCount: sheet.rowCount, columnCount: sheet.columnCount } } : {}),
      ...(sheet.hidden ? { hidden: true } : {}),
    },
    ...(sheet.merges.length === 0 ? {} : { merges: sheet.merges.map((merge) => gridRange(sheet.sheetId, merge)) }),
    ...(ranges === null || !isGrid ? {} : { data: ranges.map((range) => gridData(sheet, range)) }),
  }
}

function rangesOf(sheet: Sheet, ranges: SheetRange[]): GridRange[] {
  if (ranges.length > 0) return ranges.filter((one) => one.sheet === sheet).map(({ range }) => range)
  return [{ startRow: 0, endRow: sheet.rowCount, startColumn: 0, endColumn: sheet.columnCount }]
}

/** Zeros are left out, as protobuf does. */
function gridRange(sheetId: number, range: GridRange): Record<string, number> {
  return {
    ...(sheetId === 0 ? {} : { sheetId }),
    startRowIndex: range.startRow,
    endRowIndex: range.endRow,
    startColumnIndex: range.startColumn,
    endColumnIndex: range.endColumn,
  }
}

function gridData(sheet: Sheet, range: GridRange): Record<string, unknown> {
  const rowData: { values?: unknown[] }[] = []
  for (let row = range.startRow; row < Math.min(range.endRow, sheet.usedRows()); row++) {
    const values: unknown[] = []
    for (let column = range.startColumn; column < range.endColumn; column++) values.push(cellData(visibleCell(sheet, row, column)))
    rowData.push({ values })
  }
  const hidden = (from: number, to: number, list: readonly number[]) =>
    Array.from({ length: to - from }, (_, at) => ({ pixelSize: 21, ...(list.includes(from + at) ? { hiddenByUser: true } : {}) }))
  return {
    ...(range.startRow === 0 ? {} : { startRow: range.startRow }),
    ...(range.startColumn === 0 ? {} : { startColumn: range.startColumn }),
    rowData,
    columnMetadata: hidden(range.startColumn, range.endColumn, sheet.hiddenColumns),
  }
}
