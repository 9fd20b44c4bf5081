import type { Reading } from '../../contract/uploads.ts'

export type CellKind = 'empty' | 'number' | 'date' | 'boolean' | 'text'

const NUMBER = /^[-+]?(\d+|\d{1,3}([., ' ]\d{3})+)([.,]\d+)?([eE][-+]?\d+)?%?$/
const DATE = /^(\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[-./]\d{1,2}[-./](\d{4}|\d{2}))([T ]\d{1,2}[:.]\d{2}.*)?$/
const BOOLEAN = /^(true|false|yes|no|ja|nej)$/i

/** What a cell looks like; only for telling headers from data and for previews, never for the types of a dataset. */
export function cellKind(value: string): CellKind {
  const text = value.trim()
  if (text === '') return 'empty'
  if (NUMBER.test(text)) return 'number'
  if (DATE.test(text)) return 'date'
  return BOOLEAN.test(text) ? 'boolean' : 'text'
}

/** Letters as A, digits as 9: `AB-1024` → `AA-9999`. */
export function cellShape(value: string): string {
  return value.replace(/\p{L}/gu, 'A').replace(/\d/g, '9')
}

/** How numbers and dates are written, by majority over all the cells; cells that fit both ways count for neither. */
export function findNumbersAndDates(cells: Iterable<string>): Pick<Reading, 'decimal' | 'dateOrder'> & { notes: string[] } {
  const count = { comma: 0, dot: 0, dayFirst: 0, monthFirst: 0, bothSlash: 0, bothDot: 0 }
  for (const cell of cells) {
    const text = cell.trim()
    if (/^[-+]?(\d+,\d{1,2}|\d+,\d{4,}|0,\d+|\d{1,3}(\.\d{3})+,\d+|\d{1,3}(\.\d{3}){2,})$/.test(text)) count.comma++
    else if (/^[-+]?(\d+\.\d{1,2}|\d+\.\d{4,}|0\.\d+|\d{1,3}(,\d{3})+\.\d+|\d{1,3}(,\d{3}){2,})$/.test(text)) count.dot++
    const date = /^(\d{1,2})([-./])(\d{1,2})\2(\d{4}|\d{2})(?!\d)/.exec(text)
    if (date === null) continue
    const [first, second] = [Number(date[1]), Number(date[3])]
    if (first > 12 && first <= 31 && second <= 12) count.dayFirst++
    else if (second > 12 && second <= 31 && first <= 12) count.monthFirst++
    else if (first <= 12 && second <= 12) count[date[2] === '/' ? 'bothSlash' : 'bothDot']++
  }
  const decimal = count.comma > count.dot ? ',' : '.'
  return { decimal, ...dateOrder(count, decimal) }
}

function dateOrder(count: { dayFirst: number; monthFirst: number; bothSlash: number; bothDot: number }, decimal: '.' | ',') {
  const both = count.bothDot + count.bothSlash
  if (count.dayFirst > count.monthFirst) {
    return {
      dateOrder: 'day-first' as const,
      notes: [`dates are day-first: ${count.dayFirst} fit only that, ${count.monthFirst} only month-first, ${both} fit both`],
    }
  }
  if (count.monthFirst > 0) {
    return {
      dateOrder: 'month-first' as const,
      notes: [`dates are month-first: ${count.monthFirst} fit only that, ${count.dayFirst} only day-first, ${both} fit both`],
    }
  }
  if (count.bothDot > 0 || (both > 0 && decimal === ',')) {
    return { dateOrder: 'day-first' as const, notes: [`dates are taken as day-first: all ${both} seen fit both orders`] }
  }
  if (both > 0) return { dateOrder: 'iso' as const, notes: [`${both} dates fit day-first and month-first alike: set reading.dateOrder`] }
  return { dateOrder: 'iso' as const, notes: [] }
}
