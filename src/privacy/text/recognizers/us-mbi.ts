import { alone } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

const LETTER = '[AC-HJKMNP-RT-Y]'
const EITHER = '[0-9AC-HJKMNP-RT-Y]'
const FIRST = `[1-9]${LETTER}${EITHER}[0-9]`
const SECOND = `${LETTER}${EITHER}[0-9]`
const THIRD = `${LETTER}{2}[0-9]{2}`

export const usMbi = defineTextRecognizer({
  id: 'us-mbi',
  entity: 'US_MBI',
  title: 'US Medicare Beneficiary Identifier',
  source: 'CMS, Understanding the Medicare Beneficiary Identifier Format: eleven places, letters without S, L, O, I, B and Z',
  presidio: 'UsMbiRecognizer',
  locale: 'us',
  languages: ['en'],
  gate: { digits: 5 },
  patterns: [
    { name: 'with dashes', regex: alone(`${FIRST}-${SECOND}-${THIRD}`), score: 0.5 },
    { name: 'bare', regex: alone(`${FIRST}${SECOND}${THIRD}`), score: 0.3 },
  ],
  context: ['medicare', 'mbi', 'beneficiary', 'cms', 'medicaid', 'hic', 'hicn'],
  examples: {
    found: ['1EG4-TE5-MK73', '1EG4TE5MK73', '1eg4-te5-mk73'],
    ignored: ['1EG4-LE5-MK73', '0EG4-TE5-MK73', '12G4-TE5-MK73', '1EG4-TE5-MK7', '1EG4TE5MK734', '1BG4TE5MK73'],
  },
})
