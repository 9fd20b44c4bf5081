import { alone } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

/** A passport of any country: nothing to check, so it needs its context. */
export const passportNumber = defineTextRecognizer({
  id: 'passport-number',
  entity: 'PASSPORT_NUMBER',
  title: 'Passport number',
  source: 'ICAO Doc 9303-4 section 4.1.1: up to nine letters and digits',
  presidio: null,
  locale: 'global',
  languages: [],
  gate: { digits: 6 },
  patterns: [{ name: 'letters and digits', regex: alone('[A-Z]{1,2}[0-9]{6,8}'), score: 0.1, caseSensitive: true }],
  context: ['passport', 'pas', 'pasnr', 'pasnummer', 'reisepass', 'passnummer', 'passnr', 'passeport', 'pasaporte', 'passi'],
  against: ['ordre', 'order', 'varenr', 'sku', 'faktura', 'invoice'],
  examples: { found: ['L8989023', 'AB1234567'], ignored: ['12345678', 'ab1234567', 'ABC123456'] },
})
