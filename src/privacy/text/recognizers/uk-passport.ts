import { alone } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

export const ukPassport = defineTextRecognizer({
  id: 'uk-passport',
  entity: 'UK_PASSPORT',
  title: 'UK passport number',
  source: 'HM Passport Office, Basic passport checks: two letters and seven digits in the series since 2015',
  presidio: 'UkPassportRecognizer',
  locale: 'uk',
  languages: ['en'],
  gate: { digits: 7 },
  patterns: [{ name: 'two letters and digits', regex: alone('[A-Z]{2}[0-9]{7}'), score: 0.1 }],
  context: ['passport', 'passports', 'passport number', 'travel document', 'hm passport office', 'hmpo', 'british', 'uk', 'nationality'],
  examples: { found: ['AB1234567', 'xy9876543'], ignored: ['A12345678', 'AB123456', 'AB12345678', 'AB 1234567', 'ABC1234567'] },
})
