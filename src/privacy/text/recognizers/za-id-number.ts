import { digitsOf, passesLuhn } from '../checksums.ts'
import { alone } from '../edges.ts'
import { isRealDayOfEitherCentury } from '../real-day.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

const shape = /^[0-9]{6} ?[0-9]{4} ?[012][89] ?[0-9]$/

/** A birth date that exists, citizen (0), permanent resident (1) or refugee (2), 8 or 9, and Luhn. */
function isIdNumber(match: string): boolean {
  const digits = digitsOf(match)
  return (
    shape.test(match) &&
    isRealDayOfEitherCentury(Number(digits.slice(0, 2)), Number(digits.slice(2, 4)), Number(digits.slice(4, 6))) &&
    passesLuhn(digits)
  )
}

export const zaIdNumber = defineTextRecognizer({
  id: 'za-id-number',
  entity: 'ZA_ID_NUMBER',
  title: 'South African identity number',
  source: 'Department of Home Affairs, Identification Act 68 of 1997: YYMMDD SSSS C A Z, check digit by Luhn',
  presidio: 'ZaIdNumberRecognizer',
  locale: 'za',
  languages: ['en', 'af'],
  gate: { digits: 13 },
  patterns: [{ name: 'date, sequence, citizenship', regex: alone('[0-9]{2}[01][0-9][0-3][0-9] ?[0-9]{4} ?[012][89] ?[0-9]'), score: 0.3 }],
  validate: isIdNumber,
  context: [
    'id number',
    'identity number',
    'south african id',
    'rsa id',
    'sa id',
    'identity document',
    'national id',
    'identiteitsnommer',
    'id',
  ],
  examples: {
    found: ['8001015009087', '800101 5009 087', '9202201234088', '0002294321191'],
    ignored: ['8001015009086', '9913326789285', '8001015009176', '0102294321190', '80010150090', 'AB8001015009087CD', '80010150090870'],
  },
})
