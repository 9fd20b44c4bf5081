import { AtlasError } from '../../core/errors.ts'
import { pieces } from './plain-text.ts'

export interface JsonDocument {
  /** Valid until the next document is asked for. */
  bytes: Buffer
  /** First line of it in the file, 1-based. */
  line: number
}

/** Longer records are an error. */
const LIMIT_BYTES = 16 << 20

/** The lines of an NDJSON file; blank ones are left out and noted. @throws AtlasError `file.line_too_long` */
export async function* jsonLines(file: string, shown: string, blankLines: number[], signal: AbortSignal): AsyncGenerator<JsonDocument> {
  let held: Buffer[] = []
  let heldBytes = 0
  let line = 0
  const take = (end: Buffer): JsonDocument | null => {
    const bytes = withoutBom(held.length === 0 ? end : Buffer.concat([...held, end]), line)
    held = []
    heldBytes = 0
    line++
    if (bytes.length > LIMIT_BYTES) throw tooLong(shown, line)
    if (bytes.toString('latin1').trim() !== '') return { bytes, line }
    blankLines.push(line)
    return null
  }
  for await (const piece of pieces(file, signal)) {
    let start = 0
    for (let at = piece.indexOf(10); at >= 0; at = piece.indexOf(10, start)) {
      const document = take(piece.subarray(start, at))
      if (document !== null) yield document
      start = at + 1
    }
    held.push(Buffer.from(piece.subarray(start)))
    heldBytes += piece.length - start
    if (heldBytes > LIMIT_BYTES) throw tooLong(shown, line + 1)
  }
  if (heldBytes > 0) {
    const document = take(Buffer.alloc(0))
    if (document !== null) yield document
  }
}

function withoutBom(bytes: Buffer, line: number): Buffer {
  return line === 0 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes
}

function tooLong(shown: string, line: number): AtlasError {
  return new AtlasError(
    'file.line_too_long',
    `The JSON record at line ${line} of ${shown} is longer than the limit of ${LIMIT_BYTES} bytes.`,
    {
      next: 'Export the records as NDJSON, one to a line, or as one array of records.',
    },
  )
}

/**
 * The elements of a JSON array, or the objects of a file that holds one or several of them.
 * @throws AtlasError `file.truncated`, `file.corrupt`, `file.line_too_long`
 */
export async function* jsonElements(file: string, shown: string, signal: AbortSignal): AsyncGenerator<JsonDocument> {
  const splitter = createSplitter(shown)
  for await (const piece of pieces(file, signal)) {
    splitter.push(piece)
    yield* splitter.take()
  }
  splitter.end()
  yield* splitter.take()
}

const QUOTE = 34
const BACKSLASH = 92
const isSpace = (byte: number) => byte === 32 || byte === 10 || byte === 13 || byte === 9
const opens = (byte: number) => byte === 123 || byte === 91
const closes = (byte: number) => byte === 125 || byte === 93

/** Follows depth and strings byte by byte; what is inside of an element is checked when it is parsed. */
function createSplitter(shown: string) {
  let ready: JsonDocument[] = []
  let kind: 'start' | 'array' | 'objects' | 'after' = 'start'
  let depth = 0
  let inString = false
  let escaped = false
  let line = 1
  let elementLine = 1
  /** Pieces of the element under way that lie in earlier pieces of the file; null between elements. */
  let parts: Buffer[] | null = null
  let partBytes = 0
  let comma = false

  const finish = (piece: Buffer, start: number, end: number) => {
    const bytes = Buffer.concat([...(parts ?? []), piece.subarray(start, end)])
    if (bytes.length > LIMIT_BYTES) throw tooLong(shown, elementLine)
    ready.push({ bytes, line: elementLine })
    parts = null
    partBytes = 0
    comma = false
  }
  const corrupt = (what: string) => new AtlasError('file.corrupt', `${shown} is not valid JSON: ${what} at line ${line}.`)

  const between = (byte: number): boolean => {
    if (isSpace(byte)) return false
    if (kind === 'start') {
      if (byte === 91) {
        kind = 'array'
        return false
      }
      kind = 'objects'
    } else if (kind === 'after') throw corrupt('text after the end of the array')
    else if (kind === 'array') {
      if (byte === 93) {
        kind = 'after'
        return false
      }
      if (byte === 44) {
        if (comma) throw corrupt('two commas in a row')
        comma = true
        return false
      }
    } else if (byte === 44) return false
    if (kind === 'objects' && byte !== 123) throw corrupt('an object was expected')
    return true
  }

  return {
    push: (piece: Buffer) => {
      let start = 0
      for (let at = 0; at < piece.length; at++) {
        const byte = piece[at] ?? 0
        if (byte === 10) line++
        if (parts === null) {
          if (line === 1 && kind === 'start' && (byte === 0xef || byte === 0xbb || byte === 0xbf)) continue
          if (!between(byte)) continue
          parts = []
          start = at
          elementLine = line
        }
        if (inString) {
          if (escaped) escaped = false
          else if (byte === BACKSLASH) escaped = true
          else if (byte === QUOTE) inString = false
        } else if (byte === QUOTE) inString = true
        else if (opens(byte)) depth++
        else if (depth > 0 && closes(byte)) {
          depth--
          if (depth === 0) finish(piece, start, at + 1)
        } else if (depth === 0 && (byte === 44 || byte === 93)) {
          finish(piece, start, at)
          if (byte === 93) kind = 'after'
        }
      }
      if (parts === null) return
      parts.push(Buffer.from(piece.subarray(start)))
      partBytes += piece.length - start
      if (partBytes > LIMIT_BYTES) throw tooLong(shown, elementLine)
    },
    end: () => {
      if (parts !== null || kind === 'array')
        throw new AtlasError('file.truncated', `${shown} ends in the middle of its JSON, at line ${line}.`)
    },
    take: (): JsonDocument[] => {
      const documents = ready
      ready = []
      return documents
    },
  }
}
