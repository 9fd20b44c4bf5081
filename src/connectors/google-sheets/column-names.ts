import { uniqueNames } from '../files/header.ts'
import { numberKind, serialText } from './serial-date.ts'
import type { CellFormat, RawCell } from './sheets-reply.ts'

/** A column of a table: its place in the sheet (counted from 0) and its name. */
export interface NamedColumn {
  place: number
  /** The text of the header cell; empty where there is none. */
  header: string
  name: string
}

/**
 * The text of a header cell: as it stands there, without blanks around it; numbers as their shortest text, dates by their format, errors not at all.
 */
export function headerText(cell: RawCell | undefined, format: CellFormat | undefined): string {
  if (cell === undefined || format?.effectiveValue?.errorValue !== undefined) return ''
  if (typeof cell === 'number') return serialText(cell, numberKind(cell, format))
  return String(cell).trim()
}

/**
 * Names of the columns by position. A blank header gives `column_<letters of the sheet>`, a repeated one `_2`, `_3` …; columns at the edges that have neither
 * a header nor a value are no columns of the table, those between others are.
 * @param headers from the first column of the area on
 * @param isUsed whether a column, counted from the first of the area, holds a value
 */
export function nameColumns(
  headers: readonly string[],
  firstColumn: number,
  width: number,
  isUsed: (at: number) => boolean,
): NamedColumn[] {
  const places = Array.from({ length: width }, (_, at) => at)
  const isColumn = (at: number): boolean => (headers[at] ?? '') !== '' || isUsed(at)
  const first = places.find(isColumn)
  const last = places.findLast(isColumn)
  if (first === undefined || last === undefined) return []
  // Names are given from the sheet's first column on, so that the letters in them are those of the sheet.
  const all = uniqueNames([...Array.from({ length: firstColumn }, () => ''), ...places.map((at) => headers[at] ?? '')])
  return places
    .slice(first, last + 1)
    .map((at) => ({ place: firstColumn + at, header: headers[at] ?? '', name: all[firstColumn + at] ?? '' }))
}
