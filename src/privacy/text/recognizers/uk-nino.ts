import { alone } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

/** First letter not D, F, I, Q, U or V, second not O either; no prefix that was set aside. */
const PREFIX = '(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]'

export const ukNino = defineTextRecognizer({
  id: 'uk-nino',
  entity: 'UK_NINO',
  title: 'UK National Insurance number',
  source: 'HMRC, National Insurance Manual NIM39110: two prefix letters, six digits, suffix A to D',
  presidio: 'UkNinoRecognizer',
  locale: 'uk',
  languages: ['en'],
  gate: { digits: 6 },
  patterns: [{ name: 'prefix, digits, suffix', regex: alone(`${PREFIX} ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D]`), score: 0.5 }],
  context: ['national insurance', 'ni number', 'nino', 'insurance', 'hmrc'],
  examples: {
    found: ['AA 12 34 56 B', 'tw987654a', 'AB123456C', 'HH 01 02 03 D'],
    ignored: ['AB 12 34 56 1', 'FQ 00 00 00 C', 'BG123612A', 'AO123456C', 'AB123456E', 'AB12345C', 'XAB123456C'],
  },
})
