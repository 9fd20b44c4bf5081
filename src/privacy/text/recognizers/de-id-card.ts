import { alone } from '../edges.ts'
import { passesDocumentCheck } from '../german-document-number.ts'
import { defineTextRecognizer, type Verdict } from '../text-recognizer.ts'

/** Cards of before 2010 (T and eight digits) carry no check digit of their own. */
function validate(match: string): Verdict {
  if (/^T[0-9]{8}$/i.test(match)) return null
  return passesDocumentCheck(match)
}

/** The number of a German identity card, check digit last. */
export const deIdCard = defineTextRecognizer({
  id: 'de-id-card',
  entity: 'DE_ID_CARD',
  title: 'German identity card number',
  source:
    'Personalausweisverordnung and BSI TR-03104: digits and consonants without B, D, Q, S; check digit by ICAO Doc 9303-3 section 4.9',
  presidio: 'DeIdCardRecognizer',
  locale: 'de',
  languages: ['de'],
  gate: { digits: 1 },
  patterns: [
    { name: 'since 2010', regex: alone('[CFGHJKLMNPRTVWXYZ][CFGHJKLMNPRTVWXYZ0-9]{7}[0-9]'), score: 0.4 },
    { name: 'before 2010', regex: alone('T[0-9]{8}'), score: 0.5 },
  ],
  validate,
  context: ['personalausweis', 'ausweis', 'ausweisnummer', 'personalausweisnummer', 'id card', 'identity card', 'npa', 'perso'],
  examples: { found: ['L01X00T44', 'G00000002', 'T22000129'], ignored: ['L01X00T47', 'C01234567', 'T2200012'] },
})
