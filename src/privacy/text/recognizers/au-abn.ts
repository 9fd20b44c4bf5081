import { digitsOf, weightedSum } from '../checksums.ts'
import { alone } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

/** Modulus 89 after 1 is taken from the first digit. */
function isAbn(match: string): boolean {
  return (weightedSum(digitsOf(match), [10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]) - 10) % 89 === 0
}

export const auAbn = defineTextRecognizer({
  id: 'au-abn',
  entity: 'AU_ABN',
  title: 'Australian Business Number',
  source: 'Australian Business Register, Format of the ABN: two check digits (modulus 89) before nine digits',
  presidio: 'AuAbnRecognizer',
  locale: 'au',
  languages: ['en'],
  gate: { digits: 11 },
  patterns: [
    { name: 'grouped', regex: alone('[1-9][0-9] [0-9]{3} [0-9]{3} [0-9]{3}'), score: 0.1 },
    { name: 'bare', regex: alone('[1-9][0-9]{10}'), score: 0.01 },
  ],
  validate: isAbn,
  context: ['australian business number', 'abn', 'business number'],
  examples: {
    found: ['51 824 753 556', '51824753556', '53004085616'],
    ignored: ['52 824 753 556', '52824753556', '00000000560', '5182475355', '518247535561', '51824753556AF'],
  },
})
