import { list, sql, type Sql } from '../../core/sql.ts'
import { bind, withoutSeparators } from '../bind.ts'
import { defineRecognizer } from '../recognizer.ts'

/** Lengths by country, from the SWIFT IBAN registry. */
const LENGTHS: Record<number, string> = {
  15: 'NO',
  16: 'BE',
  18: 'DK FI FK FO GL NL SD',
  19: 'MK SI',
  20: 'AT BA EE KZ LT LU MN XK',
  21: 'CH CR HR LI LV',
  22: 'BG BH DE GB GE IE ME RS',
  23: 'AE GI IL IQ OM SO TL',
  24: 'AD CZ ES MD PK RO SA SE SK TN VG',
  25: 'LY PT ST',
  26: 'IS TR',
  27: 'BI DJ FR GR IT MC MR SM',
  28: 'AL AZ BY CY DO GT HU LB NI PL SV',
  29: 'BR EG PS QA UA',
  30: 'JO KW MU',
  31: 'MT SC',
  32: 'LC',
  33: 'RU',
}

/** One alternative for each length, so that words after the number are never swallowed. */
const PATTERN = `\\b(?:${Object.entries(LENGTHS)
  .map(([length, countries]) => `(?:${countries.split(' ').map(anyCase).join('|')})[0-9]{2}${account(Number(length) - 4)}`)
  .join('|')})\\b`

/** Spaces may stand anywhere, hyphens between groups of four: elsewhere they make parts of a UUID an account. */
function account(length: number): string {
  const rest = length % 4 === 0 ? '' : `-[A-Za-z0-9]{${length % 4}}`
  return `(?:(?:[ \u00a0]?[A-Za-z0-9]){${length}}|(?:-[A-Za-z0-9]{4}){${Math.floor(length / 4)}}${rest})`
}

function anyCase(country: string): string {
  return [...country].map((letter) => `[${letter}${letter.toLowerCase()}]`).join('')
}

const CODES = Array.from({ length: 36 }, (_, value) => '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'[value]!)

const passesMod97 = {
  sql: (match: Sql) =>
    bind('iban', sql`upper(${withoutSeparators(match)})`, (iban) => {
      const values = sql`list_transform(string_split(substr(${iban}, 5) || substr(${iban}, 1, 4), ''), lambda letter: (list_position(${list(CODES)}, letter) - 1)::bigint)`
      return sql`list_reduce(${values}, lambda sum, value: (sum * (case when value > 9 then 100 else 10 end) + value) % 97, 0::bigint) = 1`
    }),
  text: (match: string) => {
    const iban = match.replace(/[ \u00a0-]/g, '').toUpperCase()
    return [...iban.slice(4), ...iban.slice(0, 4)].reduce((sum, letter) => Number(`${sum}${CODES.indexOf(letter)}`) % 97, 0) === 1
  },
}

export const ibanCode = defineRecognizer({
  id: 'IBAN_CODE',
  title: 'IBAN bank account number',
  source: 'ISO 13616 and the SWIFT IBAN registry: country, length, mod 97 check digits (ISO 7064)',
  needs: 'digits',
  spans: [{ pattern: PATTERN, group: 0, confirm: passesMod97 }],
  whole: PATTERN,
  confirmWhole: passesMod97.sql,
  resembles: (cell) => sql`(strlen(${cell}) between 15 and 34 and not contains(${cell}, '@'))`,
  digits: null,
  chance: 0.01,
  strongShare: 0,
  context: ['iban', 'konto', 'account', 'bank'],
  against: [],
  patternScore: 0.99,
  confirmedScore: 0.99,
  normalise: (cell) => sql`upper(${withoutSeparators(sql`trim(${cell})`)})`,
  mask: (cell) =>
    bind('iban', sql`upper(${withoutSeparators(sql`trim(${cell})`)})`, (iban) => sql`left(${iban}, 2) || '** **** ' || right(${iban}, 4)`),
  examples: {
    found: [
      'DK5000400440116243',
      'dk50 0040 0440 1162 43',
      'GB82 WEST 1234 5698 7654 32',
      'GB82-WEST-1234-5698-7654-32',
      'NO9386011117947',
      'FR14 2004 1010 0505 0001 3M02 606',
    ],
    ignored: [
      'b6cbb9f5-ba12-4def-8123-0123456789ab',
      'DK5000400440116244',
      'DK50 0040 0440 1162',
      'ZZ5000400440116243',
      'GB82WEST12345698765433',
    ],
  },
})
