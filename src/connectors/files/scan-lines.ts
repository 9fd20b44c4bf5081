import { pieces } from './plain-text.ts'

/** Line numbers that are kept at most; beyond it a file's rows have no line numbers. */
export const LINE_LIST_LIMIT = 200_000

export interface LineScan {
  bytes: number
  /** Physical lines; the last one counts even without a newline. */
  lines: number
  /** Lines with nothing on them, after the head. The list is cut at LINE_LIST_LIMIT; the count is not. */
  blankLines: number[]
  blankCount: number
  hasQuote: boolean
  longest: { bytes: number; line: number }
}

/**
 * Counts a plain text file's lines, independently of DuckDB. Native searches only, so that it costs little beside the reading itself.
 * @param headLines lines before the first data row, whose blank lines are of no interest
 */
export async function scanLines(
  file: string,
  { newline, quote, headLines, blankLines = [] }: { newline: '\n' | '\r'; quote: string; headLines: number; blankLines?: number[] },
  signal: AbortSignal,
): Promise<LineScan> {
  const end = newline.charCodeAt(0)
  const scan: LineScan = { bytes: 0, lines: 0, blankLines, blankCount: 0, hasQuote: false, longest: { bytes: 0, line: 1 } }
  let lineStart = 0
  let beforeEnd = 0
  for await (const piece of pieces(file, signal)) {
    scan.hasQuote ||= quote !== '' && piece.includes(quote)
    for (let at = piece.indexOf(end); at >= 0; at = piece.indexOf(end, at + 1)) {
      const position = scan.bytes + at
      const length = position - lineStart
      scan.lines++
      if (length < 2 && (length === 0 || (at > 0 ? piece[at - 1] : beforeEnd) === 13)) noteBlank(scan, headLines)
      else if (length > scan.longest.bytes) scan.longest = { bytes: length, line: scan.lines }
      lineStart = position + 1
    }
    beforeEnd = piece.at(-1) ?? 0
    scan.bytes += piece.length
  }
  if (scan.bytes > lineStart) {
    scan.lines++
    if (scan.bytes - lineStart > scan.longest.bytes) scan.longest = { bytes: scan.bytes - lineStart, line: scan.lines }
  }
  return scan
}

function noteBlank(scan: LineScan, headLines: number): void {
  if (scan.lines <= headLines) return
  scan.blankCount++
  if (scan.blankLines.length < LINE_LIST_LIMIT) scan.blankLines.push(scan.lines)
}
