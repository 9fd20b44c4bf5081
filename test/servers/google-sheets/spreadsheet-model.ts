/** What Google calls NumberFormat: how a number is shown, which is also what says that it is a date. */
export interface NumberFormat {
  type: 'NUMBER' | 'PERCENT' | 'CURRENCY' | 'DATE' | 'TIME' | 'DATE_TIME' | 'SCIENTIFIC' | 'TEXT'
  pattern?: string
}

export type ErrorType = 'ERROR' | 'NULL_VALUE' | 'DIVIDE_BY_ZERO' | 'VALUE' | 'REF' | 'NAME' | 'NUM' | 'N_A' | 'LOADING'

/** One cell: its value (what a formula gives, where there is one) and how it is shown. */
export interface Cell {
  value: number | string | boolean | { error: ErrorType }
  formula?: string
  format?: NumberFormat
}

/** Half-open, counted from 0, as in the API. */
export interface GridRange {
  startRow: number
  endRow: number
  startColumn: number
  endColumn: number
}

export interface Sheet {
  sheetId: number
  title: string
  sheetType: 'GRID' | 'OBJECT' | 'DATA_SOURCE'
  hidden: boolean
  rowCount: number
  columnCount: number
  merges: GridRange[]
  hiddenRows: number[]
  hiddenColumns: number[]
  /** The cell at a place counted from 0, or null where there is none. */
  cell: (row: number, column: number) => Cell | null
  /** Row after the last that holds a cell: beyond it nothing is looked at. */
  usedRows: () => number
}

export interface Spreadsheet {
  id: string
  title: string
  locale: string
  timeZone: string
  sheets: Sheet[]
  namedRanges: { name: string; sheetId: number; range: GridRange }[]
  /** Counts every change, as the `version` of Drive. */
  version: number
  modifiedAt: number
  /** An Excel file in Drive: the Sheets API does not read it. */
  isOfficeFile: boolean
  /** Addresses that it is shared with; null: with everybody who has signed in. */
  sharedWith: string[] | null
}

/** What a cell is written as in tests: plain values, or a whole cell. */
export type CellInput = Cell | number | string | boolean | null | undefined

export interface SheetInput {
  title: string
  rows?: CellInput[][]
  sheetType?: Sheet['sheetType']
  hidden?: boolean
  rowCount?: number
  columnCount?: number
  merges?: GridRange[]
  hiddenRows?: number[]
  hiddenColumns?: number[]
}

let nextSheetId = 0

/** A sheet whose cells stand in memory; `rows` can be changed while the server runs (tell it by `spreadsheet.version++`). */
export function sheet(input: SheetInput): Sheet & { rows: CellInput[][] } {
  const rows = input.rows ?? []
  return {
    sheetId: nextSheetId++,
    title: input.title,
    sheetType: input.sheetType ?? 'GRID',
    hidden: input.hidden ?? false,
    rowCount: input.rowCount ?? Math.max(1000, rows.length),
    columnCount: input.columnCount ?? Math.max(26, ...rows.map((row) => row.length)),
    merges: input.merges ?? [],
    hiddenRows: input.hiddenRows ?? [],
    hiddenColumns: input.hiddenColumns ?? [],
    rows,
    cell: (row, column) => toCell(rows[row]?.[column]),
    usedRows: () => rows.length,
  }
}

/** A sheet whose cells are made when they are asked for: ten million of them take no memory. */
export function generatedSheet(
  title: string,
  rowCount: number,
  columnCount: number,
  cell: (row: number, column: number) => CellInput,
): Sheet {
  return {
    ...sheet({ title, rowCount, columnCount }),
    cell: (row, column) => toCell(cell(row, column)),
    usedRows: () => rowCount,
  }
}

export function spreadsheet(input: Partial<Omit<Spreadsheet, 'sheets'>> & { id: string; sheets: Sheet[] }): Spreadsheet {
  return {
    title: 'Untitled spreadsheet',
    locale: 'en_US',
    timeZone: 'Europe/Copenhagen',
    namedRanges: [],
    version: 1,
    modifiedAt: Date.UTC(2026, 0, 1),
    isOfficeFile: false,
    sharedWith: null,
    ...input,
  }
}

/** A number shown as a date, a time, money …; the patterns are those of the menu Format › Number. */
export const shown = {
  date: (value: number, pattern = 'yyyy-mm-dd'): Cell => ({ value, format: { type: 'DATE', pattern } }),
  dateTime: (value: number, pattern = 'yyyy-mm-dd hh:mm:ss'): Cell => ({ value, format: { type: 'DATE_TIME', pattern } }),
  time: (value: number, pattern = 'hh:mm:ss'): Cell => ({ value, format: { type: 'TIME', pattern } }),
  duration: (value: number): Cell => ({ value, format: { type: 'TIME', pattern: '[h]:mm:ss' } }),
  percent: (value: number): Cell => ({ value, format: { type: 'PERCENT', pattern: '0.00%' } }),
  currency: (value: number): Cell => ({ value, format: { type: 'CURRENCY', pattern: '"$"#,##0.00' } }),
  number: (value: number, pattern: string): Cell => ({ value, format: { type: 'NUMBER', pattern } }),
  error: (error: ErrorType, formula = '=1/0'): Cell => ({ value: { error }, formula }),
  formula: (formula: string, value: number | string | boolean): Cell => ({ value, formula }),
}

function toCell(input: CellInput): Cell | null {
  if (input === null || input === undefined) return null
  return typeof input === 'object' ? input : { value: input }
}

/** The cell as readers see it: below a merged range only its first cell holds anything. */
export function visibleCell(of: Sheet, row: number, column: number): Cell | null {
  for (const merge of of.merges) {
    const inside = row >= merge.startRow && row < merge.endRow && column >= merge.startColumn && column < merge.endColumn
    if (inside && (row !== merge.startRow || column !== merge.startColumn)) return null
  }
  return of.cell(row, column)
}
