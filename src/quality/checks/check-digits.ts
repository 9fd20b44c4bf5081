import { join, sql, type Sql } from '../../core/sql.ts'

/** Sum of the digits of a number times their weights, the last digit first. Numbers are cut by arithmetic: text functions cost ten times as much. */
function weighted(number: Sql, weights: readonly number[]): Sql {
  const terms = weights.map((weight, index) => sql`(${number} // ${10 ** index}) % 10 * ${weight}`)
  return sql`(${join(terms, ' + ')})`
}

/** What costs is asked only of texts that have the form. */
function ofForm(text: Sql, form: string, test: Sql): Sql {
  return sql`(case when regexp_full_match(${text}, ${form}) then ${test} else false end)`
}

/** Danish company number: eight digits, modulus 11 (Erhvervsstyrelsen). */
export function isCvr(text: Sql): Sql {
  const number = sql`right(${text}, 8)::bigint`
  return ofForm(text, '(?:DK)?[1-9][0-9]{7}', sql`${weighted(number, [1, 2, 3, 4, 5, 6, 7, 2])} % 11 = 0`)
}

/** GTIN-8, -12, -13 and -14 (EAN, UPC): weights 1 and 3 from the right, modulus 10 (GS1 General Specifications). */
export function isGtin(text: Sql): Sql {
  return ofForm(text, '[0-9]{8}|[0-9]{12,14}', isGtinNumber(sql`${text}::bigint`))
}

function isGtinNumber(number: Sql): Sql {
  const weights = Array.from({ length: 14 }, (_, index) => (index % 2 === 0 ? 1 : 3))
  return sql`${weighted(number, weights)} % 10 = 0`
}

/** ISBN-10 (modulus 11, ISO 2108) and ISBN-13, with or without hyphens. */
export function isIsbn(text: Sql): Sql {
  const plain = sql`replace(replace(${text}, '-', ''), ' ', '')`
  const last = sql`(case when right(${plain}, 1) in ('X', 'x') then 10 else right(${plain}, 1)::bigint end)`
  const ten = sql`(${weighted(sql`left(${plain}, 9)::bigint`, [2, 3, 4, 5, 6, 7, 8, 9, 10])} + ${last}) % 11 = 0`
  return sql`(${ofForm(plain, '[0-9]{9}[0-9Xx]', ten)} or ${ofForm(plain, '97[89][0-9]{10}', isGtinNumber(sql`${plain}::bigint`))})`
}

/** Legal entity identifier: 18 characters and two check digits, modulus 97 (ISO 17442, ISO 7064). */
export function isLei(text: Sql): Sql {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.split('')
  const numbered = letters.reduce((spelt, letter, index) => sql`replace(${spelt}, ${letter}, ${String(index + 10)})`, text)
  // 18 letters make 38 digits with the check digits, which is as many as the largest integer holds.
  return ofForm(text, '[0-9A-Z]{18}[0-9]{2}', sql`${numbered}::hugeint % 97 = 1`)
}
