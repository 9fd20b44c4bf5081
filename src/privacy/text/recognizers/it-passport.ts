import { alone } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

/** An Italian passport: two letters and seven digits, nothing to check, so it needs its context. */
export const itPassport = defineTextRecognizer({
  id: 'it-passport',
  entity: 'IT_PASSPORT',
  title: 'Italian passport number',
  source: 'Council of the EU, PRADO ITA-AO: two letters and seven digits',
  presidio: 'ItPassportRecognizer',
  locale: 'it',
  languages: ['it'],
  gate: { digits: 7 },
  patterns: [{ name: 'two letters, seven digits', regex: alone('[A-Z]{2}[0-9]{7}'), score: 0.01 }],
  context: ['passaporto', 'passport', 'documento di viaggio', 'viaggio'],
  examples: { found: ['aa7654321'], ignored: ['aa76543210', 'aaa7654321', '7654321'] },
})
