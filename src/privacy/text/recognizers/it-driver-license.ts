import { alone } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

/** An Italian driving licence: of the old province form, or U1 and digits and consonants. */
export const itDriverLicense = defineTextRecognizer({
  id: 'it-driver-license',
  entity: 'IT_DRIVER_LICENSE',
  title: 'Italian driving licence number',
  source:
    'Ministero delle Infrastrutture, DM 30 September 2003: two letters, seven digits, letter; U1, seven characters without vowels, letter',
  presidio: 'ItDriverLicenseRecognizer',
  locale: 'it',
  languages: ['it'],
  gate: { digits: 1 },
  patterns: [
    { name: 'province form', regex: alone('[A-Z]{2}[0-9]{7}[A-Z]'), score: 0.2 },
    { name: 'U1 form', regex: alone('U1[B-DF-HJ-NP-TV-Z0-9]{7}[A-Z]'), score: 0.2 },
  ],
  context: ['patente', 'patente di guida', 'licenza', 'guida', 'conducente'],
  examples: { found: ['AA0123456B', 'U1H00B000B'], ignored: ['U1H00A000B', '990123456B'] },
})
