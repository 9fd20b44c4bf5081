import { lettersAndDigitsOf, weightedSum } from '../checksums.ts'
import { alone } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

const KINDS = 'C[CDHLMPSX]|DP|F[BCMN]|G[ABS]|HS|L[LP]|M[BCDHMQ]|N[BR]|P[ABF]|R[FP]|S[MS]|T[CU]|VH|XL'
/** The values of the characters of the newest form are their places here. */
const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWX0123456789'

/** Modulus 11 with weights and letters of the form: a business, a local company, any other body. */
function isUen(match: string): boolean {
  const uen = lettersAndDigitsOf(match)
  const check = uen.charAt(uen.length - 1)
  if (uen.length === 9) return 'XMKECAWLJDB'[weightedSum(uen, [10, 4, 9, 3, 8, 2, 7, 1]) % 11] === check
  if (/^[0-9]/.test(uen)) return 'ZKCMDNERGWH'[weightedSum(uen, [10, 8, 6, 4, 9, 7, 5, 3, 1]) % 11] === check
  const weights = [4, 3, 5, 3, 10, 2, 2, 5, 7]
  const sum = weights.reduce((total, weight, index) => total + weight * ALPHABET.indexOf(uen.charAt(index)), 0)
  return ALPHABET[(sum + 6) % 11] === check
}

export const sgUen = defineTextRecognizer({
  id: 'sg-uen',
  entity: 'SG_UEN',
  title: 'Singapore Unique Entity Number',
  source: 'ACRA, Unique Entity Number: nnnnnnnnX, yyyynnnnnX and TyyPQnnnnX',
  presidio: 'SgUenRecognizer',
  locale: 'sg',
  languages: ['en'],
  gate: { digits: 6 },
  patterns: [
    { name: 'business', regex: alone('[0-9]{8}[ABCDEJKLMWX]'), score: 0.3 },
    { name: 'local company', regex: alone('(?:18|19|20)[0-9]{7}[CDEGHKMNRWZ]'), score: 0.3 },
    { name: 'other', regex: alone(`[RST][0-9]{2}(?:${KINDS})[0-9]{4}[A-HJ-NP-X]`), score: 0.3 },
  ],
  validate: isUen,
  context: ['uen', 'unique entity number', 'business registration', 'acra'],
  examples: {
    found: ['53125226D', '201434292D', 'T16RF0037C', 'S57TU0392K', 's57tu0392k'],
    ignored: ['53125226', '53125226J', '201434292K', 'T16RF0037D', 'T16XX0037C', '153125226D'],
  },
})
