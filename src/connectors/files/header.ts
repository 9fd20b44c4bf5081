import { columnLetters } from '../../core/names.ts'
import { cellKind, cellShape } from './cell-kind.ts'

/**
 * Says whether the first row has the names, by the contrast between it and the rows below: text above numbers, dates or codes speaks for a header,
 * a number, date or repeated value above its like against. Rows of plain text on both sides are a header when the first row's cells are distinct and not empty.
 */
export function isHeader(first: readonly string[], rows: readonly (readonly string[])[]): boolean {
  const kinds = first.map(cellKind)
  if (kinds.every((kind) => kind === 'empty')) return false
  if (rows.length === 0) return kinds.every((kind) => kind === 'text' || kind === 'empty')
  const votes = first.map((cell, index) =>
    vote(
      cell,
      rows.map((row) => row[index] ?? ''),
    ),
  )
  const total = votes.reduce((sum, value) => sum + value, 0)
  if (total !== 0) return total > 0
  const named = first.filter((cell) => cell.trim() !== '')
  return named.length === first.length && new Set(named).size === named.length && kinds.every((kind) => kind === 'text')
}

function vote(cell: string, below: readonly string[]): number {
  const filled = below.filter((value) => value.trim() !== '')
  const kind = cellKind(cell)
  if (kind === 'empty' || filled.length === 0) return 0
  const most = (test: (value: string) => boolean) => filled.filter(test).length >= filled.length * 0.8
  if (kind !== 'text') return most((value) => cellKind(value) === kind) ? -1 : 0
  if (most((value) => ['number', 'date', 'boolean'].includes(cellKind(value)))) return 1
  if (filled.includes(cell)) return -1
  if (/^[^@\s]+@[^@\s]+\.[^@\s]+$|^https?:\/\//.test(cell)) return -1
  const shape = cellShape(filled[0] ?? '')
  if (filled.length > 1 && most((value) => cellShape(value) === shape)) return cellShape(cell) !== shape ? 1 : /^A*$/.test(shape) ? 0 : -1
  return most((value) => /[\d@]/.test(value)) && !/[\d@]/.test(cell) ? 1 : 0
}

/**
 * Column names as they stand in the file, made unique: a repeated name gets `_2`, `_3`, …, a blank one `column_<letter>` by its position (A, B, … AA).
 * Names that differ only in case count as repeated, since SQL does not tell them apart. The same header always gives the same names.
 */
export function uniqueNames(names: readonly string[]): string[] {
  const wanted = names.map((name, index) => {
    const clean = name.replaceAll('\0', '')
    return clean.trim() === '' ? `column_${columnLetters(index)}` : clean
  })
  const literal = new Set(wanted.map((name) => name.toLowerCase()))
  const taken = new Set<string>()
  return wanted.map((name) => {
    let candidate = name
    for (let n = 2; taken.has(candidate.toLowerCase()) || (candidate !== name && literal.has(candidate.toLowerCase())); n++)
      candidate = `${name}_${n}`
    taken.add(candidate.toLowerCase())
    return candidate
  })
}
