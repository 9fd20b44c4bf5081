import { passesVerhoeff } from '../checksums.ts'
import { alone } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

export const ngNin = defineTextRecognizer({
  id: 'ng-nin',
  entity: 'NG_NIN',
  title: 'Nigerian National Identification Number',
  source: 'National Identity Management Commission: eleven digits, check digit by Verhoeff',
  presidio: 'NgNinRecognizer',
  locale: 'ng',
  languages: ['en'],
  gate: { digits: 11 },
  patterns: [{ name: 'digits', regex: alone('[0-9]{11}'), score: 0.01 }],
  // Eleven zeros pass any check digit.
  validate: (match) => match !== '00000000000' && passesVerhoeff(match),
  context: ['nin', 'national identification number', 'national identity', 'nimc', 'nigeria', 'nigerian'],
  examples: {
    found: ['12345678902', '01234567895'],
    ignored: ['12345678901', '1234567890', '123456789012', '00000000000', 'A12345678902'],
  },
})
