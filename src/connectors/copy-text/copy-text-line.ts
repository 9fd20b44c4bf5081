/** What stands first on every line: DuckDB skips lines that are empty, and a first cell that began with U+FEFF would lose it. */
export const COPY_GUARD = '1'

const SPECIAL = /[\\\b\f\n\r\t\v]/g
const ESCAPES: Record<string, string> = { '\\': '\\\\', '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\v': '\\v' }

/**
 * One row in Postgres' COPY text format with the guard before it, ended by a line feed; null is no value. Read it back with `scanCopyText`.
 * See the section "Text Format" of https://www.postgresql.org/docs/current/sql-copy.html
 */
export function copyTextLine(cells: readonly (string | null)[]): string {
  let line = COPY_GUARD
  for (const cell of cells) line += cell === null ? '\t\\N' : `\t${copyTextCell(cell)}`
  return `${line}\n`
}

/** One value with the characters escaped that mean something in the format. */
export function copyTextCell(value: string): string {
  return value.replace(SPECIAL, (character) => ESCAPES[character] ?? character)
}
