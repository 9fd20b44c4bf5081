import { stat } from 'node:fs/promises'
import path from 'node:path'
import { AtlasError } from '../../core/errors.ts'
import { id, join, list, raw, sql, type Sql } from '../../core/sql.ts'
import type { Origin, StreamColumn } from '../connector.ts'
import type { LandedFile, ReadFileContext } from './file-read.ts'
import { looksLikeUtf8 } from './encoding.ts'
import { plainNewlines } from './plain-newlines.ts'
import { plainCopy } from './plain-text.ts'
import { readWindow } from './read-prefix.ts'
import { refuseLines } from './refuse-lines.ts'
import { LINE_LIST_LIMIT, scanLines, type LineScan } from './scan-lines.ts'
import { scanRecords, type RecordScan } from './scan-records.ts'
import { sniffReading, type Sniffed } from './sniff-reading.ts'

/** Longer records than this are an error: `file.line_too_long`. */
export const RECORD_LIMIT_BYTES = 16 << 20
/** Files up to this size are scanned before they are read, larger ones at the same time. */
const SCAN_FIRST_BYTES = 16 << 20

export interface DelimitedFile {
  path: string
  /** Name for people. */
  shown: string
  sniffed: Sniffed
  /** Unique column names, in the file's order. */
  names: string[]
  /** Columns with one value for the whole file, from the folder's name. */
  constants: { name: string; value: string | null }[]
}

/**
 * Reads one delimited file into the landing zone. First by DuckDB's parallel reader without any tolerance, which either reads every row right or throws;
 * when it throws, by the serial reader that sets broken rows aside. (The parallel reader loses rows in silence when it is to set rows aside.)
 * Either way the rows are compared with a count of our own.
 * @throws AtlasError `file.line_too_long`, `file.truncated`, `file.corrupt`, `run.incomplete`, `run.cancelled`, `lake.disk_full`
 */
export async function readDelimited(file: DelimitedFile, context: ReadFileContext): Promise<LandedFile> {
  const { reading } = file.sniffed
  const plain = await plainCopy({ path: file.path, shown: file.shown }, reading, context)
  return readPlain(file, plain, context)
}

async function readPlain(file: DelimitedFile, plain: string, context: ReadFileContext): Promise<LandedFile> {
  const { size } = await stat(plain)
  const wraps = file.sniffed.text?.dialect.records.some((record) => record.lines > 1) === true
  if (size > SCAN_FIRST_BYTES && !wraps) {
    const fast = (await hasLongLastLine(plain, size, newlineOf(file.sniffed))) ? null : await readWhileScanning(file, plain, context)
    return fast ?? readCarefully(file, plain, await scanAll(file, plain, context), context)
  }
  const scan = await scanAll(file, plain, context)
  if (isClean(scan, newlineOf(file.sniffed)) && scan.longest.bytes < 1_000_000) {
    const landed = await tryFast(file, plain, originOf(file, gapsAfter(scan.gaps, headLines(file))), context)
    if (landed !== null) return verified(file, { landed, refused: 0 }, dataRecords(file, scan))
  }
  return readCarefully(file, plain, scan, context)
}

/** The parallel reader drops a last line that is longer than its buffer, in silence. */
async function hasLongLastLine(plain: string, size: number, newline: string): Promise<boolean> {
  const tail = await readWindow(plain, size - 1_000_000, 999_998)
  return !tail.includes(newline)
}

function scanAll(file: DelimitedFile, plain: string, { signal }: ReadFileContext): Promise<RecordScan> {
  return scanRecords(plain, file.sniffed.reading, newlineOf(file.sniffed), signal)
}

/** Null when DuckDB met a row that it cannot read. */
async function readWhileScanning(file: DelimitedFile, plain: string, context: ReadFileContext): Promise<LandedFile | null> {
  const gaps: number[] = []
  const stop = new AbortController()
  const signal = AbortSignal.any([context.signal, stop.signal])
  const quote = file.sniffed.reading.quote
  const scanning = scanLines(plain, { newline: newlineOf(file.sniffed), quote, headLines: headLines(file), blankLines: gaps }, signal)
  scanning.catch(() => undefined)
  try {
    // The list of gaps grows while DuckDB reads; the scan is the faster of the two.
    const landed = await tryFast(file, plain, { file: file.shown, firstLine: firstLine(file), skippedLines: gaps }, context)
    if (landed === null) return null
    return await compareWithLines(file, plain, landed, await scanning, gaps, context)
  } finally {
    stop.abort()
  }
}

async function compareWithLines(
  file: DelimitedFile,
  plain: string,
  landed: number,
  scan: LineScan,
  gaps: number[],
  context: ReadFileContext,
): Promise<LandedFile> {
  const blank = file.names.length > 1 ? scan.blankCount : 0
  if (landed === scan.lines - headLines(file) - blank) return { landed, refused: 0 }
  if (scan.longest.bytes > RECORD_LIMIT_BYTES) throw tooLong(file, scan)
  if (!scan.hasQuote) return verified(file, { landed, refused: 0 }, scan.lines - headLines(file) - blank)
  const records = await scanAll(file, plain, context)
  gaps.length = 0
  for (const line of gapsAfter(records.gaps, headLines(file))) gaps.push(line)
  return verified(file, { landed, refused: 0 }, dataRecords(file, records))
}

/** Null when DuckDB cannot read the file so; every error that is not about the file's form is thrown. */
async function tryFast(file: DelimitedFile, plain: string, origin: Origin, { landing }: ReadFileContext): Promise<number | null> {
  try {
    return (await landing.write(selectNamed(file, csvTable(file, plain, raw(''))), columnsOf(file), origin)).rows
  } catch (error) {
    if (isCsvError(error)) return null
    throw error
  }
}

async function readCarefully(file: DelimitedFile, plain: string, scan: RecordScan, context: ReadFileContext): Promise<LandedFile> {
  const { reading } = file.sniffed
  if (reading.encoding === 'utf-8' && !looksLikeUtf8(scan)) {
    context.warn(`${file.shown}: ${scan.invalid} bytes are not UTF-8, so the text is read as windows-1252.`)
    const sniffed = await sniffReading(file.path, { ...reading, encoding: 'windows-1252', sheet: undefined }, file.shown)
    return readDelimited({ ...file, sniffed }, context)
  }
  if (scan.longest.bytes > RECORD_LIMIT_BYTES) throw tooLong(file, scan)
  const even = isEven(scan, newlineOf(file.sniffed)) ? plain : await plainNewlines(plain, reading, context)
  return readStaged(file, even, scan, context)
}

/** Reads into a scratch file first, so that nothing lands before the refused rows are known and everything adds up. */
async function readStaged(file: DelimitedFile, plain: string, scan: RecordScan, context: ReadFileContext): Promise<LandedFile> {
  const { landing } = context
  const unique = path.basename(context.scratch).replace(/\W/g, '_') + `_${++stagings}`
  const staged = path.join(context.scratch, `staged-${unique}.parquet`)
  const rejects = { errors: `atlas_rejects_${unique}`, scans: `atlas_scans_${unique}` }
  const tolerant = sql`, parallel=false, store_rejects=true, rejects_table=${rejects.errors}, rejects_scan=${rejects.scans},
    max_line_size=${RECORD_LIMIT_BYTES}, buffer_size=${RECORD_LIMIT_BYTES * 2 + 1024}`
  await landing.run(sql`copy (select * from ${csvTable(file, plain, tolerant)}) to ${staged} (format parquet, compression snappy)`)
  const refusal = await refuseLines(
    { shown: file.shown, plain, names: file.names, errors: rejects.errors, scan, limitBytes: RECORD_LIMIT_BYTES },
    context,
  )
  const gaps = refusal.lines === null ? null : merged(gapsAfter(scan.gaps, headLines(file)), refusal.lines)
  const { rows } = await landing.write(selectNamed(file, sql`read_parquet(${staged})`), columnsOf(file), originOf(file, gaps))
  await landing.run(sql`drop table ${id(rejects.errors)}`)
  await landing.run(sql`drop table ${id(rejects.scans)}`)
  const result = { landed: rows, refused: refusal.rows }
  // Where quotes are broken, what a record is depends on who reads.
  return refusal.structure || scan.malformed > 0 ? result : verified(file, result, dataRecords(file, scan))
}
let stagings = 0

function csvTable(file: DelimitedFile, plain: string, more: Sql): Sql {
  const { reading, text } = file.sniffed
  const columns = join(file.names.map((_, index) => sql`${`c${index}`}: 'VARCHAR'`))
  const headRows = reading.skipRows + (reading.header ? 1 : 0) + reading.skipAfterHeader
  const nulls = list(['', ...reading.nullText])
  return sql`read_csv(${plain}, auto_detect=false, header=false, columns={${columns}}, delim=${reading.delimiter}, quote=${reading.quote}, escape=${reading.escape},
    skip=${text === null ? 0 : headRows}, nullstr=${nulls}, allow_quoted_nulls=false, null_padding=false, strict_mode=true, comment='', encoding='utf-8'${more})`
}

function selectNamed(file: DelimitedFile, from: Sql): Sql {
  const named = file.names.map((name, index) => sql`${id(`c${index}`)} as ${id(name)}`)
  const constants = file.constants.map(({ name, value }) => sql`${value}::varchar as ${id(name)}`)
  return sql`select ${join([...named, ...constants])} from ${from}`
}

function columnsOf(file: DelimitedFile): StreamColumn[] {
  return [...file.names, ...file.constants.map(({ name }) => name)].map((name) => ({ name, type: 'VARCHAR' }))
}

function verified(file: DelimitedFile, result: LandedFile, records: number): LandedFile {
  if (result.landed + result.refused === records) return result
  throw new AtlasError(
    'run.incomplete',
    `${file.shown} has ${records} rows by count, but ${result.landed} were read and ${result.refused} refused.`,
  )
}

function tooLong(file: DelimitedFile, { longest }: Pick<RecordScan, 'longest'>): AtlasError {
  return new AtlasError(
    'file.line_too_long',
    `Line ${longest.line} of ${file.shown} has ${longest.bytes} bytes; the limit is ${RECORD_LIMIT_BYTES}.`,
  )
}

function isCsvError(error: unknown): boolean {
  return (
    error instanceof Error &&
    !(error instanceof AtlasError && error.cause === undefined) &&
    /\bCSV\b/.test(`${error.message} ${String((error.cause as Error | undefined)?.message ?? '')}`)
  )
}

/** @param gaps lines without a landed row; null when they are not known */
function originOf(file: DelimitedFile, gaps: number[] | null): Origin {
  if (gaps === null || gaps.length >= LINE_LIST_LIMIT) return { file: file.shown, firstLine: null, skippedLines: [] }
  return { file: file.shown, firstLine: firstLine(file), skippedLines: gaps }
}

const headLines = (file: DelimitedFile): number => file.sniffed.text?.head.lines ?? 0
const firstLine = (file: DelimitedFile): number => headLines(file) + 1
const gapsAfter = (gaps: readonly number[], lines: number): number[] => gaps.filter((line) => line > lines)
const merged = (a: readonly number[], b: readonly number[]): number[] => [...new Set([...a, ...b])].sort((x, y) => x - y)

/** Rows after the head: records, and in a file of one column the blank lines too, which DuckDB reads as rows. */
function dataRecords(file: DelimitedFile, scan: RecordScan): number {
  const head = file.sniffed.text?.dialect.records.slice(0, headRecordCount(file)) ?? []
  const blanks = file.names.length === 1 ? scan.blanks - head.filter((record) => record.blank).length : 0
  return scan.records - head.filter((record) => !record.blank).length + blanks
}

function headRecordCount({ sniffed: { reading } }: DelimitedFile): number {
  return reading.skipRows + (reading.header ? 1 : 0) + reading.skipAfterHeader
}

function newlineOf(sniffed: Sniffed): '\n' | '\r' {
  return sniffed.text?.newline ?? '\n'
}

/** DuckDB's reader wants one kind of line end throughout. */
function isEven({ ends }: RecordScan, newline: '\n' | '\r'): boolean {
  if (newline === '\r') return ends.lf === 0 && ends.crlf === 0
  return ends.cr === 0 && (ends.lf === 0 || ends.crlf === 0)
}

function isClean(scan: RecordScan, newline: '\n' | '\r'): boolean {
  return scan.malformed === 0 && scan.invalid === 0 && isEven(scan, newline)
}
