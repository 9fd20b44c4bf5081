import { digitsOf, isOneRepeated, passesLuhn } from '../checksums.ts'
import { alone } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

/** Luhn over the number behind 80840, the prefix of US health applications. Nine equal digits fill forms. */
function isNpi(match: string): boolean {
  const digits = digitsOf(match)
  return /^[12][0-9]{9}$/.test(digits) && !isOneRepeated(digits.slice(0, 9)) && passesLuhn(`80840${digits}`)
}

export const usNpi = defineTextRecognizer({
  id: 'us-npi',
  entity: 'US_NPI',
  title: 'US National Provider Identifier',
  source: 'CMS, 45 CFR 162.406: ten digits that begin with 1 or 2, check digit by ISO/IEC 7812 with the prefix 80840',
  presidio: 'UsNpiRecognizer',
  locale: 'us',
  languages: ['en'],
  gate: { digits: 10 },
  patterns: [
    { name: 'grouped', regex: alone('[12][0-9]{3}([- ])[0-9]{3}\\1[0-9]{3}'), score: 0.4 },
    { name: 'bare', regex: alone('[12][0-9]{9}'), score: 0.1 },
  ],
  validate: isNpi,
  context: ['npi', 'national provider', 'provider', 'provider id', 'provider identifier', 'taxonomy', 'physician', 'prescriber', 'nppes'],
  examples: {
    found: ['1234567893', '1003000126', '1234-567-893', '1234 567 893'],
    ignored: ['1234567890', '3234567893', '0234567893', '1111111112', '12345678934', '123456789'],
  },
})
