import { join, sql, type Sql } from '../../core/sql.ts'

/** The digit at a position of a text, counted from 1. Not a digit: NULL. */
function digit(text: Sql, position: number): Sql {
  return sql`try_cast(substr(${text}, ${position}, 1) as integer)`
}

function weighted(text: Sql, weights: readonly number[]): Sql {
  return sql`(${join(
    weights.map((weight, index) => sql`${digit(text, index + 1)} * ${weight}`),
    ' + ',
  )})`
}

/** Danish company number: eight digits, modulus 11 (Erhvervsstyrelsen). */
export function isCvr(text: Sql): Sql {
  return sql`(regexp_full_match(${text}, '(?:DK)?[1-9][0-9]{7}') and ${weighted(sql`right(${text}, 8)`, [2, 7, 6, 5, 4, 3, 2, 1])} % 11 = 0)`
}

/** GTIN-8, -12, -13 and -14 (EAN, UPC): weights 3 and 1 from the right, modulus 10 (GS1 General Specifications). */
export function isGtin(text: Sql): Sql {
  const padded = sql`lpad(${text}, 14, '0')`
  const weights = Array.from({ length: 14 }, (_, index) => (index % 2 === 0 ? 3 : 1))
  return sql`(regexp_full_match(${text}, '[0-9]{8}|[0-9]{12,14}') and ${weighted(padded, weights)} % 10 = 0)`
}

/** ISBN-10 (modulus 11, ISO 2108) and ISBN-13, with or without hyphens. */
export function isIsbn(text: Sql): Sql {
  const plain = sql`replace(replace(${text}, '-', ''), ' ', '')`
  const last = sql`(case when right(${plain}, 1) in ('X', 'x') then 10 else try_cast(right(${plain}, 1) as integer) end)`
  const ten = sql`(regexp_full_match(${plain}, '[0-9]{9}[0-9Xx]') and (${weighted(plain, [10, 9, 8, 7, 6, 5, 4, 3, 2])} + ${last}) % 11 = 0)`
  return sql`(${ten} or (regexp_full_match(${plain}, '97[89][0-9]{10}') and ${isGtin(plain)}))`
}

/** Legal entity identifier: 18 characters and two check digits, modulus 97 (ISO 17442, ISO 7064). */
export function isLei(text: Sql): Sql {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.split('')
  const numbered = letters.reduce((spelt, letter, index) => sql`replace(${spelt}, ${letter}, ${String(index + 10)})`, text)
  // 18 letters make 38 digits with the check digits, which is as many as the largest integer holds.
  return sql`(regexp_full_match(${text}, '[0-9A-Z]{18}[0-9]{2}') and coalesce(try_cast(${numbered} as hugeint) % 97 = 1, false))`
}
