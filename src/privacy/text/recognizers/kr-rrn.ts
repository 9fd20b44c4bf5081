import { digitsOf, weightedSum } from '../checksums.ts'
import { aloneInAscii } from '../edges.ts'
import { isRealDay } from '../real-day.ts'
import { defineTextRecognizer, type Verdict } from '../text-recognizer.ts'

/**
 * A Korean registration number: a birth date that exists, and a check digit which numbers given out since October 2020 no longer have.
 * @param complement from which the sum's remainder by 11 is taken: 11 for residents, 13 for foreigners
 */
export function checkKoreanRegistration(match: string, complement: 11 | 13): Verdict {
  const digits = digitsOf(match)
  const century = '1256'.includes(digits.charAt(6)) ? 1900 : 2000
  if (!isRealDay(century + Number(digits.slice(0, 2)), Number(digits.slice(2, 4)), Number(digits.slice(4, 6)))) return false
  const sum = weightedSum(digits, [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5])
  return (complement - (sum % 11)) % 10 === Number(digits[12]) ? true : null
}

export const krRrn = defineTextRecognizer({
  id: 'kr-rrn',
  entity: 'KR_RRN',
  title: 'Korean resident registration number',
  source:
    'Ministry of the Interior and Safety, Enforcement Rules of the Resident Registration Act, article 2; six random digits since October 2020',
  presidio: 'KrRrnRecognizer',
  locale: 'kr',
  languages: ['ko', 'en'],
  gate: { digits: 13 },
  patterns: [{ name: 'birth date and sex 1–4', regex: aloneInAscii('[0-9]{2}[01][0-9][0-3][0-9]-?[1-4][0-9]{6}'), score: 0.5 }],
  validate: (match) => checkKoreanRegistration(match, 11),
  context: ['주민등록번호', '주민번호', '주민등록', 'resident registration number', 'korean rrn', 'rrn'],
  examples: {
    found: ['960121-1021413', '9601211021413', '000505-3637892', '0509122000019'],
    ignored: [
      '001332-1234567',
      '000230-3637892',
      '960121+1021413',
      '960303-0021413',
      '760413-5212134',
      '051102-9234110',
      '960121-102141',
      '960121-10214133',
    ],
  },
})
