import { columnLetters } from '../../core/names.ts'

/** Rows counted from 1 as the sheet shows them, columns from 0; both ends belong to it, null is an open end. */
export interface Area {
  firstRow: number
  lastRow: number | null
  firstColumn: number
  lastColumn: number | null
}

/**
 * A range in A1 notation without its sheet: `A3:F200`, `H:K`, `3:9`, `B5:D` (open at the bottom), `C4`. Null when it is none.
 */
export function parseArea(text: string): Area | null {
  const parts = text.trim().split(':').map(parseCorner)
  const [first, last = first] = parts
  if (parts.length > 2 || first === null || first === undefined || last === null || last === undefined) return null
  const [firstRow, lastRow] = order(first.row, last.row)
  const [firstColumn, lastColumn] = order(first.column, last.column)
  return { firstRow: firstRow ?? 1, lastRow, firstColumn: firstColumn ?? 0, lastColumn }
}

/** The range of an area of a sheet as the API takes it; the title is always quoted, so that none is taken for a cell or a name. */
export function writeArea(title: string, area: Area): string {
  const last = `${area.lastColumn === null ? '' : columnLetters(area.lastColumn)}${area.lastRow ?? ''}`
  return `${quoteTitle(title)}!${columnLetters(area.firstColumn)}${area.firstRow}${last === '' ? '' : `:${last}`}`
}

/** `It's 2024` → `'It''s 2024'` */
export function quoteTitle(title: string): string {
  return `'${title.replaceAll("'", "''")}'`
}

/** Takes the sheet off a range: `'It''s'!A1:B2` → title and cells; title null when there is none. */
export function splitTitle(text: string): { title: string | null; cells: string } {
  const quoted = /^'((?:[^']|'')+)'!(.*)$/s.exec(text)
  if (quoted !== null) return { title: (quoted[1] ?? '').replaceAll("''", "'"), cells: quoted[2] ?? '' }
  const mark = text.lastIndexOf('!')
  return mark < 0 ? { title: null, cells: text } : { title: text.slice(0, mark), cells: text.slice(mark + 1) }
}

interface Corner {
  row: number | null
  column: number | null
}

function parseCorner(text: string): Corner | null {
  const found = /^\$?([A-Za-z]{1,3})?\$?([1-9]\d{0,7})?$/.exec(text.trim())
  if (found === null || (found[1] === undefined && found[2] === undefined)) return null
  const column = [...(found[1] ?? '').toUpperCase()].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0)
  return { row: found[2] === undefined ? null : Number(found[2]), column: found[1] === undefined ? null : column - 1 }
}

function order(a: number | null, b: number | null): [number | null, number | null] {
  if (a === null || b === null) return [a ?? b, null]
  return [Math.min(a, b), Math.max(a, b)]
}
