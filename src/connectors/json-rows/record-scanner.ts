import { AtlasError } from '../../core/errors.ts'
import { noteNumber } from './column-kind.ts'
import { createRecordKeys, type RecordKey } from './record-keys.ts'
import { endOfScalar, endOfString, endOfValue, membersOf, nameOf, skipSpace, type Span } from './scan-json.ts'
import { hasLoneSurrogate } from './lone-surrogate.ts'

export interface ExtraMember {
  name: string
  /** JSON text. */
  raw: string
}

/** The records of one answer. */
export interface ScannedPage {
  /** A line of NDJSON per record, the last without a line feed. */
  lines: string
  records: number
  refused: { reason: string; row: string }[]
}

export interface RecordScanner {
  readonly keys: readonly RecordKey[]
  /**
   * Reads a JSON array of records, or one record, that stands in the text.
   * @param extra members that each record gets besides its own
   * @throws AtlasError `source.unexpected_answer` when it is not valid JSON, or has too many different keys
   */
  scan(text: string, span: Span, extra?: readonly ExtraMember[]): ScannedPage
}

// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f]/

/** A record that cannot be kept, though its text is JSON. */
class RefusedRecord extends Error {}

/**
 * Turns records into lines of NDJSON that DuckDB reads exactly, and finds out what the values of each key are. Numbers with a fraction and nested values are put in
 * quotes as they are written, since DuckDB's JSON reader takes them through doubles and writes nested values anew; whole numbers, texts, booleans and nulls stay.
 * All in one pass over the text: what is inside of nested values is checked when DuckDB reads them.
 * @param options.known columns of earlier reads, which come first and are never narrowed
 */
export function createRecordScanner(options: { unnest?: boolean; known?: readonly { name: string; type: string }[] } = {}): RecordScanner {
  const keys = createRecordKeys(options.known ?? [])
  /** The text, where it is being read, and what of it was taken over: `pieces` and then what begins at `from`. */
  let text = ''
  let at = 0
  let pieces: string[] = []
  let from = 0
  /** Number of the record, to notice a key that is repeated in it. */
  let record = 0
  /** No string has an escape: strings end at the next quote. */
  let plain = true
  let surrogates = false

  const replace = (start: number, end: number, by: string): void => {
    if (start > from) pieces.push(text.slice(from, start))
    pieces.push(by)
    from = end
  }
  const space = (): void => {
    if (text.charCodeAt(at) <= 32) at = skipSpace(text, at)
  }
  const string = (): void => {
    if (plain) {
      const quote = text.indexOf('"', at + 1)
      at = quote < 0 ? text.length : quote + 1
      return
    }
    const start = at
    at = endOfString(text, at)
    const raw = text.slice(start, at)
    if (CONTROL.test(raw)) throw notJson()
    if (surrogates && hasLoneSurrogate(raw)) throw new RefusedRecord('half of a surrogate pair, which is no text')
  }
  const nested = (key: RecordKey): void => {
    const start = at
    key.kind.nested = true
    at = endOfValue(text, at, plain)
    const raw = text.slice(start, at)
    if (surrogates && hasLoneSurrogate(raw)) throw new RefusedRecord('half of a surrogate pair, which is no text')
    replace(start, at, JSON.stringify(raw))
  }
  const word = (key: RecordKey): void => {
    if (text.startsWith('null', at)) {
      key.nulls++
      key.nullIn = record
      at += 4
    } else if (text.startsWith('true', at)) {
      key.kind.boolean = true
      at += 4
    } else if (text.startsWith('false', at)) {
      key.kind.boolean = true
      at += 5
    } else throw notJson()
  }
  const digits = (start: number): number => {
    let end = start
    for (let code = text.charCodeAt(end); code >= 48 && code <= 57; code = text.charCodeAt(end)) end++
    return end
  }
  const number = ({ kind }: RecordKey): void => {
    const start = at
    const whole = text.charCodeAt(at) === 45 ? at + 1 : at
    const wholeEnd = digits(whole)
    const isPoint = text.charCodeAt(wholeEnd) === 46
    const end = isPoint ? digits(wholeEnd + 1) : wholeEnd
    const next = text.charCodeAt(end)
    const isUsual =
      (next === 44 || next === 125) &&
      wholeEnd > whole &&
      (text.charCodeAt(whole) !== 48 || (wholeEnd === whole + 1 && (isPoint || whole === start)))
    if (!isUsual || end - start > 18 || (isPoint && end === wholeEnd + 1)) return unusualNumber(kind, start)
    at = end
    if (wholeEnd - whole > kind.integerDigits && text.charCodeAt(whole) !== 48) kind.integerDigits = wholeEnd - whole
    if (end - whole > kind.significant) kind.significant = end - whole
    if (!isPoint) {
      kind.integer = true
      return
    }
    kind.decimal = true
    if (end - wholeEnd - 1 > kind.scale) kind.scale = end - wholeEnd - 1
    replace(start, end, `"${text.slice(start, end)}"`)
  }
  const unusualNumber = (kind: RecordKey['kind'], start: number): void => {
    at = endOfScalar(text, start)
    const raw = text.slice(start, at)
    if (!noteNumber(kind, raw)) throw notJson()
    replace(start, at, raw === '-0' ? '0' : `"${raw}"`)
  }
  const value = (key: RecordKey): void => {
    const code = text.charCodeAt(at)
    if (code === 34) {
      key.kind.text = true
      string()
    } else if (code === 123 || code === 91) nested(key)
    else if (code === 45 || (code >= 48 && code <= 57)) number(key)
    else word(key)
  }
  const mark = (key: RecordKey): void => {
    if (key.seenIn === record) throw new RefusedRecord('a key that is repeated')
    key.seenIn = record
    key.present++
  }
  const flatten = (keyStart: number, parent: RecordKey): void => {
    const end = endOfValue(text, at)
    const members = membersOf(text.slice(at, end))
    const parts = members.map(([token, raw]) => rewritten(keys.ofToken(JSON.stringify(`${parent.name}__${nameOf(token)}`)), raw))
    replace(keyStart, end, parts.length === 0 ? `${parent.written ?? parent.token}:null` : parts.join(','))
    at = end
  }
  /** A member made from a value that stands in a text of its own. */
  const rewritten = (key: RecordKey, raw: string): string => {
    const outer = { text, at, pieces, from }
    mark(key)
    // A blank at the end, so that a number ends before the text does.
    ;[text, at, pieces, from] = [`${raw} `, 0, [], 0]
    value(key)
    const line = `${key.written ?? JSON.stringify(key.name)}:${pieces.join('')}${text.slice(from)}`
    ;({ text, at, pieces, from } = outer)
    return line
  }
  const member = (expected: RecordKey | undefined): RecordKey => {
    const start = at
    let key = expected
    if (key !== undefined && text.startsWith(key.token, at)) at += key.token.length
    else {
      at = endOfString(text, at)
      key = keys.ofToken(text.slice(start, at))
    }
    const keyEnd = at
    space()
    if (text.charCodeAt(at++) !== 58) throw notJson()
    space()
    if (options.unnest === true && text.charCodeAt(at) === 123) flatten(start, key)
    else {
      mark(key)
      if (key.written !== null) replace(start, keyEnd, key.written)
      value(key)
    }
    return key
  }
  /** One object, from its first brace to behind its last. */
  const object = (extra: readonly ExtraMember[]): void => {
    const start = at++
    let next = 0
    space()
    while (text.charCodeAt(at) === 34) {
      next = member(keys.all[next]).index + 1
      space()
      if (text.charCodeAt(at) !== 44) break
      at++
      space()
      if (text.charCodeAt(at) !== 34) throw notJson()
    }
    if (text.charCodeAt(at) !== 125) throw notJson()
    const isEmpty = skipSpace(text, start + 1) === at
    const added = extra.map(({ name, raw }) => [keys.ofToken(JSON.stringify(name)), raw] as const).filter(([key]) => key.seenIn !== record)
    if (added.length > 0) replace(at, at, `${isEmpty ? '' : ','}${added.map(([key, raw]) => rewritten(key, raw)).join(',')}`)
    at++
  }
  const forget = (): void => {
    for (const key of keys.all) {
      if (key.seenIn === record) key.present--
      if (key.nullIn === record) key.nulls--
    }
  }
  /** Of a repeated key the last value counts, as everywhere in JSON. */
  const withoutRepeats = (raw: string): string => {
    const members = new Map(membersOf(raw).map(([token, inner]) => [nameOf(token), `${token}:${inner}`]))
    return `{${[...members.values()].join(',')}}`
  }
  const read = (extra: readonly ExtraMember[], into: ScannedPage): void => {
    const start = at
    const [piecesBefore, fromBefore] = [pieces.length, from]
    record++
    try {
      if (text.charCodeAt(at) !== 123) throw new RefusedRecord('not a JSON object')
      object(extra)
      into.records++
    } catch (error) {
      if (!(error instanceof RefusedRecord)) throw error
      forget()
      pieces.length = piecesBefore
      from = fromBefore
      at = endOfValue(text, start)
      const row = text.slice(start, at)
      const once = row.startsWith('{') && error.message.includes('repeated') ? withoutRepeats(row) : row
      replace(start, at, '')
      if (once.length < row.length) {
        const again = readAlone(once, extra)
        into.records += again.records
        into.refused.push(...again.refused)
        pieces.push(again.lines)
      } else into.refused.push({ reason: error.message, row })
    }
  }
  const readAlone = (raw: string, extra: readonly ExtraMember[]): ScannedPage => {
    const outer = { text, at, pieces, from }
    const page: ScannedPage = { lines: '', records: 0, refused: [] }
    ;[text, at, pieces, from] = [raw, 0, [], 0]
    read(extra, page)
    page.lines = pieces.join('') + text.slice(from, at)
    ;({ text, at, pieces, from } = outer)
    return page
  }
  const readArray = (end: number, extra: readonly ExtraMember[], page: ScannedPage): void => {
    from = ++at
    space()
    while (at < end - 1) {
      read(extra, page)
      const comma = at
      space()
      if (at >= end - 1) break
      if (text.charCodeAt(at) !== 44) throw notJson()
      at++
      space()
      replace(comma, at, '\n')
    }
    replace(Math.min(at, end - 1), end, '')
  }
  const scan = (whole: string, { start, end }: Span, extra: readonly ExtraMember[]): ScannedPage => {
    const page: ScannedPage = { lines: '', records: 0, refused: [] }
    ;[text, at, pieces, from] = [whole, start, [], start]
    plain = isPlain(whole)
    surrogates = !plain && /\\u[dD]/.test(whole)
    if (text.charCodeAt(at) === 91) readArray(end, extra, page)
    else {
      read(extra, page)
      replace(at, at, '')
    }
    const lines = pieces.join('')
    page.lines = plain && page.refused.length === 0 ? lines : oneLineEach(pieces)
    text = ''
    pieces = []
    return page
  }
  return { keys: keys.all, scan: (whole, span, extra = []) => scan(whole, span, extra) }
}

/** White space between the tokens of a record may be line feeds; those between records are pieces of their own. */
function oneLineEach(pieces: readonly string[]): string {
  const lines = pieces.map((piece) => (piece === '\n' ? piece : piece.replace(/[\n\r\t]/g, ' '))).join('')
  return lines
    .split('\n')
    .filter((line) => line.trim() !== '')
    .join('\n')
}

/** Neither escapes nor white space that may not stand in a line. Other control characters are refused by DuckDB, as JSON does. */
function isPlain(text: string): boolean {
  return !text.includes('\\') && !text.includes('\n') && !text.includes('\r') && !text.includes('\t')
}

function notJson(): AtlasError {
  return new AtlasError('source.unexpected_answer', 'The records of an answer are not valid JSON.')
}
