import { weightedSum } from '../checksums.ts'
import { alone } from '../edges.ts'
import { defineTextRecognizer, type ValidateOptions } from '../text-recognizer.ts'

/** Offset to the sum and check letters by remainder, for each prefix. */
const SERIES = new Map<string, { offset: number; letters: string }>([
  ['S', { offset: 0, letters: 'JZIHGFEDCBA' }],
  ['T', { offset: 4, letters: 'JZIHGFEDCBA' }],
  ['F', { offset: 0, letters: 'XWUTRQPNMLK' }],
  ['G', { offset: 4, letters: 'XWUTRQPNMLK' }],
  ['M', { offset: 3, letters: 'XWUTRQPNJLK' }],
])

/** The algorithm was never published by the authority, and made-up numbers abound in forms: it counts only when asked for. */
function checkLetter(match: string, { strict = false }: ValidateOptions): boolean | null {
  if (!strict) return null
  const series = SERIES.get(match.charAt(0).toUpperCase())
  if (series === undefined) return false
  const sum = series.offset + weightedSum(match.slice(1, 8), [2, 7, 6, 5, 4, 3, 2])
  return series.letters[sum % 11] === match.charAt(8).toUpperCase()
}

export const sgNricFin = defineTextRecognizer({
  id: 'sg-nric-fin',
  entity: 'SG_NRIC_FIN',
  title: 'Singapore NRIC or FIN',
  source: 'Immigration & Checkpoints Authority of Singapore: S and T for citizens and permanent residents, F, G and M for foreigners',
  presidio: 'SgFinRecognizer',
  locale: 'sg',
  languages: ['en'],
  gate: { digits: 7 },
  patterns: [
    { name: 'prefix, digits, letter', regex: alone('[STFGM][0-9]{7}[A-Z]'), score: 0.5 },
    { name: 'any letters', regex: alone('[A-Z][0-9]{7}[A-Z]'), score: 0.3 },
  ],
  validate: checkLetter,
  context: ['fin', 'fin#', 'nric', 'singapore', 'identity card', 'foreign identification'],
  examples: {
    found: ['S2740116C', 'G1122144L', 'M4332674T', 'g3300299L', 'A1234567Z'],
    ignored: ['S274011C', 'S27401166C', 'SS2740116C', 'S2740116', 'S2740116CX'],
  },
})
