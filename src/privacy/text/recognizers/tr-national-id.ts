import { weightedSum } from '../checksums.ts'
import { alone } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

/** The tenth digit checks the odd places seven times less the even ones; the eleventh is the sum of all ten. */
function isNationalId(match: string): boolean {
  const tenth = weightedSum(match, [7, -1, 7, -1, 7, -1, 7, -1, 7])
  const eleventh = weightedSum(match, [1, 1, 1, 1, 1, 1, 1, 1, 1, 1])
  return ((tenth % 10) + 10) % 10 === Number(match[9]) && eleventh % 10 === Number(match[10])
}

export const trNationalId = defineTextRecognizer({
  id: 'tr-national-id',
  entity: 'TR_NATIONAL_ID',
  title: 'Turkish national identity number',
  source: 'General Directorate of Civil Registration and Citizenship Affairs (NVİ): eleven digits, the first not 0, two check digits',
  presidio: 'TrNationalIdRecognizer',
  locale: 'tr',
  languages: ['tr', 'en'],
  gate: { digits: 11 },
  patterns: [{ name: 'digits', regex: alone('[1-9][0-9]{10}'), score: 0.5 }],
  validate: isNationalId,
  context: [
    'tc',
    'tckn',
    'tc kimlik',
    'kimlik no',
    'kimlik numarası',
    'kimlik',
    'turkish id',
    'turkish identity',
    'national id',
    'vatandaşlık',
  ],
  examples: {
    found: ['10000000146', '53857632436', '94357219628', '64625294480'],
    ignored: ['10000000147', '76543210780', '83219500748', '00000000146', '1234567890', '123456789012', 'A10000000146'],
  },
})
