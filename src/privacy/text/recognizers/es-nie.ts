import { digitsOf } from '../checksums.ts'
import { alone } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'
import { spanishCheckLetter } from '../spanish-check-letter.ts'

/** The Spanish identity number of foreigners: X, Y or Z stands for 0, 1 or 2 before the digits. */
export const esNie = defineTextRecognizer({
  id: 'es-nie',
  entity: 'ES_NIE',
  title: 'Spanish identity number of foreigners (NIE)',
  source: 'Real Decreto 557/2011, article 206, and Orden INT/2058/2008: the letter by modulus 23',
  presidio: 'EsNieRecognizer',
  locale: 'es',
  languages: ['es'],
  gate: { digits: 7 },
  patterns: [{ name: 'letter, digits, letter', regex: alone('[XYZ][- ]?[0-9]{7,8}[- ]?[A-HJ-NP-TV-Z]'), score: 0.5 }],
  validate: (match) =>
    match.slice(-1).toUpperCase() === spanishCheckLetter(`${'XYZ'.indexOf(match.charAt(0).toUpperCase())}${digitsOf(match)}`),
  context: ['nie', 'número de identificación de extranjero', 'extranjero', 'extranjería', 'identificación'],
  examples: { found: ['X9613851N', 'Y8063915-Z', 'z8078221m'], ignored: ['Y806391Q', '58063915Q', 'W8063915Q', 'X9613851A'] },
})
