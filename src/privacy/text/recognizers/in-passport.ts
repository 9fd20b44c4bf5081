import { alone } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

export const inPassport = defineTextRecognizer({
  id: 'in-passport',
  entity: 'IN_PASSPORT',
  title: 'Indian passport number',
  source: 'Ministry of External Affairs, Passport Seva: a letter of the series and seven digits, of which the first is not 0',
  presidio: 'InPassportRecognizer',
  locale: 'in',
  languages: ['en'],
  gate: { digits: 7 },
  patterns: [{ name: 'letter and digits', regex: alone('[A-Z][1-9][0-9]{6}'), score: 0.1 }],
  context: ['passport', 'indian passport', 'passport number', 'travel document'],
  examples: { found: ['T3569075', 'J6932157'], ignored: ['T356907', '3569075', 'T35690755', 'TA3569075', 'T0569075'] },
})
