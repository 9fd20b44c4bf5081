import { isCountryCode } from '../country-codes.ts'
import { alone } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

/** A bank's code: any word of eight capitals may look like one, so it takes a context word. */
export const bic = defineTextRecognizer({
  id: 'bic',
  entity: 'BIC',
  title: 'Bank code (BIC, SWIFT)',
  source: 'ISO 9362: four letters, country, two characters, and perhaps three for the branch',
  presidio: null,
  locale: 'global',
  languages: [],
  gate: { digits: 0 },
  patterns: [
    { name: 'eight or eleven characters', regex: alone('[A-Z]{6}[A-Z2-9][A-NP-Z0-9](?:[A-Z0-9]{3})?'), score: 0.1, caseSensitive: true },
  ],
  validate: (match) => (isCountryCode(match.slice(4, 6)) ? null : false),
  context: ['bic', 'swift', 'bic-kode', 'swift-kode', 'swift-adresse', 'iban', 'bank'],
  examples: { found: ['DABADKKK', 'NDEADKKKXXX'], ignored: ['INTRODUCTORY', 'dabadkkk', 'DABAQQKK', 'DABADKK'] },
})
