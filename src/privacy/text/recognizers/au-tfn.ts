import { digitsOf, isOneRepeated, weightedSum } from '../checksums.ts'
import { alone } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

function isTfn(match: string): boolean {
  const digits = digitsOf(match)
  return !isOneRepeated(digits) && weightedSum(digits, [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 === 0
}

export const auTfn = defineTextRecognizer({
  id: 'au-tfn',
  entity: 'AU_TFN',
  title: 'Australian tax file number',
  source: 'Australian Taxation Office, tax file number algorithm (modulus 11 with weights 1, 4, 3, 7, 5, 8, 6, 9, 10)',
  presidio: 'AuTfnRecognizer',
  locale: 'au',
  languages: ['en'],
  gate: { digits: 9 },
  patterns: [
    { name: 'grouped', regex: alone('[0-9]{3} [0-9]{3} [0-9]{3}'), score: 0.1 },
    { name: 'bare', regex: alone('[0-9]{9}'), score: 0.01 },
  ],
  validate: isTfn,
  context: ['tax file number', 'tfn', 'tax file'],
  examples: {
    found: ['876 543 210', '876543210', '123456782'],
    ignored: ['824 753 557', '876543211', '87654321', '8765432100', '000000000', '123 456\n789'],
  },
})
