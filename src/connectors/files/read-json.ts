import { isAscii, isUtf8 } from 'node:buffer'
import path from 'node:path'
import type { Reading } from '../../contract/uploads.ts'
import { AtlasError } from '../../core/errors.ts'
import { id, join, sql } from '../../core/sql.ts'
import type { StreamColumn, TextReading } from '../connector.ts'
import type { ColumnUnion } from './column-union.ts'
import type { SourceFile } from './find-files.ts'
import { uniqueNames } from './header.ts'
import { jsonElements, jsonLines, type JsonDocument } from './json-documents.ts'
import { membersOf } from './json-values.ts'
import { openLines } from './line-writer.ts'
import { copyError, plainCopy } from './plain-text.ts'
import type { ReadFile, ReadFileContext } from './file-read.ts'
import { constantsOf } from './partitions.ts'

/** What the values of a key were in the whole file. */
interface KeySeen {
  index: number
  nested: boolean
  text: boolean
}

interface Copied {
  records: number
  refused: number
  keys: Map<string, KeySeen>
  /** Keys whose values were written as JSON text. */
  asJson: ReadonlySet<string>
  rowsFile: string
  refusedFile: string
  /** Records with letters beyond ASCII in right UTF-8, and records with bytes that are not UTF-8. */
  utf8: { right: number; wrong: number }
  /** Lines without a landed row, ascending. */
  gaps: number[]
}

let copies = 0

/**
 * Reads a JSON or NDJSON file: a column per key met anywhere in it, in the order first met. Scalars are text exactly as written (no number goes through a double); objects and arrays
 * stay JSON text, and a column that holds any is of type JSON. A record that is no valid object is refused with its line.
 * @throws AtlasError `file.no_rows`, `file.truncated`, `file.corrupt`, `file.line_too_long`, `run.incomplete`
 */
export async function readJson(file: SourceFile, reading: Reading, union: ColumnUnion, context: ReadFileContext): Promise<ReadFile> {
  const plain = await plainCopy(file, reading, context)
  const copied = await copyRecords(file, plain, reading, union, context)
  if (reading.encoding === 'utf-8' && copied.utf8.wrong > copied.utf8.right) {
    context.warn(`${file.shown}: ${copied.utf8.wrong} records are not UTF-8, so the text is read as windows-1252.`)
    return readJson(file, { ...reading, encoding: 'windows-1252' }, union, context)
  }
  if (copied.records + copied.refused === 0 || (copied.keys.size === 0 && copied.refused === 0))
    throw new AtlasError('file.no_rows', `${file.shown} is JSON without a record.`)
  if (copied.refused > 0) {
    await context.landing.quarantine(sql`select ${file.shown} as file, line, null::varchar as column_name, reason, "row"
      from read_json(${copied.refusedFile}, format='newline_delimited', columns={line: 'BIGINT', reason: 'VARCHAR', row: 'VARCHAR'}, maximum_object_size=${MAX_OBJECT}) order by line`)
  }
  if (copied.keys.size === 0) return { landed: 0, refused: copied.refused, columns: [], text: textOf(reading) }
  const { columns, landed } = await land(file, reading, copied, union, context)
  if (landed !== copied.records)
    throw new AtlasError('run.incomplete', `${file.shown} has ${copied.records} records by count, but ${landed} were read.`)
  return { landed, refused: copied.refused, columns, text: textOf(reading) }
}
const MAX_OBJECT = 256 << 20
const textOf = ({ decimal, dateOrder }: Reading): TextReading => ({ decimal, dateOrder })

async function land(
  file: SourceFile,
  reading: Reading,
  copied: Copied,
  union: ColumnUnion,
  { landing }: ReadFileContext,
): Promise<{ columns: StreamColumn[]; landed: number }> {
  const keys = [...copied.keys]
  const names = uniqueNames(keys.map(([key]) => key)).map(union.nameOf)
  const columns: StreamColumn[] = names.map((name, index) => ({
    name,
    type: union.typeOf(name) ?? (keys[index]?.[1].nested === true ? 'JSON' : 'VARCHAR'),
  }))
  const constants = constantsOf(file, names, union.nameOf)
  const read = join(keys.map(([, { index }]) => sql`${id(`c${index}`)}: 'VARCHAR'`))
  const selected = [
    ...columns.map(({ name, type }, index) => sql`${id(`c${index}`)}::${id(type)} as ${id(name)}`),
    ...constants.map(({ name, value }) => sql`${value}::varchar as ${id(name)}`),
  ]
  const all = [...columns, ...constants.map(({ name }) => ({ name, type: 'VARCHAR' }))]
  const isLines = reading.format === 'ndjson'
  const { rows } = await landing.write(
    sql`select ${join(selected)} from read_json(${copied.rowsFile}, format='newline_delimited', columns={${read}}, maximum_object_size=${MAX_OBJECT})`,
    all,
    { file: file.shown, firstLine: isLines ? 1 : null, skippedLines: isLines ? copied.gaps : [] },
  )
  return { columns: all, landed: rows }
}

/** Copies the records with text values only; twice when a key turns out to hold both texts and nested values, which are told apart only as JSON. */
async function copyRecords(
  file: SourceFile,
  plain: string,
  reading: Reading,
  union: ColumnUnion,
  context: ReadFileContext,
): Promise<Copied> {
  const asJson = union
    .columns()
    .filter(({ type }) => type === 'JSON')
    .map(({ name }) => name)
  const copied = await copyOnce(file, plain, reading, new Set(asJson), context)
  const mixed = [...copied.keys].filter(([key, seen]) => seen.nested && seen.text && !copied.asJson.has(key)).map(([key]) => key)
  return mixed.length === 0 ? copied : copyOnce(file, plain, reading, new Set([...asJson, ...mixed]), context)
}

async function copyOnce(
  file: SourceFile,
  plain: string,
  reading: Reading,
  asJson: ReadonlySet<string>,
  { scratch, signal }: ReadFileContext,
): Promise<Copied> {
  const n = ++copies
  const copied: Copied = {
    records: 0,
    refused: 0,
    keys: new Map(),
    asJson,
    rowsFile: path.join(scratch, `records-${n}.ndjson`),
    refusedFile: path.join(scratch, `refused-${n}.ndjson`),
    utf8: { right: 0, wrong: 0 },
    gaps: [],
  }
  const rows = openLines(copied.rowsFile)
  const refused = openLines(copied.refusedFile)
  const documents =
    reading.format === 'ndjson' ? jsonLines(plain, file.shown, copied.gaps, signal) : jsonElements(plain, file.shown, signal)
  try {
    for await (const document of documents) {
      const row = convert(document, copied)
      if (typeof row === 'string') {
        copied.records++
        await rows.add(row)
        continue
      }
      copied.refused++
      copied.gaps.push(document.line)
      await refused.add(
        JSON.stringify({
          line: document.line,
          reason: row.refusal,
          row: document.bytes.toString(isUtf8(document.bytes) ? 'utf8' : 'latin1').toWellFormed(),
        }),
      )
    }
    await Promise.all([rows.close(), refused.close()])
  } catch (error) {
    rows.destroy()
    refused.destroy()
    throw copyError(error, file.shown, signal)
  }
  return copied
}

/** The record as a JSON line whose values are all texts, or why it cannot be one. */
function convert({ bytes }: JsonDocument, copied: Copied): string | { refusal: string } {
  if (!isAscii(bytes)) copied.utf8[isUtf8(bytes) ? 'right' : 'wrong']++
  if (!isUtf8(bytes)) return { refusal: 'bytes that are not UTF-8' }
  const text = bytes.toString('utf8')
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return { refusal: 'not valid JSON' }
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return { refusal: 'not a JSON object' }
  if (/\\u[dD][89a-fA-F]/.test(text) && Object.values(parsed).some((value) => typeof value === 'string' && !value.isWellFormed()))
    return { refusal: 'half of a surrogate pair, which is no text' }
  const cells: string[] = []
  for (const { key, raw } of membersOf(text)) {
    const cell = cellOf(key, raw, copied)
    if (cell !== null) cells.push(cell)
  }
  return `{${cells.join(',')}}`
}

function cellOf(key: string, raw: string, { keys, asJson }: Copied): string | null {
  let seen = keys.get(key)
  if (seen === undefined) keys.set(key, (seen = { index: keys.size, nested: false, text: false }))
  const first = raw[0]
  if (first === 'n') return null
  if (first === '{' || first === '[') seen.nested = true
  else seen.text ||= first === '"'
  if (asJson.has(key)) seen.nested = true
  return `"c${seen.index}":${first === '"' && !asJson.has(key) ? raw : JSON.stringify(raw)}`
}
