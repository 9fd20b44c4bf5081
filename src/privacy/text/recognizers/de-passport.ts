import { alone } from '../edges.ts'
import { passesDocumentCheck } from '../german-document-number.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

/** The number of a German passport, check digit last. */
export const dePassport = defineTextRecognizer({
  id: 'de-passport',
  entity: 'DE_PASSPORT',
  title: 'German passport number',
  source: 'Passverordnung and BSI TR-03105: digits and consonants without B, D, Q, S; check digit by ICAO Doc 9303-3 section 4.9',
  presidio: 'DePassportRecognizer',
  locale: 'de',
  languages: ['de'],
  gate: { digits: 1 },
  patterns: [{ name: 'serial number', regex: alone('[CFGHJKLMNPRTVWXYZ][CFGHJKLMNPRTVWXYZ0-9]{7}[0-9]'), score: 0.4 }],
  validate: passesDocumentCheck,
  context: ['reisepass', 'pass', 'passnummer', 'pass-nr', 'reisepassnummer', 'passport'],
  examples: { found: ['C01234565', 'CZ6311T03'], ignored: ['C01234567', 'L01X00T47', '901234567'] },
})
