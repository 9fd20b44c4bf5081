import { digitsOf, weightedSum } from '../checksums.ts'
import { alone } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

/** Modulus 10 with weights 8 to 1, complement of 10. */
function isAcn(match: string): boolean {
  const digits = digitsOf(match)
  return digits !== '000000000' && weightedSum(digits, [8, 7, 6, 5, 4, 3, 2, 1, 1]) % 10 === 0
}

export const auAcn = defineTextRecognizer({
  id: 'au-acn',
  entity: 'AU_ACN',
  title: 'Australian Company Number',
  source: 'ASIC, Australian Company Number digit check (modulus 10)',
  presidio: 'AuAcnRecognizer',
  locale: 'au',
  languages: ['en'],
  gate: { digits: 9 },
  patterns: [
    { name: 'grouped', regex: alone('[0-9]{3} [0-9]{3} [0-9]{3}'), score: 0.1 },
    { name: 'bare', regex: alone('[0-9]{9}'), score: 0.01 },
  ],
  validate: isAcn,
  context: ['australian company number', 'acn', 'company number'],
  examples: {
    found: ['000 000 019', '005 499 981', '006249976', '004085616'],
    ignored: ['824 753 557', '824753557', '00624997', '0062499760', '000000000', '006249976AF'],
  },
})
