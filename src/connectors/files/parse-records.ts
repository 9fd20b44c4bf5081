/** How fields are told apart. */
export interface Dialect {
  delimiter: string
  /** Empty for none. */
  quote: string
  escape: string
}

export interface TextRecord {
  fields: string[]
  /** Whether each field was written in quotes. */
  quoted: boolean[]
  /** First physical line, 1-based within the text. */
  line: number
  /** Physical lines the record takes. */
  lines: number
  /** The text has nothing on this line. */
  blank: boolean
  /** Text follows a closing quote, or a quote never closes. */
  broken: boolean
}

/**
 * Splits a piece of delimited text (RFC 4180 with any delimiter, quote and escape) into records, blank lines included. For previews and for finding the dialect; DuckDB reads the file.
 * @param complete false when the text was cut: its last record is then left out, unless it is the only one
 */
export function parseRecords(text: string, dialect: Dialect, limit: number, complete: boolean): TextRecord[] {
  const records: TextRecord[] = []
  let at = 0
  let line = 1
  while (at < text.length && records.length < limit) {
    const { record, next, open } = parseRecord(text, at, line, dialect)
    const cut = next >= text.length && !complete && (open || !/[\r\n]$/.test(text))
    if (cut && records.length > 0) break
    records.push(record)
    line += record.lines
    at = next
  }
  return records
}

function parseRecord(text: string, start: number, line: number, { delimiter, quote, escape }: Dialect) {
  const record: TextRecord = { fields: [], quoted: [], line, lines: 1, blank: false, broken: false }
  let at = start
  let open = false
  for (;;) {
    let value = ''
    let isQuoted = false
    if (quote !== '' && text[at] === quote) {
      isQuoted = true
      const field = parseQuoted(text, at, quote, escape)
      value = field.value
      at = field.next
      record.lines += field.newlines
      open ||= field.open
      record.broken ||= field.open
    }
    const end = endOfField(text, at, delimiter)
    if (isQuoted && text.slice(at, end).trim() !== '') record.broken = true
    value += isQuoted ? text.slice(at, end).trimEnd() : text.slice(at, end)
    record.fields.push(value)
    record.quoted.push(isQuoted)
    at = end
    if (at < text.length && text.startsWith(delimiter, at)) {
      at += delimiter.length
      continue
    }
    if (text[at] === '\r' && text[at + 1] === '\n') at += 2
    else if (at < text.length) at += 1
    record.blank = record.fields.length === 1 && record.fields[0] === '' && !isQuoted
    return { record, next: at, open }
  }
}

function parseQuoted(text: string, start: number, quote: string, escape: string) {
  let at = start + 1
  let value = ''
  let newlines = 0
  while (at < text.length) {
    const char = text[at] ?? ''
    const following = text[at + 1]
    if (char === escape && (following === quote || (escape !== quote && following === escape))) {
      value += following
      at += 2
      continue
    }
    if (char === quote) return { value, next: at + 1, newlines, open: false }
    if (char === '\n' || (char === '\r' && following !== '\n')) newlines++
    value += char
    at++
  }
  return { value, next: at, newlines, open: true }
}

function endOfField(text: string, start: number, delimiter: string): number {
  for (let at = start; at < text.length; at++) {
    const char = text[at]
    if (char === '\n' || char === '\r' || (char === delimiter[0] && text.startsWith(delimiter, at))) return at
  }
  return text.length
}
