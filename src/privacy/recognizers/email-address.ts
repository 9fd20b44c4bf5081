import { sql } from '../../core/sql.ts'
import { defineRecognizer } from '../recognizer.ts'

const LOCAL = "[\\p{L}\\p{N}.!#$%&'*+/=?^_`{|}~\\-]+"
const DOMAIN = '(?:[\\p{L}\\p{N}\\-]+[.])+(?:xn--[a-z0-9\\-]+|\\p{L}\\p{L}+)'

export const emailAddress = defineRecognizer({
  id: 'EMAIL_ADDRESS',
  title: 'E-mail address',
  source: 'RFC 5322 addr-spec without quoting, with the international letters of RFC 6531',
  needs: 'at',
  spans: [{ pattern: `${LOCAL}@${DOMAIN}`, group: 0, standsAlone: true }],
  // Looser and cheaper than the span: the cell is nothing but the address.
  whole: '[^\\s@,;:<>()"]+@[^\\s@,;:<>()".]+(?:[.][^\\s@,;:<>()".]+)+',
  resembles: (cell) => sql`(contains(${cell}, '@') and not contains(${cell}, ' '))`,
  digits: null,
  chance: 0,
  strongShare: 0,
  context: ['email', 'mail', 'e_mail'],
  against: [],
  patternScore: 0.97,
  confirmedScore: 0.97,
  normalise: (cell) => sql`lower(trim(${cell}))`,
  normalisesAnything: true,
  // A cell that is an address has one `@`.
  mask: (cell) => sql`left(ltrim(${cell}), 1) || '***@' || split_part(${cell}, '@', 2)`,
  examples: {
    found: [
      'anna@example.dk',
      'søren@firma.dk',
      'first.last+tag@mail.example.co.uk',
      "o'brien@example.ie",
      'info@bücher.example',
      'a@xn--bcher-kva.xn--p1ai',
    ],
    ignored: ['anna@', '@example.dk', 'anna@localhost', 'price @ 3.50', 'anna at example.dk', 'a.a.a.a'],
  },
})
