import { columnLetters } from '../../core/names.ts'
import { noteBoolean, noteError, noteNumber, noteText, type ColumnFacts } from './column-facts.ts'
import { numberKind, type NumberKind } from './serial-date.ts'
import type { CellFormat, RawCell } from './sheets-reply.ts'

const LETTERS: Record<NumberKind, string> = { number: 'n', date: 'd', dateTime: 'm', time: 't', elapsed: 'e' }
const ERROR_TEXTS = new Set(['#ERROR!', '#NULL!', '#DIV/0!', '#VALUE!', '#REF!', '#NAME?', '#NUM!', '#N/A', 'Loading...'])

/** Whether only the cell's format or error says what it is: numbers may be dates, and an error reads like a text. */
export function needsFormat(cell: RawCell): boolean {
  return typeof cell === 'number' || (typeof cell === 'string' && ERROR_TEXTS.has(cell))
}

/**
 * A cell as it is staged: its kind's letter and its value (see `typedCell`), noted in the facts of its column. Null for a cell without a value and for one that shows an error.
 */
export function encodeCell(cell: RawCell, format: CellFormat | undefined, facts: ColumnFacts, row: number, place: number): string | null {
  if (cell === '') return null
  if (typeof cell === 'string') {
    if (format?.effectiveValue?.errorValue !== undefined) {
      noteError(facts, `${columnLetters(place)}${row}`)
      return null
    }
    noteText(facts)
    return `s${cell.toWellFormed()}`
  }
  if (typeof cell === 'boolean') {
    noteBoolean(facts)
    return cell ? 'bt' : 'bf'
  }
  const kind = numberKind(cell, format)
  noteNumber(facts, cell, kind, format?.effectiveFormat?.numberFormat?.type)
  return `${LETTERS[kind]}${cell}`
}

/** The value of a staged cell as a second look at the sheet gives it, without its format. */
export function rawText(cell: RawCell): string | null {
  if (cell === '') return null
  if (typeof cell === 'boolean') return cell ? 't' : 'f'
  return typeof cell === 'number' ? String(cell) : cell.toWellFormed()
}
