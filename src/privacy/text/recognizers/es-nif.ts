import { digitsOf } from '../checksums.ts'
import { alone } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'
import { spanishCheckLetter } from '../spanish-check-letter.ts'

/** The Spanish identity number of citizens: digits and the letter they give. */
export const esNif = defineTextRecognizer({
  id: 'es-nif',
  entity: 'ES_NIF',
  title: 'Spanish identity number (DNI, NIF)',
  source: 'Real Decreto 1553/2005 and Orden EHA/451/2008: the letter by modulus 23',
  presidio: 'EsNifRecognizer',
  locale: 'es',
  languages: ['es'],
  gate: { digits: 7 },
  patterns: [{ name: 'digits and letter', regex: alone('[0-9]{7,8}[- ]?[A-HJ-NP-TV-Z]'), score: 0.5 }],
  validate: (match) => match.slice(-1).toUpperCase() === spanishCheckLetter(digitsOf(match)),
  context: ['dni', 'nif', 'documento nacional de identidad', 'identificación', 'identificacion', 'fiscal'],
  examples: { found: ['55555555K', '01111111G', '12345678-z'], ignored: ['401-023-2138', '12345678A', '123456Z'] },
})
