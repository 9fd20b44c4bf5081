import { countUtf8, type Utf8Count } from './encoding.ts'
import type { Dialect } from './parse-records.ts'
import { pieces } from './plain-text.ts'
import { LINE_LIST_LIMIT } from './scan-lines.ts'

export interface RecordScan extends Utf8Count {
  bytes: number
  /** Records that are not blank, the head's included. */
  records: number
  blanks: number
  /** Physical lines on which no record starts (blank, or inside of a quoted field), ascending, cut at LINE_LIST_LIMIT. */
  gaps: number[]
  /** How many of the gaps are inside of quoted fields; not cut. */
  continued: number
  /** Continued lines in ascending order, cut at LINE_LIST_LIMIT. */
  continuedLines: number[]
  longest: { bytes: number; line: number }
  /** Record ends by kind. */
  ends: { lf: number; crlf: number; cr: number }
  /** Text follows a closing quote, or a quote never closes. */
  malformed: number
}

const KIND = { plain: 0, delimiter: 1, quote: 2, lf: 3, cr: 4, escape: 5, space: 6 } as const
const STATE = { fieldStart: 0, unquoted: 1, quoted: 2, afterQuote: 3, escaped: 4 } as const

/**
 * Splits a plain UTF-8 file into records byte by byte and counts them, independently of DuckDB. Slower than `scanLines`; needed where quotes may hold newlines.
 * @param newline `\r` for files that end their lines with it alone
 */
export async function scanRecords(file: string, dialect: Dialect, newline: '\n' | '\r', signal: AbortSignal): Promise<RecordScan> {
  const scanner = createScanner(dialect, newline)
  for await (const piece of pieces(file, signal)) scanner.push(piece)
  return scanner.end()
}

function classes({ delimiter, quote, escape }: Dialect): Uint8Array {
  const table = new Uint8Array(256)
  table[32] = KIND.space
  if (escape !== '' && escape !== quote) table[escape.charCodeAt(0) & 255] = KIND.escape
  // A delimiter of several characters ends a field with its last one.
  table[Buffer.from(delimiter).at(-1) ?? 44] = KIND.delimiter
  if (quote !== '') table[quote.charCodeAt(0) & 255] = KIND.quote
  table[10] = KIND.lf
  table[13] = KIND.cr
  return table
}

function createScanner(dialect: Dialect, newline: '\n' | '\r') {
  const kind = classes(dialect)
  const doubled = dialect.escape === dialect.quote
  const scan: RecordScan = {
    bytes: 0,
    records: 0,
    blanks: 0,
    gaps: [],
    continued: 0,
    continuedLines: [],
    longest: { bytes: 0, line: 1 },
    ends: { lf: 0, crlf: 0, cr: 0 },
    malformed: 0,
    multiByte: 0,
    invalid: 0,
  }
  let state: number = STATE.fieldStart
  let line = 1
  let recordLine = 1
  let recordStart = 0
  let afterCr = false

  const endRecord = (position: number, crBefore: boolean) => {
    const length = position - recordStart - (crBefore ? 1 : 0)
    if (length <= 0) {
      scan.blanks++
      if (scan.gaps.length < LINE_LIST_LIMIT) scan.gaps.push(recordLine)
    } else {
      scan.records++
      if (length > scan.longest.bytes) scan.longest = { bytes: length, line: recordLine }
    }
    line++
    recordLine = line
    recordStart = position + 1
    state = STATE.fieldStart
  }
  const continueLine = () => {
    line++
    scan.continued++
    if (scan.gaps.length < LINE_LIST_LIMIT) scan.gaps.push(line)
    if (scan.continuedLines.length < LINE_LIST_LIMIT) scan.continuedLines.push(line)
  }

  const afterLoneCr = (wasCr: boolean): false => {
    if (wasCr && newline === '\n' && state !== STATE.quoted) scan.ends.cr++
    return false
  }

  const push = (piece: Buffer) => {
    const utf8 = countUtf8(piece)
    scan.multiByte += utf8.multiByte
    scan.invalid += utf8.invalid
    const base = scan.bytes
    for (let at = 0; at < piece.length; at++) {
      const type = kind[piece[at] ?? 0]
      if (type === KIND.plain) {
        if (state === STATE.escaped) state = STATE.quoted
        else if (state !== STATE.quoted) {
          if (state === STATE.afterQuote) scan.malformed++
          state = STATE.unquoted
        }
        afterCr = afterLoneCr(afterCr)
        continue
      }
      if (state === STATE.quoted || state === STATE.escaped) {
        if (type === KIND.lf) {
          if (!afterCr || newline === '\r') continueLine()
          afterCr = false
        } else if (type === KIND.cr) {
          continueLine()
          afterCr = true
        } else afterCr = false
        if (state === STATE.escaped) state = STATE.quoted
        else if (type === KIND.escape) state = STATE.escaped
        else if (type === KIND.quote) state = STATE.afterQuote
        continue
      }
      if (type === KIND.lf) {
        scan.ends[afterCr ? 'crlf' : 'lf']++
        if (afterCr && newline === '\r') recordStart = base + at + 1
        else endRecord(base + at, afterCr)
        afterCr = false
        continue
      }
      if (afterCr && newline === '\n') scan.ends.cr++
      afterCr = false
      if (type === KIND.cr) {
        afterCr = true
        if (newline === '\r') {
          scan.ends.cr++
          endRecord(base + at, false)
        }
        continue
      }
      if (type === KIND.delimiter) state = STATE.fieldStart
      else if (type === KIND.quote) {
        if (state === STATE.fieldStart) state = STATE.quoted
        else if (state === STATE.afterQuote && doubled) state = STATE.quoted
        else if (state === STATE.afterQuote) scan.malformed++
      } else if (type === KIND.escape) state = STATE.unquoted
    }
    scan.bytes += piece.length
  }
  const end = (): RecordScan => {
    if (state === STATE.quoted || state === STATE.escaped) scan.malformed++
    if (afterCr && newline === '\n' && scan.bytes - recordStart > 0) scan.ends.cr++
    if (scan.bytes > recordStart) {
      scan.records++
      if (scan.bytes - recordStart > scan.longest.bytes) scan.longest = { bytes: scan.bytes - recordStart, line: recordLine }
    }
    return scan
  }
  return { push, end }
}
