import { remainder97 } from '../checksums.ts'
import { findByPattern, type Judgement } from '../find-by-pattern.ts'
import { ibanCountries } from '../iban-countries.ts'
import { takeCharacters } from '../take-characters.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

/** The start of an IBAN; its country says how far it goes, so that capitals after it are not swallowed. */
const START = /(?<![\p{L}\p{N}_])[A-Za-z]{2}[0-9]{2}(?=[ \u00a0\u202f-]?[A-Za-z0-9])/gu

function judge(_entity: string, text: string, start: number): Judgement | null {
  const country = ibanCountries.get(text.slice(start, start + 2).toUpperCase())
  const taken = country === undefined ? null : takeCharacters(text, start, country.length)
  if (country === undefined || taken === null) return null
  const { compact, end } = taken
  const upper = compact.toUpperCase()
  if (compact !== upper && compact !== compact.toLowerCase()) return null
  if (!country.shape.test(upper) || remainder97(upper.slice(4) + upper.slice(0, 4)) !== 1) return null
  return { score: 1, checksum: true, end }
}

/** An international bank account number: length and shape of its country, check digits right. */
export const ibanCode = defineTextRecognizer({
  id: 'iban-code',
  entity: 'IBAN_CODE',
  title: 'IBAN',
  source: 'ISO 13616-1 and the SWIFT IBAN registry; check digits by ISO/IEC 7064 MOD 97-10',
  presidio: 'IbanRecognizer',
  locale: 'global',
  languages: [],
  gate: { digits: 4 },
  patterns: [],
  find: findByPattern('IBAN', START, judge),
  context: ['iban', 'konto', 'kontonummer', 'bank', 'account', 'transaction', 'overførsel', 'betal'],
  examples: {
    found: ['DK5000400440116243', 'dk50 0040 0440 1162 43', 'MT84 MALT 0110 0001 2345 MTLC AST0 01S', 'NO93 8601 1117 947'],
    ignored: ['DK50 0040 0440 1162 44', 'KW81 aBKU 0000 0000 0000 1234 5601 01', 'AB150120690000003111141', 'DK5000400440116243X'],
  },
})
