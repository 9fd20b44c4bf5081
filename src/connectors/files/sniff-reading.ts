import { stat } from 'node:fs/promises'
import type { Reading, ReadingOverrides } from '../../contract/uploads.ts'
import { AtlasError } from '../../core/errors.ts'
import { findNumbersAndDates } from './cell-kind.ts'
import { findDialect, findHead, type FoundDialect, type FoundHead } from './dialect.ts'
import { decoderOf, findEncoding } from './encoding.ts'
import { assertText, compressionOf, findFormat, formatOfName, type Format } from './format.ts'
import { looksLikeNdjson } from './looks-like-ndjson.ts'
import { parseRecords } from './parse-records.ts'
import { readPrefix, readWindow } from './read-prefix.ts'

const PREFIX_BYTES = 1 << 20
const WINDOW_BYTES = 1 << 18

export interface Sniffed {
  reading: Reading
  /** For people: what was found and what is doubtful. */
  notes: string[]
  /** For delimited text: what stands before the first data row, and the first records. Null for other formats. */
  text: { head: FoundHead; dialect: FoundDialect; whole: boolean; newline: '\n' | '\r' } | null
}

const DEFAULTS: Omit<Reading, 'format'> = {
  compression: 'none',
  encoding: 'utf-8',
  delimiter: ',',
  quote: '"',
  escape: '"',
  header: true,
  skipRows: 0,
  skipAfterHeader: 0,
  decimal: '.',
  dateOrder: 'iso',
  nullText: [],
}

/**
 * Finds how a file is to be read, from its first MiB and, where it lies uncompressed, from windows in its middle and at its end.
 * @param set parts that somebody set; they are kept as they are
 * @param fileName the name people know, where the path does not have it (uploads)
 * @throws AtlasError `file.not_found`, `file.unreadable`, `file.empty`, `file.not_text`, `file.unknown_format`, `file.corrupt`, `file.truncated`
 */
export async function sniffReading(path: string, set: ReadingOverrides = {}, fileName = path.replace(/^.*[\\/]/, '')): Promise<Sniffed> {
  const size = await sizeOf(path, fileName)
  const start = await readWindow(path, 0, 16)
  const compression = set.compression ?? compressionOf(start)
  const prefix = await readPrefix(path, compression, PREFIX_BYTES, fileName)
  if (prefix.length === 0)
    throw new AtlasError(
      'file.empty',
      `${fileName} is empty (${compression === 'none' ? '0 bytes' : 'nothing is in it once decompressed'}).`,
    )
  const format = set.format ?? findFormat(prefix, fileName)
  const given = withoutUndefined(set)
  if (format === 'parquet' || format === 'excel') {
    if (format === 'parquet' && compression === 'none') await assertParquetEnd(path, size, fileName)
    return { reading: { ...DEFAULTS, ...given, format, compression }, notes: [], text: null }
  }
  const whole = compression === 'none' ? prefix.length === size : prefix.length < PREFIX_BYTES
  const later = compression === 'none' && !whole ? await laterWindows(path, size) : []
  const encoding = set.encoding ?? findEncoding([prefix, ...later]).encoding
  const text = decodePrefix(prefix, encoding, whole, fileName)
  if (text.trim() === '') throw new AtlasError('file.empty', `${fileName} has nothing but white space.`)
  assertText(text, fileName)
  const base = { ...DEFAULTS, ...given, compression, encoding }
  const kind = set.format ?? textFormat(format, text, fileName)
  if (kind !== 'csv') return { reading: { ...base, format: kind }, notes: encodingNote(encoding), text: null }
  return sniffDelimited(
    text,
    later.map((window) => decodeWindow(window, encoding)),
    base,
    given,
    whole,
  )
}

async function sizeOf(path: string, fileName: string): Promise<number> {
  try {
    const found = await stat(path)
    if (!found.isFile()) throw new AtlasError('file.unreadable', `${fileName} is not a file.`)
    return found.size
  } catch (error) {
    if (error instanceof AtlasError) throw error
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new AtlasError('file.not_found', `${fileName} does not exist.`, { cause: error })
    throw new AtlasError('file.unreadable', `${fileName} cannot be opened.`, { cause: error })
  }
}

async function assertParquetEnd(path: string, size: number, fileName: string): Promise<void> {
  const end = await readWindow(path, Math.max(0, size - 4), 4)
  if (size < 12 || end.toString('latin1') !== 'PAR1')
    throw new AtlasError('file.truncated', `${fileName} does not end as a Parquet file does (PAR1); it has ${size} bytes.`)
}

async function laterWindows(path: string, size: number): Promise<Buffer[]> {
  const starts = [0.25, 0.5, 0.75].map((share) => Math.floor(size * share)).concat(size - WINDOW_BYTES)
  return Promise.all(starts.filter((at) => at >= PREFIX_BYTES).map((at) => readWindow(path, at, WINDOW_BYTES)))
}

function decodePrefix(prefix: Buffer, encoding: Reading['encoding'], whole: boolean, fileName: string): string {
  const decode = decoderOf(encoding)
  try {
    const text = decode(prefix)
    return whole ? text + decode(null) : text
  } catch (error) {
    if (encoding.startsWith('utf-16') && prefix.length % 2 === 1 && whole)
      throw new AtlasError('file.truncated', `${fileName} ends in the middle of a UTF-16 character.`, { cause: error })
    throw new AtlasError('file.not_text', `${fileName} is not ${encoding} text.`, { cause: error })
  }
}

function decodeWindow(window: Buffer, encoding: Reading['encoding']): string {
  try {
    return decoderOf(encoding)(window)
  } catch {
    return ''
  }
}

/** JSON is told by its content, so that JSON named .txt is read and CSV named .json is not. */
function textFormat(byName: Format, text: string, fileName: string): Format {
  const promised = formatOfName(fileName)
  const first = text.trimStart().charAt(0)
  if (first === '{' && (promised !== 'csv' || looksLikeNdjson(text)))
    return promised === 'ndjson' || looksLikeNdjson(text) ? 'ndjson' : 'json'
  if (first === '[' && promised !== 'csv') return promised === 'ndjson' ? 'ndjson' : 'json'
  if (promised === 'json' || promised === 'ndjson') {
    throw new AtlasError('file.not_text', `${fileName} does not start as JSON does; its first character is ${JSON.stringify(first)}.`)
  }
  return byName
}

function sniffDelimited(text: string, later: string[], base: Omit<Reading, 'format'>, given: ReadingOverrides, whole: boolean): Sniffed {
  const dialect = findDialect(text, given, whole)
  const head = findHead(dialect, given)
  const found = findNumbersAndDates(cells(dialect, head, later))
  const { delimiter, quote, escape } = dialect
  const { header, skipRows } = head
  const reading: Reading = {
    ...base,
    format: 'csv',
    delimiter,
    quote,
    escape,
    header,
    skipRows,
    decimal: given.decimal ?? found.decimal,
    dateOrder: given.dateOrder ?? found.dateOrder,
  }
  const notes = [...encodingNote(base.encoding), ...(given.dateOrder === undefined ? found.notes : [])]
  if (skipRows > 0 && given.skipRows === undefined) notes.push(`${skipRows} rows before the header are skipped`)
  if (!header && given.header === undefined) notes.push('the first row is data, so the columns are named column_A, column_B, …')
  return { reading, notes, text: { head, dialect, whole, newline: text.includes('\r') && !text.includes('\n') ? '\r' : '\n' } }
}

function* cells(dialect: FoundDialect, head: FoundHead, later: readonly string[]): Generator<string> {
  for (const record of dialect.records.slice(head.skipRows + (head.header ? 1 : 0))) yield* record.fields
  for (const window of later) {
    const whole = window.slice(window.indexOf('\n') + 1)
    for (const record of parseRecords(whole, dialect, 500, false)) yield* record.fields
  }
}

function encodingNote(encoding: Reading['encoding']): string[] {
  return encoding === 'utf-8' ? [] : [`the text is ${encoding}`]
}

function withoutUndefined(set: ReadingOverrides): ReadingOverrides {
  return Object.fromEntries(Object.entries(set).filter(([, value]) => value !== undefined))
}
