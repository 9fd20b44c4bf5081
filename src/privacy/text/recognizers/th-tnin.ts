import { weightedSum } from '../checksums.ts'
import { aloneInAscii } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

/** Codes of the provinces. */
const PROVINCE = '(?:1[0-9]|2[0-7]|[34][0-9]|5[0-8]|6[0-7]|7[0-7]|8[0-6]|9[0-6])'

/** Modulus 11 with weights 13 to 2, complement of 11. */
function isNationalId(match: string): boolean {
  return (11 - (weightedSum(match, [13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 10 === Number(match[12])
}

export const thTnin = defineTextRecognizer({
  id: 'th-tnin',
  entity: 'TH_TNIN',
  title: 'Thai national identification number',
  source:
    'Department of Provincial Administration: kind of person (1–8), province, district, two running numbers, check digit (modulus 11)',
  presidio: 'ThTninRecognizer',
  locale: 'th',
  languages: ['th', 'en'],
  gate: { digits: 13 },
  patterns: [{ name: 'digits', regex: aloneInAscii(`[1-8]${PROVINCE}[0-9]{10}`), score: 0.5 }],
  validate: isNationalId,
  context: ['thai national id', 'thai id', 'tnin', 'national id', 'เลขประจำตัวประชาชน', 'เลขบัตรประชาชน', 'บัตรประชาชน', 'รหัสปชช'],
  examples: {
    found: ['1234567890121', '2345678901234', '3456789012347'],
    ignored: ['1234567890122', '0234567890124', '1594567890128', '1111111111111', '123456789012', '12345678901211'],
  },
})
