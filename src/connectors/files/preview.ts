import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Reading, ReadingOverrides, ReadingPreview } from '../../contract/uploads.ts'
import { AtlasError } from '../../core/errors.ts'
import { normaliseHeader } from '../../core/names.ts'
import { sql } from '../../core/sql.ts'
import { cellKind, findNumbersAndDates } from './cell-kind.ts'
import { sheetsOf } from './excel-sheets.ts'
import { stemOf } from './format.ts'
import { uniqueNames } from './header.ts'
import { jsonElements, jsonLines } from './json-documents.ts'
import { membersOf } from './json-values.ts'
import { plainCopy } from './plain-text.ts'
import { copySheet, layOut } from './read-excel.ts'
import { sniffReading, type Sniffed } from './sniff-reading.ts'
import { openWorkbook } from './workbook.ts'

const ROWS = 50
const SAMPLES = 5

export interface PreviewRequest {
  path: string
  /** The name people know; an upload's path does not have it. */
  fileName: string
  /** What somebody set about the reading. */
  reading: ReadingOverrides
  /** The sheet to show of a workbook; its first unless told. */
  stream?: string | undefined
  signal: AbortSignal
}

interface Table {
  names: string[]
  /** Null for typed formats, whose types are in `types`. */
  types: string[] | null
  rows: (string | null)[][]
  scannedRows: number
  problems: { line: number; reason: string }[]
}

/**
 * The first rows of a file as they stand and as Atlas would read them. Types and ambiguities are those of the rows shown; a run decides over whole columns.
 * @throws AtlasError as `sniffReading`, and `source.stream_not_found`
 */
export async function previewFile({ path: filePath, fileName, reading: set, stream, signal }: PreviewRequest): Promise<ReadingPreview> {
  const file = { path: filePath, fileName }
  const sniffed = await sniffReading(file.path, set, file.fileName)
  const scratch = await mkdtemp(path.join(tmpdir(), 'atlas-preview-'))
  try {
    const inside = { signal, scratch }
    const streams = sniffed.reading.format === 'excel' ? await sheets(file, set, inside) : [{ stream: stemOf(file.fileName), sheet: '' }]
    const chosen = stream === undefined ? streams[0] : streams.find((one) => one.stream === stream || one.sheet === stream)
    if (chosen === undefined)
      throw new AtlasError(
        'source.stream_not_found',
        `There is no stream ${JSON.stringify(stream)}; there is: ${streams.map((one) => one.stream).join(', ')}.`,
      )
    const { table, reading } = await tableOf(file, sniffed, set, chosen.sheet, inside)
    return {
      reading,
      streams: streams.map((one) => one.stream),
      columns: describe(table, reading),
      rows: table.rows,
      scannedRows: table.scannedRows,
      problems: table.problems,
    }
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

interface Inside {
  signal: AbortSignal
  scratch: string
}
type File = { path: string; fileName: string }

function sheets(file: File, set: ReadingOverrides, context: Inside) {
  const source = { path: file.path, shown: file.fileName, fileName: file.fileName, sizeBytes: 0, partitions: [] }
  return sheetsOf({ name: stemOf(file.fileName), files: [source] }, set, context)
}

async function tableOf(
  file: File,
  sniffed: Sniffed,
  set: ReadingOverrides,
  sheet: string,
  context: Inside,
): Promise<{ table: Table; reading: Reading }> {
  const { reading } = sniffed
  if (reading.format === 'csv') return { table: delimitedTable(sniffed), reading }
  if (reading.format === 'parquet') return { table: await parquetTable(file), reading }
  if (reading.format === 'excel') return excelTable(file, reading, set, sheet, context)
  const table = await jsonTable(file, reading, context)
  const found = findNumbersAndDates(table.rows.flat().filter((cell) => cell !== null))
  return { table, reading: { ...reading, dateOrder: set.dateOrder ?? found.dateOrder } }
}

function delimitedTable({ text, reading }: Sniffed): Table {
  const head = text?.head ?? { names: [], header: true, skipRows: 0, lines: 0 }
  const names = uniqueNames(head.names)
  const from = head.skipRows + (head.header ? 1 : 0) + reading.skipAfterHeader
  const records = (text?.dialect.records ?? []).slice(from).filter((record) => !record.blank || names.length === 1)
  const problems: Table['problems'] = []
  const rows: Table['rows'] = []
  for (const record of records) {
    if (record.broken)
      problems.push({ line: record.line, reason: 'broken quotes: text after a closing quote, or a quote that never closes' })
    else if (record.fields.length !== names.length && !isTrailingDelimiter(record.fields, names.length)) {
      const many = record.fields.length > names.length ? 'many' : 'few'
      problems.push({ line: record.line, reason: `too ${many} fields: expected ${names.length}, found ${record.fields.length}` })
    } else if (rows.length < ROWS) {
      rows.push(
        record.fields
          .slice(0, names.length)
          .map((field, index) => (!record.quoted[index] && (field === '' || reading.nullText.includes(field)) ? null : field)),
      )
    }
  }
  return { names, types: null, rows, scannedRows: records.length, problems: problems.slice(0, ROWS) }
}

function isTrailingDelimiter(fields: readonly string[], width: number): boolean {
  return fields.length > width && fields.slice(width).every((field) => field === '')
}

async function parquetTable(file: File): Promise<Table> {
  const { DuckDBInstance } = await import('@duckdb/node-api')
  const instance = await DuckDBInstance.create(':memory:', { threads: '1', memory_limit: '512MB' })
  const connection = await instance.connect()
  try {
    const source = sql`from read_parquet(${file.path}, hive_partitioning=false)`
    const described = (await connection.runAndReadAll(sql`describe select * ${source}`.text)).getRowObjects()
    const found = await connection.runAndReadAll(sql`select columns(*)::varchar ${source} limit ${ROWS}`.text)
    const rows = found.getRows().map((row) => row.map((value) => (value === null ? null : String(value))))
    const text = (name: string) => described.map((row) => String(row[name]))
    return {
      names: text('column_name'),
      types: text('column_type').map((type) => type.toLowerCase()),
      rows,
      scannedRows: rows.length,
      problems: [],
    }
  } catch (error) {
    throw new AtlasError('file.corrupt', `${file.fileName} cannot be read as Parquet.`, { cause: error })
  } finally {
    connection.closeSync()
    instance.closeSync()
  }
}

async function excelTable(
  file: File,
  reading: Reading,
  set: ReadingOverrides,
  sheet: string,
  context: Inside,
): Promise<{ table: Table; reading: Reading }> {
  const book = await openWorkbook(await plainCopy({ path: file.path, shown: file.fileName }, reading, context), file.fileName)
  const copied = await copySheet(book, sheet, path.join(context.scratch, 'sheet'), { shown: file.fileName }, context)
  const { head, headRow, columns } = layOut(copied, set)
  const names = uniqueNames(columns.map((column) => head.names[column] ?? ''))
  const rows = copied.first.filter((row) => row.number > headRow).map((row) => columns.map((column) => row.cells.get(column) ?? null))
  const found = findNumbersAndDates(rows.flat().filter((cell) => cell !== null))
  const problems =
    copied.errors.count === 0
      ? []
      : [
          {
            line: Number(/\d+$/.exec(copied.errors.firstAt)?.[0] ?? 0),
            reason: `${copied.errors.count} cells show an error, the first at ${copied.errors.firstAt}`,
          },
        ]
  return {
    table: { names, types: null, rows: rows.slice(0, ROWS), scannedRows: rows.length, problems },
    reading: {
      ...reading,
      sheet,
      header: head.header,
      skipRows: head.skipRows,
      decimal: set.decimal ?? found.decimal,
      dateOrder: set.dateOrder ?? found.dateOrder,
    },
  }
}

async function jsonTable(file: File, reading: Reading, context: Inside): Promise<Table> {
  const plain = await plainCopy({ path: file.path, shown: file.fileName }, reading, context)
  const documents =
    reading.format === 'ndjson' ? jsonLines(plain, file.fileName, [], context.signal) : jsonElements(plain, file.fileName, context.signal)
  const keys: string[] = []
  const found: Map<string, string | null>[] = []
  const problems: Table['problems'] = []
  for await (const { bytes, line } of documents) {
    const row = jsonRow(bytes.toString('utf8'))
    if (row === null) problems.push({ line, reason: 'not a JSON object' })
    else {
      for (const key of row.keys()) if (!keys.includes(key)) keys.push(key)
      found.push(row)
    }
    if (found.length + problems.length >= ROWS) break
  }
  return {
    names: uniqueNames(keys),
    types: null,
    rows: found.map((row) => keys.map((key) => row.get(key) ?? null)),
    scannedRows: found.length + problems.length,
    problems,
  }
}

function jsonRow(text: string): Map<string, string | null> | null {
  try {
    const parsed: unknown = JSON.parse(text)
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return null
    return new Map(
      membersOf(text).map(({ key, raw }) => [key, raw === 'null' ? null : raw.startsWith('"') ? (JSON.parse(raw) as string) : raw]),
    )
  } catch {
    return null
  }
}

function describe({ names, types, rows }: Table, reading: Reading): ReadingPreview['columns'] {
  const chart = normaliseHeader(names)
  return names.map((source, index) => {
    const cells = rows.map((row) => row[index] ?? null)
    const type =
      types?.[index] ??
      suggestType(
        cells.filter((cell) => cell !== null),
        reading,
      )
    const ambiguous = types === null ? cells.filter((cell) => cell !== null && isAmbiguousDate(cell)).length : 0
    const samples = cells.slice(0, SAMPLES).map((cell) => ({ source: cell, read: cell === null ? null : readAs(cell, type, reading) }))
    return { source, name: chart[index] ?? source, type, ambiguous, samples }
  })
}

function isAmbiguousDate(cell: string): boolean {
  const match = /^(\d{1,2})[-./](\d{1,2})[-./](\d{4}|\d{2})(?!\d)/.exec(cell.trim())
  return match !== null && Number(match[1]) <= 12 && Number(match[2]) <= 12 && match[1] !== match[2]
}

/** The type that these cells suggest, by the same rules as chart: digits with a leading zero are text. */
function suggestType(cells: readonly string[], { decimal, dateOrder }: Reading): string {
  const filled = cells.filter((cell) => cell.trim() !== '')
  if (filled.length === 0) return 'text'
  const all = (test: RegExp) => filled.every((cell) => test.test(cell.trim()))
  if (all(/^-?(0|[1-9]\d{0,17})$/)) return 'bigint'
  if (all(decimal === ',' ? /^-?((0|[1-9]\d*)|[1-9]\d{0,2}(\.\d{3})+)(,\d+)?$/ : /^-?((0|[1-9]\d*)|[1-9]\d{0,2}(,\d{3})+)(\.\d+)?$/))
    return 'decimal'
  if (filled.every((cell) => cellKind(cell) === 'boolean')) return 'boolean'
  if (all(/^\d{4}-\d{2}-\d{2}$/)) return 'date'
  if (all(/^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/)) return 'timestamp'
  return dateOrder !== 'iso' && all(/^\d{1,2}[-./]\d{1,2}[-./]\d{4}$/) ? 'date' : 'text'
}

function readAs(cell: string, type: string, { decimal, dateOrder }: Reading): string {
  const text = cell.trim()
  if (type === 'decimal') return decimal === ',' ? text.replaceAll('.', '').replace(',', '.') : text.replaceAll(',', '')
  const date = type === 'date' ? /^(\d{1,2})[-./](\d{1,2})[-./](\d{4})$/.exec(text) : null
  if (date === null) return type === 'text' ? cell : text
  const [day, month] = dateOrder === 'month-first' ? [date[2], date[1]] : [date[1], date[2]]
  return `${date[3]}-${month?.padStart(2, '0')}-${day?.padStart(2, '0')}`
}
