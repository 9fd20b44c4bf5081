import path from 'node:path'
import type { Reading, ReadingOverrides } from '../../contract/uploads.ts'
import { AtlasError } from '../../core/errors.ts'
import { columnLetters } from '../../core/names.ts'
import { id, join, sql } from '../../core/sql.ts'
import type { TextReading } from '../connector.ts'
import { findNumbersAndDates } from './cell-kind.ts'
import type { ColumnUnion } from './column-union.ts'
import { findHead, type FoundHead } from './dialect.ts'
import type { SourceFile } from './find-files.ts'
import { uniqueNames } from './header.ts'
import { openLines } from './line-writer.ts'
import type { TextRecord } from './parse-records.ts'
import { cancelled, copyError, plainCopy } from './plain-text.ts'
import type { ReadFile, ReadFileContext } from './file-read.ts'
import { constantsOf } from './partitions.ts'
import { LINE_LIST_LIMIT } from './scan-lines.ts'
import { openWorkbook, type SheetRow, type Workbook } from './workbook.ts'

const HEAD_ROWS = 1000
let copies = 0

export interface CopiedSheet {
  rowsFile: string
  /** Rows with a cell, by number in the sheet. */
  rowNumbers: number[]
  /** For each column the last row with a value in it. */
  lastRow: number[]
  first: SheetRow[]
  errors: { count: number; firstAt: string }
}

/**
 * Reads one sheet as text: texts exactly, numbers as the shortest text of their double, dates and times by their cell's format as ISO 8601. Cells that show an error have no value
 * and are warned of. Rows and columns without a value are left out; a row's line is its number in the sheet.
 * @throws AtlasError `file.no_rows`, `file.corrupt`, `file.truncated`, `run.incomplete`
 */
export async function readExcel(
  file: SourceFile,
  reading: Reading,
  set: ReadingOverrides,
  sheet: string | null,
  union: ColumnUnion,
  context: ReadFileContext,
): Promise<ReadFile> {
  const book = await openWorkbook(await plainCopy(file, reading, context), file.shown)
  const name = sheet ?? book.sheets[0] ?? ''
  if (!book.sheets.includes(name)) throw new AtlasError('file.empty', `${file.shown} has no sheet ${JSON.stringify(name)} with cells.`)
  const copied = await copySheet(book, name, path.join(context.scratch, `sheet-${++copies}.ndjson`), file, context)
  if (copied.errors.count > 0)
    context.warn(
      `${file.shown}, sheet ${name}: ${copied.errors.count} cells show an error (the first at ${copied.errors.firstAt}) and have no value.`,
    )
  const { head, headRow, columns: used } = layOut(copied, set)
  const dataRows = copied.rowNumbers.filter((row) => row > headRow)
  if (dataRows.length === 0) throw new AtlasError('file.no_rows', `${file.shown}, sheet ${name}: there is a header and no row below it.`)
  const names = uniqueNames(used.map((column) => head.names[column] || (head.header ? '' : `column_${columnLetters(column)}`))).map(
    union.nameOf,
  )
  const constants = constantsOf(file, names, union.nameOf)
  const columns = [...names, ...constants.map((constant) => constant.name)].map((column) => ({ name: column, type: 'VARCHAR' }))
  const selected = [
    ...used.map((column, index) => sql`${id(`c${column}`)} as ${id(names[index] ?? '')}`),
    ...constants.map((constant) => sql`${constant.value}::varchar as ${id(constant.name)}`),
  ]
  const read = join([sql`r: 'BIGINT'`, ...used.map((column) => sql`${id(`c${column}`)}: 'VARCHAR'`)])
  const query = sql`select ${join(selected)} from read_json(${copied.rowsFile}, format='newline_delimited', columns={${read}}, maximum_object_size=${256 << 20}) where r > ${headRow}`
  const gaps = gapsBetween(dataRows, headRow)
  const { rows } = await context.landing.write(query, columns, {
    file: `${file.shown}#${name}`,
    firstLine: gaps === null ? null : headRow + 1,
    skippedLines: gaps ?? [],
  })
  if (rows !== dataRows.length)
    throw new AtlasError('run.incomplete', `${file.shown}, sheet ${name}, has ${dataRows.length} rows by count, but ${rows} were read.`)
  return { landed: rows, refused: 0, columns, text: sheetReading(copied.first, headRow, set) }
}

/** Copies a sheet's rows to a file of JSON lines. */
export async function copySheet(
  book: Workbook,
  sheet: string,
  target: string,
  file: { shown: string },
  { signal }: { signal: AbortSignal },
): Promise<CopiedSheet> {
  const copied: CopiedSheet = { rowsFile: target, rowNumbers: [], lastRow: [], first: [], errors: { count: 0, firstAt: '' } }
  const lines = openLines(target)
  try {
    for await (const row of book.rows(sheet)) {
      if (signal.aborted) throw cancelled(signal)
      noteErrors(copied, row)
      if (row.cells.size === 0) continue
      copied.rowNumbers.push(row.number)
      if (copied.first.length < HEAD_ROWS) copied.first.push(row)
      let line = `{"r":${row.number}`
      for (const [column, text] of row.cells) {
        copied.lastRow[column] = row.number
        line += `,"c${column}":${JSON.stringify(text.toWellFormed())}`
      }
      await lines.add(`${line}}`)
    }
    await lines.close()
  } catch (error) {
    lines.destroy()
    throw copyError(error, file.shown, signal)
  }
  return copied
}

function noteErrors(copied: CopiedSheet, row: SheetRow): void {
  if (row.errors.length > 0 && copied.errors.count === 0) copied.errors.firstAt = `${columnLetters(row.errors[0] ?? 0)}${row.number}`
  copied.errors.count += row.errors.length
}

/** Finds the header row, and the columns that have a name or a value below it. */
export function layOut(copied: CopiedSheet, set: ReadingOverrides): { head: FoundHead; headRow: number; columns: number[] } {
  const records = recordsOf(copied.first, copied.lastRow.length)
  const filled = records.filter((record) => !record.blank)
  const width = Math.max(1, ...filled.map((record) => record.fields.filter((field) => field !== '').length))
  const wide = filled.find(
    (record) => record.fields.filter((field) => field !== '').length >= Math.max(Math.min(width, 2), Math.ceil(width / 2)),
  )
  const skipRows = records.findIndex((record) => record === wide)
  const head = findHead(
    { records, width: copied.lastRow.length, delimiter: '', quote: '', escape: '' },
    { header: set.header, skipRows: set.skipRows ?? Math.max(0, skipRows), skipAfterHeader: set.skipAfterHeader },
  )
  const headRow = head.skipRows + (head.header ? 1 : 0) + (set.skipAfterHeader ?? 0)
  const columns = Array.from({ length: copied.lastRow.length }, (_, index) => index).filter(
    (column) => (head.header && (head.names[column] ?? '').trim() !== '') || (copied.lastRow[column] ?? 0) > headRow,
  )
  return { head, headRow, columns }
}

function recordsOf(rows: readonly SheetRow[], width: number): TextRecord[] {
  const records: TextRecord[] = []
  for (const row of rows) {
    while (records.length < row.number - 1 && records.length < HEAD_ROWS * 2)
      records.push({ fields: [''], quoted: [false], line: records.length + 1, lines: 1, blank: true, broken: false })
    const fields = Array.from({ length: width }, (_, column) => row.cells.get(column) ?? '')
    records.push({ fields, quoted: fields.map(() => false), line: row.number, lines: 1, blank: false, broken: false })
  }
  return records
}

function gapsBetween(rows: readonly number[], headRow: number): number[] | null {
  const gaps: number[] = []
  let expected = headRow + 1
  for (const row of rows) {
    for (; expected < row; expected++) {
      if (gaps.length >= LINE_LIST_LIMIT) return null
      gaps.push(expected)
    }
    expected = row + 1
  }
  return gaps
}

function sheetReading(rows: readonly SheetRow[], headRow: number, set: ReadingOverrides): TextReading {
  const cells = rows.filter((row) => row.number > headRow).flatMap((row) => [...row.cells.values()])
  const { decimal, dateOrder } = findNumbersAndDates(cells)
  return { decimal: set.decimal ?? decimal, dateOrder: set.dateOrder ?? dateOrder }
}
