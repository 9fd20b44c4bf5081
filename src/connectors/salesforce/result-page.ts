import { open } from 'node:fs/promises'
import iconv from 'iconv-lite'
import { AtlasError } from '../../core/errors.ts'
import { id, join, list, literal, sql, type Sql } from '../../core/sql.ts'
import { castLeniently, castStrictly, fits, typeSql } from './field-types.ts'
import type { PlanColumn } from './read-plan.ts'

/** Rows as Salesforce writes them: CSV with a header, every value text, nothing where there is no value. */
export interface ResultPage {
  /** Files with the same header, in order. */
  files: { path: string; bytes: number }[]
  /** NaN where Salesforce does not say. */
  rows: number
  /** Columns in the files' order. */
  names: string[]
}

const PIECE = 4 << 20

export function bytesOf({ files }: ResultPage): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0)
}

/**
 * Writes an answer's body to a file, as it comes: without NUL bytes (Salesforce sends some), and in UTF-8.
 * @param charset of the answer's content type
 */
export async function savePage(
  body: AsyncIterable<Uint8Array>,
  charset: string,
  path: string,
): Promise<{ bytes: number; names: string[] }> {
  const file = await open(path, 'w')
  const decoder = /^utf-?8$/i.test(charset) ? null : iconv.getDecoder(knownCharset(charset))
  let bytes = 0
  let held: Uint8Array[] = []
  let size = 0
  let head = Buffer.alloc(0)
  const flush = async (): Promise<void> => {
    const piece = Buffer.concat(held, size)
    if (head.length < PIECE) head = Buffer.concat([head, piece.subarray(0, PIECE - head.length)])
    await file.write(piece)
    bytes += size
    held = []
    size = 0
  }
  try {
    for await (const chunk of body) {
      const text = decoder === null ? chunk : Buffer.from(decoder.write(Buffer.from(chunk)))
      const clean = text.includes(0) ? text.filter((byte) => byte !== 0) : text
      held.push(clean)
      size += clean.length
      if (size >= PIECE) await flush()
    }
    await flush()
  } finally {
    await file.close()
  }
  return { bytes, names: headerNames(head) }
}

function knownCharset(charset: string): string {
  const isKnown: boolean = iconv.encodingExists(charset)
  if (isKnown) return charset
  throw new AtlasError(
    'source.unexpected_answer',
    `Salesforce sends text in the character set ${JSON.stringify(charset.slice(0, 40))}, which is not known.`,
  )
}

/** The names in the first line; field names hold neither quotes nor line breaks. */
function headerNames(head: Buffer): string[] {
  const end = head.indexOf(0x0a)
  const line = head
    .toString('utf8', 0, end < 0 ? head.length : end)
    .replace(/^\uFEFF/, '')
    .trim()
  return line === '' ? [] : line.split(',').map((cell) => cell.replace(/^"|"$/g, ''))
}

/** A page's rows as text, in a relation of its own. A line is found however long it is, so none is lost for its length. */
export function scanText({ files, names }: ResultPage): Sql {
  const columns = join(names.map((name) => sql`${literal(name)}: 'VARCHAR'`))
  const buffer = Math.max(1 << 20, ...files.map(({ bytes }) => bytes + 1024))
  return sql`read_csv(${list(files.map(({ path }) => path))}, columns = {${columns}}, auto_detect = false, header = true, delim = ',', quote = '"', escape = '"', nullstr = '',
    new_line = ${String.raw`\n`}, parallel = false, buffer_size = ${buffer}, max_line_size = ${buffer})`
}

/** A SELECT of a page's rows with the plan's columns and types; a value that does not fit is an error. A column that the page does not have is NULL. */
export function scanPage(page: ResultPage, columns: readonly PlanColumn[]): Sql {
  return sql`select ${valuesOf(page, columns, castStrictly)} from ${scanText(page)}`
}

/** As `scanPage`, of the rows whose values all fit. */
export function scanGood(page: ResultPage, columns: readonly PlanColumn[]): Sql {
  return sql`select ${valuesOf(page, columns, castLeniently)} from ${scanText(page)} where ${join(fittings(page, columns), ' and ')}`
}

/** The rows with a value that does not fit, as `Landing.quarantine` takes them. */
export function scanBad(page: ResultPage, columns: readonly PlanColumn[]): Sql {
  const known = columns.filter((column) => nameIn(page, column) !== null)
  const whens = join(
    known.map((column) => sql`when not ${fits(nameIn(page, column) ?? '', column.type)} then ${column.name}`),
    ' ',
  )
  const types = join(
    known.map((column) => sql`when ${column.name} then ${reasonOf(column)}`),
    ' ',
  )
  const row = join(page.names.map((name) => sql`${id(name)} := ${id(name)}`))
  return sql`select null::varchar as file, null::bigint as line, bad as column_name, case bad ${types} end as reason, "row"
    from (select case ${whens} end as bad, to_json(struct_pack(${row}))::varchar as "row" from ${scanText(page)}) where bad is not null`
}

function reasonOf({ type, sourceType }: PlanColumn): string {
  return type.startsWith('DECIMAL') || type === 'BIGINT'
    ? `more digits than ${sourceType ?? type} of the field allows (${type})`
    : `not a value of type ${sourceType ?? type}`
}

function fittings(page: ResultPage, columns: readonly PlanColumn[]): Sql[] {
  return columns.flatMap((column) => {
    const name = nameIn(page, column)
    return name === null ? [] : [fits(name, column.type)]
  })
}

function valuesOf(page: ResultPage, columns: readonly PlanColumn[], cast: (name: string, type: string) => Sql): Sql {
  return join(
    columns.map((column) => {
      const name = nameIn(page, column)
      return sql`${name === null ? sql`null::${typeSql(column.type)}` : cast(name, column.type)} as ${id(column.name)}`
    }),
  )
}

/** The page's own spelling of the column it comes from. */
function nameIn({ names }: ResultPage, { from }: PlanColumn): string | null {
  return names.find((name) => name.toLowerCase() === from.toLowerCase()) ?? null
}
