import path from 'node:path'
import { AtlasError, type ErrorCode } from '../../core/errors.ts'

const codes: readonly [RegExp, ErrorCode][] = [
  [/No space left on device|Disk quota exceeded/, 'lake.disk_full'],
  [
    /^Out of Memory Error|max_temp_directory_size|bad_alloc|Cannot allocate memory|failed to allocate|Array buffer allocation failed/i,
    'sql.memory_limit',
  ],
  [/^Permission Error/, 'sql.forbidden'],
  [/^Parser Error/, 'sql.syntax'],
]

/** Kinds of message that name columns, functions and the user's own text; every other kind may print a value of the data. */
const printsNoValues = /^(Binder|Catalog|Parser|Syntax|Not implemented|Permission|IO) Error/

export interface QueryContext {
  sql: string
  relations: readonly { name: string; files: readonly string[] }[]
  /** Absolute folders and files of Atlas's own that no message may show. */
  ownPaths: readonly string[]
  memoryBytes: number
}

/**
 * The error of a query as a person may see it: its code, no path of this machine, and no value of the data except those that stand in
 * the SQL itself.
 */
export function toQueryError(message: string, context: QueryContext): AtlasError {
  const code = codes.find(([pattern]) => pattern.test(message))?.[1] ?? 'sql.failed'
  if (code === 'sql.memory_limit') return memoryLimit(context.memoryBytes)
  if (code === 'lake.disk_full') return new AtlasError(code, 'The disk was full while the query ran.')
  if (/^(INTERNAL|FATAL) Error/.test(message)) return new AtlasError('sql.failed', 'The engine could not run this query.')
  const unreadable = /^(IO|Permission) Error/.test(message)
    ? context.relations.find((relation) => relation.files.some((file) => message.includes(file)))
    : undefined
  if (unreadable !== undefined) return new AtlasError('lake.file_missing', `A file of ${unreadable.name} cannot be read.`)
  const text = printsNoValues.test(message) ? message : withoutValues(message, context.sql)
  return new AtlasError(code, shorten(withoutPaths(text, context)))
}

export function memoryLimit(memoryBytes: number): AtlasError {
  return new AtlasError('sql.memory_limit', `The query needed more than its ${Math.floor(memoryBytes / 2 ** 20)} MiB of memory.`)
}

function shorten(message: string): string {
  return message.length > 2000 ? `${message.slice(0, 2000)}…` : message
}

function withoutPaths(message: string, context: QueryContext): string {
  let clean = message
  for (const relation of context.relations) for (const file of relation.files) clean = clean.replaceAll(file, relation.name)
  const folders = context.relations.flatMap((relation) => relation.files.map((file) => path.dirname(file)))
  for (const own of [...new Set([...context.ownPaths, ...folders])].toSorted((a, b) => b.length - a.length)) {
    if (own.length > 1) clean = clean.replaceAll(own, '…')
  }
  // Whatever else looks like an absolute path and was not written by the user.
  return clean.replaceAll(/(["'])((?:\/|[A-Za-z]:[\\/])[^"'\n]*)\1/g, (whole, _mark, found: string) =>
    context.sql.includes(found) ? whole : 'a file',
  )
}

/** Takes the longest quoted stretch, because a value may itself hold quotes and line breaks. */
function withoutValues(message: string, text: string): string {
  const [main = ''] = message.split('\n\nLINE ')
  const hide = (whole: string, value: string): string => (text.includes(value) ? whole : whole.replace(value, '…'))
  const hidden = main.replace(/'([^]*)'/, hide).replace(/"([^]*)"/, hide)
  const [firstLine = ''] = hidden.split('\n')
  return firstLine.replaceAll(/(?<![\w.])-?\d[\d.,:-]*/g, (value) => (text.includes(value) ? value : '…'))
}
