import { digitsOf, weightedSum } from '../checksums.ts'
import { aloneInAscii } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

/** Modulus 10 with weights 1, 3, 7, the ninth digit by 5 counting both digits of its product. */
function isBrn(match: string): boolean {
  const digits = digitsOf(match)
  const carried = Math.floor((Number(digits[8]) * 5) / 10)
  return digits !== '0000000000' && (weightedSum(digits, [1, 3, 7, 1, 3, 7, 1, 3, 5, 1]) + carried) % 10 === 0
}

export const krBrn = defineTextRecognizer({
  id: 'kr-brn',
  entity: 'KR_BRN',
  title: 'Korean business registration number',
  source: 'National Tax Service of Korea: tax office, kind of business, serial number and check digit (3-2-5)',
  presidio: 'KrBrnRecognizer',
  locale: 'kr',
  languages: ['ko', 'en'],
  gate: { digits: 10 },
  patterns: [
    { name: 'grouped', regex: aloneInAscii('[0-9]{3}-[0-9]{2}-[0-9]{5}'), score: 0.5 },
    { name: 'bare', regex: aloneInAscii('[0-9]{10}'), score: 0.1 },
  ],
  validate: isBrn,
  context: ['사업자등록번호', '사업자번호', '사업자등록', 'business registration number', 'korean brn', 'brn'],
  examples: {
    found: ['104-86-56659', '1048656659', '104-82-13138'],
    ignored: ['104-86-56658', '123-45-67890', '104-865-6659', '104-86-5665', '104-86-566599', '0000000000'],
  },
})
