import { sql, type Sql } from '../../core/sql.ts'
import { bind, withoutSeparators } from '../bind.ts'
import { passesLuhn } from '../check-digits.ts'
import { defineRecognizer } from '../recognizer.ts'

/** Issuer ranges with their lengths (ISO/IEC 7812). 15 digits are American Express alone, so that an IMEI is no card. */
const RANGES = [
  '4(?:[0-9]{12}|[0-9]{15}|[0-9]{18})', // Visa
  '(?:5[1-5][0-9]{2}|222[1-9]|22[3-9][0-9]|2[3-6][0-9]{2}|27[01][0-9]|2720)[0-9]{12}', // Mastercard
  '3[47][0-9]{13}', // American Express
  '3(?:0[0-5]|[689][0-9])[0-9]{11}', // Diners
  '35(?:2[89]|[3-8][0-9])[0-9]{12}', // JCB
  '(?:50|5[6-8])(?:[0-9]{10}|[0-9]{14}|[0-9]{16,17})', // Maestro and Dankort; 13 digits are EANs
  '6[0-9]{11}|6[0-9]{15,18}', // Maestro, Discover, UnionPay
].join('|')

const CONTIGUOUS = '\\b(?:[2-6][0-9]{11,18})\\b'
const GROUPED = '\\b(?:[2-6][0-9]{3}(?:[ -][0-9]{4}){3}(?:[ -][0-9]{1,3})?|3[0-9]{3}[ -][0-9]{6}[ -][0-9]{4,5})\\b'

const isCard = {
  sql: (match: Sql) =>
    bind('digits', withoutSeparators(match), (digits) => sql`regexp_full_match(${digits}, ${RANGES}) and ${passesLuhn(digits)}`),
  text: (match: string) => {
    const digits = match.replace(/[ -]/g, '')
    return new RegExp(`^(?:${RANGES})$`, 'u').test(digits) && luhnSum(digits) % 10 === 0
  },
}

function luhnSum(digits: string): number {
  return [...digits]
    .toReversed()
    .reduce((sum, digit, index) => sum + (index % 2 === 0 ? Number(digit) : Math.floor(Number(digit) / 5) + ((2 * Number(digit)) % 10)), 0)
}

export const creditCard = defineRecognizer({
  id: 'CREDIT_CARD',
  title: 'Payment card number',
  source: 'ISO/IEC 7812: issuer ranges, lengths and the Luhn check digit',
  needs: 'digits',
  spans: [
    { pattern: CONTIGUOUS, group: 0, confirm: isCard },
    { pattern: GROUPED, group: 0, confirm: isCard },
  ],
  whole: `${CONTIGUOUS}|${GROUPED}`,
  confirmWhole: isCard.sql,
  resembles: (cell) => sql`(strlen(${cell}) between 15 and 19 and ascii(${cell}) between 50 and 54)`,
  digits: { min: 12, max: 19, padded: false, needsContext: false, confirm: isCard.sql },
  chance: 0.05,
  strongShare: 0,
  context: ['card', 'creditcard', 'kort', 'kortnr', 'kortnummer', 'pan', 'dankort', 'betalingskort'],
  against: ['ean', 'gtin', 'barcode', 'stregkode', 'imei', 'isbn'],
  patternScore: 0.9,
  confirmedScore: 0.95,
  normalise: withoutSeparators,
  mask: (cell) => sql`'**** **** **** ' || right(${withoutSeparators(cell)}, 4)`,
  examples: {
    found: [
      '4111 1111 1111 1111',
      '4131034282458809939',
      '630427373398',
      '2623322164608847',
      '5555-5555-5555-4444',
      '3782 822463 10005',
      '378282246310005',
    ],
    ignored: ['4571123456789010', '490154203237518', '5701234567892', '1234567890123456', '4111 1111 1111'],
  },
})
