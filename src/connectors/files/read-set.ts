import type { Reading, ReadingOverrides } from '../../contract/uploads.ts'
import { AtlasError } from '../../core/errors.ts'
import type { Landing, ReadContext, ReadResult, TextReading } from '../connector.ts'
import type { FilesSettings } from '../files.ts'
import { columnUnion, type ColumnUnion } from './column-union.ts'
import { parseState, versionOf } from './file-versions.ts'
import type { FileSet, SourceFile } from './find-files.ts'
import type { ReadFile, ReadFileContext } from './file-read.ts'
import { constantsOf } from './partitions.ts'
import { cancelled } from './plain-text.ts'
import { readDelimited } from './read-delimited.ts'
import { readExcel } from './read-excel.ts'
import { readJson } from './read-json.ts'
import { planParquet, readParquet, type ParquetPlan } from './read-parquet.ts'
import { sniffReading, type Sniffed } from './sniff-reading.ts'
import { uniqueNames } from './header.ts'

interface OpenedFile {
  file: SourceFile
  sniffed: Sniffed
}

/**
 * Reads a file set as one stream, a landed file per source file, in the order of their names.
 * @param sheet the sheet to read of each workbook; null for other formats
 * @throws AtlasError `file.*`, `run.incomplete`, `run.cancelled`
 */
export async function readSet(
  settings: FilesSettings,
  set: FileSet,
  sheet: string | null,
  context: ReadContext,
  landing: Landing,
): Promise<ReadResult> {
  const warnings: string[] = []
  const warn = (message: string) => {
    if (warnings.length < 100) warnings.push(message)
  }
  const before = parseState(landing.state)
  const earlier = landing.mode === 'append' ? before : { ...before, seen: [], columns: [], text: null }
  const seen = new Set(earlier.seen)
  const union = columnUnion(earlier.columns)
  const texts: TextReading[] = []
  const total = set.files.reduce((sum, file) => sum + file.sizeBytes, 0)
  const sum = { sourceRows: 0, bytesRead: 0, passed: 0 }
  let first: OpenedFile | null = null
  let empty: AtlasError | null = null

  let planned: Promise<ParquetPlan> | undefined
  const plan = () => (planned ??= planParquet(set.files, union, landing, warn))

  for (const file of set.files) {
    if (context.signal.aborted) throw cancelled(context.signal)
    const version = await versionOf(file, context.signal)
    sum.passed += file.sizeBytes
    if (landing.mode === 'append' && seen.has(await version.digest)) continue
    try {
      const opened: OpenedFile = { file, sniffed: await sniffLike(file, settings, first, warn) }
      first ??= opened
      const read = await readOne(opened, settings.reading, sheet, plan, union, {
        scratch: context.scratch,
        signal: context.signal,
        landing,
        warn,
      })
      for (const column of read.columns) union.add(column)
      if (read.text !== null) texts.push(read.text)
      sum.sourceRows += read.landed + read.refused
    } catch (error) {
      if (set.files.length === 1 || !isEmptyFile(error)) throw error
      empty = error
      warn(`${file.shown} is left out: ${error.message}`)
    }
    seen.add(await version.digest)
    await version.assertUnchanged()
    sum.bytesRead += file.sizeBytes
    context.progress({ rows: sum.sourceRows, bytes: sum.passed, total })
  }
  if (first === null && empty !== null && earlier.seen.length === 0) throw empty
  const text = texts.length === 0 ? earlier.text : majority(texts, warn)
  const state = { ...before, seen: [...seen], columns: union.columns(), text }
  return { columns: union.columns(), sourceRows: sum.sourceRows, bytesRead: sum.bytesRead, state, text, warnings }
}

/** Finds how a file of the set is read: as the first one where that cannot be told from one file alone. */
async function sniffLike(
  file: SourceFile,
  settings: FilesSettings,
  first: OpenedFile | null,
  warn: (message: string) => void,
): Promise<Sniffed> {
  const sniffed = await sniffReading(file.path, settings.reading, file.fileName)
  if (first === null) {
    for (const note of sniffed.notes) warn(`${file.shown}: ${note}.`)
    return sniffed
  }
  if (family(sniffed.reading) !== family(first.sniffed.reading)) {
    throw new AtlasError(
      'file.mixed_formats',
      `${first.file.shown} is ${first.sniffed.reading.format} and ${file.shown} is ${sniffed.reading.format}.`,
    )
  }
  if (sniffed.text === null || sniffed.reading.header === first.sniffed.reading.header || settings.reading.header !== undefined)
    return sniffed
  return sniffReading(file.path, { ...settings.reading, header: first.sniffed.reading.header }, file.fileName)
}

function family({ format }: Reading): string {
  return format === 'ndjson' ? 'json' : format
}

async function readOne(
  { file, sniffed }: OpenedFile,
  set: ReadingOverrides,
  sheet: string | null,
  plan: () => Promise<ParquetPlan>,
  union: ColumnUnion,
  context: ReadFileContext,
): Promise<ReadFile> {
  const { format } = sniffed.reading
  if (format === 'parquet') return readParquet(file, await plan(), union, context)
  if (format === 'excel') return readExcel(file, sniffed.reading, set, sheet, union, context)
  if (format === 'json' || format === 'ndjson') return readJson(file, sniffed.reading, union, context)
  return readText(file, sniffed, union, context)
}

async function readText(file: SourceFile, sniffed: Sniffed, union: ColumnUnion, context: ReadFileContext): Promise<ReadFile> {
  const source = sniffed.text?.head.names ?? []
  const names = uniqueNames(source).map(union.nameOf)
  const changed = names.filter((name, index) => name !== source[index]).length
  if (sniffed.reading.header && changed > 0)
    context.warn(`${file.shown}: ${changed} column names were blank or repeated and got a name of their own.`)
  const records = sniffed.text?.dialect.records.filter((record) => !record.blank).length ?? 0
  if (sniffed.reading.header && records <= 1 && sniffed.text?.whole === true) {
    throw new AtlasError('file.no_rows', `${file.shown} has a header with ${names.length} columns and no rows.`)
  }
  const constants = constantsOf(file, names, union.nameOf)
  const { landed, refused } = await readDelimited({ path: file.path, shown: file.shown, sniffed, names, constants }, context)
  const { decimal, dateOrder } = sniffed.reading
  return {
    landed,
    refused,
    columns: [...names, ...constants.map(({ name }) => name)].map((name) => ({ name, type: 'VARCHAR' })),
    text: { decimal, dateOrder },
  }
}

function isEmptyFile(error: unknown): error is AtlasError {
  return error instanceof AtlasError && (error.code === 'file.empty' || error.code === 'file.no_rows')
}

/** One reading of numbers and dates for the whole stream. */
function majority(texts: readonly TextReading[], warn: (message: string) => void): TextReading {
  const decimals = texts.map(({ decimal }) => decimal)
  const orders = texts.map(({ dateOrder }) => dateOrder).filter((order) => order !== 'iso')
  const decimal = decimals.filter((mark) => mark === ',').length * 2 > decimals.length ? ',' : '.'
  const dateOrder =
    orders.length === 0 ? 'iso' : orders.filter((order) => order === 'day-first').length * 2 >= orders.length ? 'day-first' : 'month-first'
  if (new Set(decimals).size > 1)
    warn(
      `the files write decimals in different ways; they are read with ${JSON.stringify(decimal)}: set reading.decimal or read them apart.`,
    )
  if (new Set(orders).size > 1)
    warn(`the files write dates in different orders; they are read as ${dateOrder}: set reading.dateOrder or read them apart.`)
  return { decimal, dateOrder }
}
