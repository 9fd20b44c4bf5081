import path from 'node:path'
import { AtlasError } from '../../core/errors.ts'
import { id, join, list, sql, type Sql } from '../../core/sql.ts'
import type { StreamColumn } from '../connector.ts'
import { openChunkFile, type ChunkFile } from './chunk-file.ts'
import { typeOfKind } from './column-kind.ts'
import type { RecordKey } from './record-keys.ts'
import { createRecordScanner, type ExtraMember, type ScannedPage } from './record-scanner.ts'
import type { Span } from './scan-json.ts'

/** Records of a stream in chunk files of NDJSON. Types are known for the whole stream: ask for them when all has been added. */
export interface JsonRows {
  readonly keys: readonly RecordKey[]
  /** Records kept and refused so far. */
  readonly records: number
  readonly refused: number
  /**
   * Adds the elements of a JSON array, or one object, that stands in the text.
   * @param extra members that each record gets besides its own
   * @throws AtlasError `source.unexpected_answer`, `lake.disk_full`
   */
  add(text: string, span: Span, extra?: readonly ExtraMember[]): Promise<{ records: number; refused: number }>
  /** What was added since the last call. The files stay until the scratch folder goes. */
  take(): Promise<JsonChunk>
  /** Lets go of files that are being written; call it in any case when done. */
  close(): Promise<void>
  /** Columns with the types that keep every value added so far. */
  columns(): StreamColumn[]
}

export interface JsonChunk {
  files: string[]
  records: number
  /** Null when nothing was refused. */
  refusedFile: string | null
  refused: number
  /** Length of the longest piece of lines that was added at once, which no line exceeds. */
  longestPage: number
}

const FILE_BYTES = 64 << 20
const sequence = { next: 0 }

/**
 * Opens the chunk files of a stream.
 * @param options.unnest members of nested objects become columns of their own, `object__member`, one level deep
 * @param options.known columns of earlier reads, which come first and are never narrowed
 */
export function openJsonRows(options: { scratch: string; unnest?: boolean; known?: readonly { name: string; type: string }[] }): JsonRows {
  const scanner = createRecordScanner(options)
  const newFile = (name: string): Promise<ChunkFile> => openChunkFile(path.join(options.scratch, `${name}-${++sequence.next}.ndjson`))
  const total = { records: 0, refused: 0 }
  let chunk = emptyChunk()
  let rows: ChunkFile | null = null
  let refusals: ChunkFile | null = null

  const keep = async (lines: string): Promise<void> => {
    if (rows !== null && rows.bytes > FILE_BYTES) await closeRows()
    if (rows === null) chunk.files.push((rows = await newFile('rows')).path)
    chunk.longestPage = Math.max(chunk.longestPage, lines.length)
    await rows.add(lines)
  }
  const refuse = async (refused: ScannedPage['refused']): Promise<void> => {
    if (refusals === null) chunk.refusedFile = (refusals = await newFile('refused')).path
    for (const { reason, row } of refused) await refusals.add(JSON.stringify({ reason, row: row.toWellFormed() }))
  }
  const closeRows = async (): Promise<void> => {
    const open = rows
    rows = null
    await open?.close()
  }
  return {
    keys: scanner.keys,
    get records() {
      return total.records
    },
    get refused() {
      return total.refused
    },
    add: async (text, span, extra) => {
      const page = scanner.scan(text, span, extra)
      if (page.records > 0) await keep(page.lines)
      if (page.refused.length > 0) await refuse(page.refused)
      for (const counts of [total, chunk]) {
        counts.records += page.records
        counts.refused += page.refused.length
      }
      return { records: page.records, refused: page.refused.length }
    },
    take: async () => {
      await closeRows()
      await refusals?.close()
      refusals = null
      const taken = chunk
      chunk = emptyChunk()
      return taken
    },
    close: async () => {
      const open: (ChunkFile | null)[] = [rows, refusals]
      rows = refusals = null
      for (const file of open) await file?.abandon()
    },
    columns: () => scanner.keys.map(({ name, kind }) => ({ name, type: typeOfKind(kind) })),
  }
}

function emptyChunk(): JsonChunk & { refused: number } {
  return { files: [], records: 0, refusedFile: null, refused: 0, longestPage: 0 }
}

/**
 * The rows of chunks as a SELECT, in their order, with exactly these columns; those that no record of the chunk has are NULL.
 * @param columns as `JsonRows.columns` gives them, or some of them
 */
export function selectJsonRows(chunks: readonly JsonChunk[], columns: readonly StreamColumn[]): Sql {
  const files = chunks.flatMap((chunk) => chunk.files)
  if (files.length === 0)
    return sql`select ${join(columns.map(({ name, type }) => sql`null::${typeName(type)} as ${id(name)}`))} where false`
  // UTF-8 takes at most three bytes for each unit of UTF-16. The smaller the limit, the more threads read a file.
  const longest = Math.max(...chunks.map((chunk) => chunk.longestPage * 3), 1 << 20)
  const read = join(columns.map(({ name, type }) => sql`${id(name)}: ${type === 'JSON' ? 'VARCHAR' : type}`))
  const selected = join(columns.map(({ name, type }) => (type === 'JSON' ? sql`${id(name)}::JSON as ${id(name)}` : id(name))))
  return sql`select ${selected} from read_json(${list(files)}, format='newline_delimited', columns={${read}}, maximum_object_size=${longest})`
}

/** The refused records of chunks, as `Landing.quarantine` takes them. @param file where they came from, for people */
export function selectRefused(chunks: readonly JsonChunk[], file: string): Sql | null {
  const files = chunks.flatMap((chunk) => chunk.refusedFile ?? [])
  if (files.length === 0) return null
  return sql`select ${file} as file, null::bigint as line, null::varchar as column_name, reason, "row"
    from read_json(${list(files)}, format='newline_delimited', columns={reason: 'VARCHAR', "row": 'VARCHAR'}, maximum_object_size=${256 << 20})`
}

function typeName(type: string): Sql {
  const decimal = /^DECIMAL\((\d+),(\d+)\)$/.exec(type)
  return decimal === null ? id(type) : sql`decimal(${Number(decimal[1])},${Number(decimal[2])})`
}

/** What DuckDB says of records that are no JSON after all, without the data that it quotes; other errors as they are. */
export function recordsError(error: unknown, stream: string): unknown {
  if (!(error instanceof Error) || !/Malformed JSON|JSON transform error/i.test(`${error.message} ${String(error.cause)}`)) return error
  return new AtlasError('source.unexpected_answer', `A record of ${stream} is not valid JSON.`)
}
