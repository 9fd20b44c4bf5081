import { AtlasError } from '../../core/errors.ts'
import { id, join, sql, type Sql } from '../../core/sql.ts'
import type { ReadContext } from '../connector.ts'
import type { SheetOptions } from './sheet-settings.ts'
import { writeArea } from './a1.ts'
import { newFacts, type ColumnFacts } from './column-facts.ts'
import { headerText, nameColumns, type NamedColumn } from './column-names.ts'
import { encodeCell, needsFormat } from './encode-cell.ts'
import type { Table } from './find-table.ts'
import { openLineFile, type LineFile } from './line-file.ts'
import { followMerged, type MergedCells } from './merged-cells.ts'
import { openFormats, readChunks, runsOf, type Chunk } from './read-chunks.ts'
import type { SheetsApi } from './sheets-api.ts'
import type { CellFormat, RawCell } from './sheets-reply.ts'

export interface StagedColumn extends NamedColumn {
  /** Place in the area: the column's key in the file is `c` and this number. */
  at: number
  facts: ColumnFacts
  /** Read as shown: a text whatever the cell holds. */
  isShown: boolean
}

/** A table's cells in a file of JSON lines, and what is known of them. */
export interface StagedTable {
  file: string
  columns: StagedColumn[]
  rows: number
  /** Null when it has none. */
  header: { row: number; cells: RawCell[] } | null
  /** Last row of the sheet in which anything stands; 0 when there is none. */
  lastFilledRow: number
  longestLine: number
  /** Size of Google's answers with the values. */
  bytes: number
}

interface Head {
  row: number
  cells: RawCell[]
  names: string[]
}

/**
 * Reads a table into a file of JSON lines, `{"r": row of the sheet, "c<place>": cell}`, each cell with the letter of its kind. The kinds of numbers come from the number
 * format of each cell, not of one row.
 * @throws AtlasError `source.*`, `run.cancelled`
 */
export async function stageTable(
  api: SheetsApi,
  table: Table,
  options: SheetOptions,
  context: Pick<ReadContext, 'signal' | 'progress'>,
  file: string,
  mostRows = Infinity,
): Promise<StagedTable> {
  const lines = await openLineFile(file)
  const stage = openStage(table, options, lines)
  const formats = openFormats(api, table, context.signal)
  let bytes = 0
  try {
    for await (const chunk of readChunks(api, table, context.signal)) {
      bytes += chunk.bytes
      const formatAt = await formats.read(chunk, columnsToLookUp(chunk))
      const shownAt = await readShown(api, table, chunk, stage.findHead(chunk, formatAt))
      await stage.add(chunk, formatAt, shownAt, mostRows)
      context.progress({ rows: stage.rows(), bytes: null, total: table.area.lastRow - table.area.firstRow + 1 })
      if (stage.rows() >= mostRows) break
    }
  } finally {
    await lines.close()
  }
  return { file, bytes, ...stage.finish() }
}

/** The staged rows as a relation: `r`, and a column `c<place>` for each column. */
export function stagedRows({ file, columns, longestLine }: StagedTable): Sql {
  const read = join([sql`r: 'BIGINT'`, ...columns.map(({ at }) => sql`${id(`c${at}`)}: 'VARCHAR'`)])
  const limit = Math.max(1 << 24, longestLine * 4)
  return sql`select * from read_json(${file}, format = 'newline_delimited', columns = {${read}}, maximum_object_size = ${limit})`
}

function openStage(table: Table, options: SheetOptions, lines: LineFile) {
  const { area } = table
  const width = area.lastColumn - area.firstColumn + 1
  const facts: (ColumnFacts | undefined)[] = []
  let head: Head | null = options.headerRow === 0 ? { row: 0, cells: [], names: namesOf([], area.firstColumn, width) } : null
  let merged: MergedCells<[RawCell, CellFormat | undefined]> = followMerged(table, 0)
  let rows = 0
  let nextRow = area.firstRow
  let lastFilledRow = 0
  let longestLine = 0
  checkHeaderRow(table, options)

  const write = async (row: number, cells: string): Promise<void> => {
    if (options.keepEmptyRows) for (; nextRow < row; nextRow++) await writeLine(nextRow, '')
    nextRow = row + 1
    await writeLine(row, cells)
  }
  const writeLine = async (row: number, cells: string): Promise<void> => {
    const line = `{"r":${row}${cells}}`
    if (line.length > longestLine) longestLine = line.length
    rows++
    await lines.add(line)
  }
  const cell = (at: number, value: string | null): string => (value === null ? '' : `,"c${at}":${JSON.stringify(value)}`)
  const encode = (row: number, at: number, value: RawCell, format: CellFormat | undefined, shown: RawCell | undefined): string => {
    const known = (facts[at] ??= newFacts())
    return cell(at, encodeCell(shown === undefined ? value : String(shown), format, known, row, area.firstColumn + at))
  }
  const addRow = async (
    row: number,
    values: readonly RawCell[],
    formatAt: (at: number) => CellFormat | undefined,
    shownAt: ShownRow,
  ): Promise<void> => {
    const isFilled = values.some((value) => value !== '')
    if (isFilled) lastFilledRow = row
    let text = ''
    values.forEach((value, at) => {
      if (value !== '') text += encode(row, at, value, formatAt(at), shownAt(at))
    })
    if (options.fillMerged) {
      for (const {
        at,
        cell: [value, format],
      } of merged.covering(row)) {
        if ((values[at] ?? '') !== '') continue
        text += encode(row, at, value, format, undefined)
        if (facts[at] !== undefined) facts[at].isFilledDown = true
      }
    }
    merged.pass(row, (at) => ((values[at] ?? '') === '' ? null : [shownAt(at) ?? values[at] ?? '', formatAt(at)]))
    if (isFilled || row <= merged.lastCovered()) await write(row, text)
  }
  return {
    rows: () => rows,
    /** Finds the header in the chunk unless it was found before. */
    findHead: (chunk: Chunk, formatAt: (row: number, at: number) => CellFormat | undefined): number[] => {
      if (head === null) {
        const at = headerIndex(chunk, options)
        if (at >= 0) {
          const cells = chunk.rows[at] ?? []
          const headers = cells.map((value, column) => headerText(value, formatAt(at, column)))
          head = { row: chunk.firstRow + at, cells, names: headers }
          merged = followMerged(table, head.row)
          nextRow = head.row + 1
        }
      }
      return head === null ? [] : shownColumns(head.names, options, area.firstColumn, width)
    },
    add: async (
      chunk: Chunk,
      formatAt: (row: number, at: number) => CellFormat | undefined,
      shownAt: (row: number) => ShownRow,
      mostRows: number,
    ) => {
      if (head === null) return
      for (let row = Math.max(chunk.firstRow, head.row + 1); row <= chunk.lastRow; row++) {
        const index = row - chunk.firstRow
        if (rows >= mostRows || (index >= chunk.rows.length && row > merged.lastCovered())) return
        await addRow(row, chunk.rows[index] ?? [], (at) => formatAt(index, at), shownAt(index))
      }
    },
    finish: (): Omit<StagedTable, 'file' | 'bytes'> => {
      const headers = head === null || head.row === 0 ? [] : head.names
      const shown = new Set(head === null ? [] : shownColumns(head.names, options, area.firstColumn, width))
      const columns = nameColumns(headers, area.firstColumn, width, (at) => facts[at] !== undefined).map((column) => {
        const at = column.place - area.firstColumn
        return { ...column, at, facts: facts[at] ?? newFacts(), isShown: shown.has(at) }
      })
      return {
        columns,
        rows,
        header: head === null || head.row === 0 ? null : { row: head.row, cells: head.cells },
        lastFilledRow,
        longestLine,
      }
    },
  }
}

type ShownRow = (at: number) => RawCell | undefined

function checkHeaderRow({ area, title }: Table, { headerRow }: SheetOptions): void {
  if (headerRow === undefined || headerRow === 0 || (headerRow >= area.firstRow && headerRow <= area.lastRow)) return
  throw new AtlasError('source.bad_settings', `The header row ${headerRow} is outside ${writeArea(title, area)}.`, {
    next: 'Set headerRow to a row of the range, or leave it out.',
  })
}

function headerIndex(chunk: Chunk, { headerRow }: SheetOptions): number {
  if (headerRow === undefined) return chunk.rows.findIndex((row) => row.some((cell) => cell !== ''))
  return headerRow >= chunk.firstRow && headerRow <= chunk.lastRow ? headerRow - chunk.firstRow : -1
}

function columnsToLookUp({ rows }: Chunk): number[] {
  const found = new Set<number>()
  for (const row of rows) {
    row.forEach((cell, at) => {
      if (needsFormat(cell)) found.add(at)
    })
  }
  return [...found].toSorted((a, b) => a - b)
}

function namesOf(headers: readonly string[], firstColumn: number, width: number): string[] {
  return nameColumns(headers, firstColumn, width, () => true).map(({ name }) => name)
}

/** Places of the columns that are read as shown. @throws AtlasError `source.column_missing` */
function shownColumns(headers: readonly string[], { textColumns }: SheetOptions, firstColumn: number, width: number): number[] {
  if (textColumns.length === 0) return []
  const names = namesOf(headers, firstColumn, width)
  const places = textColumns.map((wanted) => {
    const at = names.indexOf(wanted)
    if (at >= 0) return at
    const known = names.slice(0, 30).map((name) => JSON.stringify(name))
    throw new AtlasError(
      'source.column_missing',
      `There is no column ${JSON.stringify(wanted)} to read as text. There is: ${known.join(', ')}.`,
    )
  })
  return [...new Set(places)].toSorted((a, b) => a - b)
}

/** The texts on the screen of some columns of a chunk. */
async function readShown(
  api: SheetsApi,
  { title, area }: Table,
  chunk: Chunk,
  columns: readonly number[],
): Promise<(row: number) => ShownRow> {
  if (columns.length === 0 || chunk.rows.length === 0) return () => () => undefined
  const runs = runsOf(columns)
  const lastRow = chunk.firstRow + chunk.rows.length - 1
  const ranges = runs.map(([first, last]) =>
    writeArea(title, { firstRow: chunk.firstRow, lastRow, firstColumn: area.firstColumn + first, lastColumn: area.firstColumn + last }),
  )
  const { blocks } = await api.values(ranges, 'FORMATTED_VALUE')
  const wanted = new Set(columns)
  return (row) => (at) => {
    if (!wanted.has(at)) return undefined
    const run = runs.findIndex(([first, last]) => at >= first && at <= last)
    return blocks[run]?.[row]?.[at - (runs[run]?.[0] ?? 0)]
  }
}
