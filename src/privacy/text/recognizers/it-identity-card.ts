import { alone } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

/** An Italian identity card, on paper or electronic; nothing to check, so it needs its context. */
export const itIdentityCard = defineTextRecognizer({
  id: 'it-identity-card',
  entity: 'IT_IDENTITY_CARD',
  title: 'Italian identity card number',
  source: 'Ministero dell’Interno, Carta di identità elettronica: AA00000AA (3.0), 0000000AA (2.0), AA0000000 (paper)',
  presidio: 'ItIdentityCardRecognizer',
  locale: 'it',
  languages: ['it'],
  gate: { digits: 5 },
  patterns: [
    { name: 'paper', regex: alone('[A-Z]{2} ?[0-9]{7}'), score: 0.01 },
    { name: 'electronic 2.0', regex: alone('[0-9]{7}[A-Z]{2}'), score: 0.01 },
    { name: 'electronic 3.0', regex: alone('[A-Z]{2}[0-9]{5}[A-Z]{2}'), score: 0.01 },
  ],
  context: ['carta', 'identità', 'elettronica', 'cie', 'documento', 'riconoscimento', 'espatrio'],
  examples: { found: ['AA1234567', '1234567AA', 'CA12345AA'], ignored: ['AAA123456', '12345678AA'] },
})
