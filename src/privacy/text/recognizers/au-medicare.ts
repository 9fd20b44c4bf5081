import { digitsOf, weightedSum } from '../checksums.ts'
import { alone } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

/** The ninth digit checks the eight before it; the tenth counts the cards given out. */
function isMedicare(match: string): boolean {
  const digits = digitsOf(match)
  return weightedSum(digits, [1, 3, 7, 9, 1, 3, 7, 9]) % 10 === Number(digits[8])
}

export const auMedicare = defineTextRecognizer({
  id: 'au-medicare',
  entity: 'AU_MEDICARE',
  title: 'Australian Medicare card number',
  source:
    'Australian Institute of Health and Welfare, METEOR: Person, Medicare card number; first digit 2–6, check digit in the ninth place',
  presidio: 'AuMedicareRecognizer',
  locale: 'au',
  languages: ['en'],
  gate: { digits: 10 },
  patterns: [
    { name: 'grouped', regex: alone('[2-6][0-9]{3} [0-9]{5} [0-9]'), score: 0.1 },
    { name: 'bare', regex: alone('[2-6][0-9]{9}'), score: 0.01 },
  ],
  validate: isMedicare,
  context: ['medicare', 'medicare card', 'irn'],
  examples: {
    found: ['2123 45670 1', '2123456701', '2428778132'],
    ignored: ['2123 25870 1', '2123258701', '1123456701', '212345670', '21234567012', '2123456702AF'],
  },
})
