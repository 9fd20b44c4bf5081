import { alone } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

export const usPassport = defineTextRecognizer({
  id: 'us-passport',
  entity: 'US_PASSPORT',
  title: 'US passport number',
  source: 'US Department of State: nine digits; a letter and eight digits since the Next Generation Passport of 2021',
  presidio: 'UsPassportRecognizer',
  locale: 'us',
  languages: ['en'],
  gate: { digits: 8 },
  patterns: [
    { name: 'next generation', regex: alone('[A-Z][0-9]{8}'), score: 0.1 },
    { name: 'nine digits', regex: alone('[0-9]{9}'), score: 0.05 },
    { name: 'glued to its label', regex: 'passport[a-z]{0,12}(?<entity>[0-9]{9})(?![\\p{L}\\p{N}_])', score: 0.05 },
  ],
  context: ['us', 'united', 'states', 'passport', 'passport#', 'travel', 'document'],
  examples: {
    found: ['A12803456', '912803456'],
    ignored: ['AB1280345', '91280345', '9128034567', 'A1280345', 'code912803456'],
  },
})
