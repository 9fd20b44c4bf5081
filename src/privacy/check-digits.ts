import { raw, sql, type Sql } from '../core/sql.ts'
import { bind } from './bind.ts'

/** ISO/IEC 7812-1 annex B (Luhn) over at most 19 digits, unrolled: padded, every second one doubled with its digits summed, which is what `translate` does. */
export function passesLuhn(digits: Sql): Sql {
  return bind('padded', sql`lpad(${digits}, 19, '0')`, (padded) =>
    bind('doubled', sql`translate(${padded}, '0123456789', '0246813579')`, (doubled) => {
      const terms = Array.from({ length: 19 }, (_, index) => sql`ascii(substr(${index % 2 === 0 ? padded : doubled}, ${index + 1}, 1))`)
      return sql`(${raw(terms.map((term) => term.text).join(' + '))} - ${19 * 48}) % 10 = 0`
    }),
  )
}

/** Whether the sum of the first digits, each times its weight, is a multiple of 11. */
export function passesModulus11(digits: Sql, weights: readonly number[]): Sql {
  return bind('digits', digits, (bound) => {
    const terms = weights.map((weight, index) => `${weight} * ascii(substr(${bound.text}, ${index + 1}, 1))`)
    return sql`(${raw(terms.join(' + '))} - ${48 * weights.reduce((sum, weight) => sum + weight)}) % 11 = 0`
  })
}
