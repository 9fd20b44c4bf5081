import { alone } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

/** A German number plate: district, one or two letters, up to four digits without a leading zero, H for old and E for electric cars. */
export const deKfz = defineTextRecognizer({
  id: 'de-kfz',
  entity: 'DE_KFZ',
  title: 'German number plate',
  source: 'Fahrzeug-Zulassungsverordnung § 9 and Anlage 1',
  presidio: 'DeKfzRecognizer',
  locale: 'de',
  languages: ['de'],
  gate: { digits: 1 },
  patterns: [
    { name: 'with spaces', regex: alone('[A-ZÄÖÜ]{1,3} [A-Z]{1,2} ?[1-9][0-9]{0,3}[HE]?'), score: 0.2 },
    { name: 'with hyphens', regex: alone('[A-ZÄÖÜ]{1,3}-[A-Z]{1,2}[- ]?[1-9][0-9]{0,3}[HE]?'), score: 0.3 },
  ],
  context: ['kennzeichen', 'kfz', 'nummernschild', 'fahrzeug', 'auto', 'kfz-kennzeichen', 'amtliches'],
  examples: { found: ['B AB 1234', 'KA EF 12H', 'HH-AB-1234', 'B-AB 1234'], ignored: ['BAB1234', 'B 1234', 'BXYZ AB 1234'] },
})
