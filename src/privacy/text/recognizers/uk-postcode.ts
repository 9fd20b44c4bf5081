import { alone } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

/** Area and district: A9, A99, A9A, AA9, AA99, AA9A, each with the letters that its place may hold. */
const OUTWARD = '[A-PR-UWYZ](?:[0-9][0-9A-HJKPS-UW]?|[A-HK-Y][0-9][0-9ABEHMNPRV-Y]?)'
/** Sector and unit: never C, I, K, M, O or V. */
const INWARD = '[0-9][ABD-HJLNP-UW-Z]{2}'

export const ukPostcode = defineTextRecognizer({
  id: 'uk-postcode',
  entity: 'UK_POSTCODE',
  title: 'UK postcode',
  source: 'BS 7666-2; Royal Mail, Programmers Guide to the Postcode Address File: valid formats and letters',
  presidio: 'UkPostcodeRecognizer',
  locale: 'uk',
  languages: ['en'],
  gate: { digits: 2 },
  patterns: [
    { name: 'outward and inward code', regex: alone(`${OUTWARD} ?${INWARD}`), score: 0.1 },
    { name: 'girobank', regex: alone('GIR ?0AA'), score: 0.1 },
  ],
  context: ['postcode', 'post code', 'postal code', 'zip', 'address', 'delivery', 'mailing', 'shipping', 'correspondence'],
  examples: {
    found: ['M1 1AA', 'M60 1NW', 'W1A 1HQ', 'CR2 6XH', 'DN55 1PT', 'EC1A 1BB', 'sw1a 1aa', 'DN551PT'],
    ignored: ['QA1 1AA', 'VA1 1AA', 'XA1 1AA', 'M1 1AI', 'AI1 1AA', 'M1  1AA', 'M1 1AAA', 'M1-1AA'],
  },
})
