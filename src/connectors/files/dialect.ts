import type { Reading } from '../../contract/uploads.ts'
import { isHeader } from './header.ts'
import { parseRecords, type Dialect, type TextRecord } from './parse-records.ts'

const DELIMITERS = ['\t', ';', '|', ','] as const
const RECORDS = 1000

export interface FoundDialect extends Dialect {
  /** Records from the first line on, blank ones too. */
  records: TextRecord[]
  /** Fields that most rows have. */
  width: number
}

/**
 * Finds delimiter, quote and escape: the combination under which most rows have the same number of fields, from as early in the file as possible.
 * @param set parts that somebody set; they are kept
 * @param complete whether the text is the whole file
 */
export function findDialect(text: string, set: Partial<Reading>, complete: boolean): FoundDialect {
  const delimiters = set.delimiter === undefined ? DELIMITERS : [set.delimiter]
  const quotes = set.quote === undefined ? ['"', ...(/(^|[\t;|,])'[^'\n]*'([\t;|,\r\n]|$)/m.test(text) ? ["'"] : []), ''] : [set.quote]
  let best: (FoundDialect & { score: number }) | undefined
  for (const quote of quotes) {
    for (const delimiter of delimiters) {
      const escape = set.escape ?? findEscape(text, quote)
      const records = parseRecords(text, { delimiter, quote, escape }, RECORDS, complete)
      const { score, width } = rate(records, quote)
      if (best === undefined || score > best.score + 1e-9) best = { delimiter, quote, escape, records, width, score }
    }
  }
  if (best === undefined) throw new Error('no dialect was tried')
  if (best.width === 1 && set.delimiter === undefined) return oneColumn(text, best, complete)
  return best
}

/** A backslash escapes where quotes follow it inside of quoted fields and doubled quotes are not used. */
function findEscape(text: string, quote: string): string {
  if (quote === '') return ''
  const backslashed = text.split(`\\${quote}`).length - 1
  if (backslashed === 0) return quote
  // `"ends in \"` is a field that ends in a backslash when quotes are doubled elsewhere.
  const doubled = text.split(new RegExp(`[^${quote}\\\\]${quote}${quote}[^${quote}]`)).length - 1
  return backslashed > doubled ? '\\' : quote
}

function rate(records: readonly TextRecord[], quote: string): { score: number; width: number } {
  const filled = records.filter((record) => !record.blank)
  const width = commonWidth(filled)
  if (width === 0) return { score: 0, width: 1 }
  const from = Math.max(
    0,
    filled.findIndex((record) => record.fields.length === width),
  )
  const body = filled.slice(from)
  const alike = body.filter((record) => record.fields.length === width).length / body.length
  const broken = body.filter((record) => record.broken).length / body.length
  const swallowed = body.some((record) => record.lines > 200) ? 0.5 : 0
  const quoted = quote === '' ? -0.4 : body.some((record) => record.quoted.includes(true)) ? 0.05 : 0.001
  // One column always fits, so it counts only when nothing else does; two below a title of one field are more likely text with commas.
  const isTitled = from > 0 && !records.slice(0, records.indexOf(filled[from] as TextRecord)).some((record) => record.blank)
  const weight = width === 1 ? 0.25 : width === 2 && isTitled ? 0.3 : 1.5 + Math.min(width, 50) / 10_000
  return { score: alike * alike * weight - broken - swallowed - Math.min(from, 20) * 0.01 + quoted, width }
}

/** The number of fields that most records have; the first record's among equals. */
export function commonWidth(records: readonly TextRecord[]): number {
  const counts = new Map<number, number>()
  for (const { fields } of records) counts.set(fields.length, (counts.get(fields.length) ?? 0) + 1)
  let best = 0
  let most = 0
  for (const [width, count] of counts) {
    if (count > most) [best, most] = [width, count]
  }
  return best
}

/** A file of one column needs a delimiter that its text does not have. */
function oneColumn(text: string, found: FoundDialect, complete: boolean): FoundDialect {
  const delimiter = [',', '\t', ';', '|', '\u001f'].find((candidate) => !text.includes(candidate)) ?? ','
  const dialect = { delimiter, quote: found.quote, escape: found.escape }
  return { ...dialect, records: parseRecords(text, dialect, RECORDS, complete), width: 1 }
}

export interface FoundHead {
  header: boolean
  /** Rows before the header, blank lines included. */
  skipRows: number
  /** Names as they stand; positions without a name are ''. */
  names: string[]
  /** Physical lines before the first data row. */
  lines: number
}

/** Finds the rows before the header, the header, and the number of columns. */
export function findHead(found: FoundDialect, set: Partial<Reading>): FoundHead {
  const { records } = found
  const skipRows = set.skipRows ?? findSkip(found)
  const first = records[skipRows]
  const after = set.skipAfterHeader ?? 0
  const below = records.slice(skipRows + 1 + after).filter((record) => !record.blank)
  const alike = below.filter((record) => record.fields.length === (first?.fields.length ?? 0))
  const header =
    set.header ??
    (first !== undefined &&
      isHeader(
        first.fields,
        (alike.length > 0 ? alike : below).map((record) => record.fields),
      ))
  const headRecords = records.slice(0, skipRows + (header ? 1 : 0) + after)
  const lines = headRecords.reduce((sum, record) => sum + record.lines, 0)
  return { header, skipRows, names: columnNames(first, below, header), lines }
}

/** Rows narrower than the rest that stand before the first full row: a title, a note, blank lines. */
function findSkip({ records, width }: FoundDialect): number {
  const firstFull = records.findIndex((record) => !record.blank && record.fields.length === width)
  const firstFilled = records.findIndex((record) => !record.blank)
  if (firstFilled < 0) return 0
  if (width < 2 || firstFull <= firstFilled || firstFull > 50) return firstFilled
  const before = records.slice(firstFilled, firstFull)
  const isPreamble = before.every(
    (record) => record.blank || record.fields.length === 1 || record.fields.slice(1).every((field) => field === ''),
  )
  return isPreamble ? firstFull : firstFilled
}

function columnNames(first: TextRecord | undefined, below: readonly TextRecord[], header: boolean): string[] {
  if (first === undefined) return []
  const width = commonWidth(below)
  if (!header) return Array.from({ length: Math.max(width, below.length > 1 ? 0 : first.fields.length) || first.fields.length }, () => '')
  const names = [...first.fields]
  const share = below.filter((record) => record.fields.length === width).length / Math.max(1, below.length)
  // `a,b,c,` above rows of three: the names end with an empty one that stands for no column.
  while (names.length > Math.max(width, 1) && width > 0 && names.at(-1)?.trim() === '') names.pop()
  if (width > names.length && share > 0.5) names.push(...Array.from({ length: width - names.length }, () => ''))
  return names
}
