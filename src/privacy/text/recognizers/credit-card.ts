import { digitsOf, isOneRepeated, passesLuhn } from '../checksums.ts'
import { alone } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

/** First digits (inclusive ranges) and lengths of each scheme. */
const SCHEMES: readonly { from: string; to: string; lengths: readonly number[] }[] = [
  { from: '1', to: '1', lengths: [15] }, // UATP
  { from: '2200', to: '2204', lengths: [16, 17, 18, 19] }, // Mir
  { from: '2221', to: '2720', lengths: [16] }, // Mastercard
  { from: '300', to: '305', lengths: [14, 16, 17, 18, 19] }, // Diners Club
  { from: '3095', to: '3095', lengths: [14, 16, 17, 18, 19] },
  { from: '34', to: '34', lengths: [15] }, // American Express
  { from: '3528', to: '3589', lengths: [16, 17, 18, 19] }, // JCB
  { from: '36', to: '36', lengths: [14, 15, 16, 17, 18, 19] },
  { from: '37', to: '37', lengths: [15] },
  { from: '38', to: '39', lengths: [14, 16, 17, 18, 19] },
  { from: '4', to: '4', lengths: [13, 16, 18, 19] }, // Visa; 4571 with Dankort
  { from: '50', to: '50', lengths: [12, 13, 14, 15, 16, 17, 18, 19] }, // Maestro; 5019 Dankort
  { from: '51', to: '55', lengths: [16] }, // Mastercard
  { from: '56', to: '69', lengths: [12, 13, 14, 15, 16, 17, 18, 19] }, // Maestro, Discover, UnionPay, RuPay, InstaPayment
  { from: '81', to: '82', lengths: [16, 17, 18, 19] }, // UnionPay, RuPay
  { from: '9792', to: '9792', lengths: [16] }, // Troy
]

function isIssued(digits: string): boolean {
  return SCHEMES.some(({ from, to, lengths }) => {
    const head = digits.slice(0, from.length)
    return head >= from && head <= to && lengths.includes(digits.length)
  })
}

const SEPARATOR = '[ \\u00a0-]'

/** A payment card: its length and first digits belong to a scheme, and its last digit is right. */
export const creditCard = defineTextRecognizer({
  id: 'credit-card',
  entity: 'CREDIT_CARD',
  title: 'Payment card number',
  source: 'ISO/IEC 7812-1 and the number ranges of the schemes: 12 to 19 digits, the last by Luhn',
  presidio: 'CreditCardRecognizer',
  locale: 'global',
  languages: [],
  gate: { digits: 12 },
  patterns: [
    { name: 'digits', regex: alone('[1-9][0-9]{11,18}'), score: 0.3 },
    { name: 'groups of four', regex: alone(`[1-9][0-9]{3}(${SEPARATOR})[0-9]{4}\\1[0-9]{4}(?:\\1[0-9]{4})?`), score: 0.3 },
    { name: 'groups of four and a rest', regex: alone(`[1-9][0-9]{3}(${SEPARATOR})(?:[0-9]{4}\\1){2,3}[0-9]{1,5}`), score: 0.3 },
    { name: 'four, six and a rest', regex: alone(`[13-6][0-9]{3}(${SEPARATOR})[0-9]{6}\\1[0-9]{3,5}`), score: 0.3 },
  ],
  validate: (match) => {
    const digits = digitsOf(match)
    return passesLuhn(digits) && !isOneRepeated(digits) && isIssued(digits)
  },
  context: [
    'kort',
    'card',
    'kreditkort',
    'betalingskort',
    'dankort',
    'visa',
    'mastercard',
    'maestro',
    'amex',
    'credit',
    'debit',
    'cc',
    'diners',
    'jcb',
  ],
  examples: {
    found: ['4131034282458809939', '630427373398', '2623322164608847', '4012 8888 8888 1881', '3714-496353-98431', '5019717010103742'],
    ignored: ['490154203237518', '4571123456789010', '1748503543012', '4012-8888 8888-1882', '0000000000000000'],
  },
})
