import { alone } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

/** Eight digits as Danes write phone numbers. Lists of numbers look the same, so it takes a context word; numbers not in use count as well. */
export const dkPhone = defineTextRecognizer({
  id: 'dk-phone',
  entity: 'PHONE_NUMBER',
  title: 'Danish phone number by its context',
  source: 'Digitaliseringsstyrelsen, Den danske nummerplan: eight digits without area code',
  presidio: null,
  locale: 'dk',
  languages: ['da', 'en'],
  gate: { digits: 8 },
  patterns: [
    {
      name: 'in pairs',
      regex: `(?<![0-9][.,/ -])${alone('[1-9][0-9](?: [0-9]{2}){3}|[1-9][0-9](?:\\.[0-9]{2}){3}|[1-9][0-9](?:-[0-9]{2}){3}')}(?![.,/ -][0-9])`,
      score: 0.2,
    },
    { name: 'in halves', regex: `(?<![0-9][.,/ -])${alone('[1-9][0-9]{3} [0-9]{4}')}(?![.,/ -][0-9])`, score: 0.2 },
    { name: 'eight digits', regex: `(?<![0-9][.,/-])${alone('[1-9][0-9]{7}')}(?![.,/-][0-9])`, score: 0.1 },
  ],
  context: [
    'tlf',
    'telefon',
    'telefonnummer',
    'telefonnr',
    'mobil',
    'mobilnummer',
    'mob',
    'ring',
    'sms',
    'phone',
    'tel',
    'fax',
    'direkte',
    'henv',
    'henvendelse',
    'kontakt',
  ],
  against: ['ordrenr', 'ordre', 'faktura', 'cvr', 'build', 'konto', 'varenr'],
  examples: {
    found: ['12 34 56 78', '2030 4050', '20304050', '20.30.40.50'],
    ignored: ['02 34 56 78', '12 34 56 78 90', '123 456 78', '1234567'],
  },
})
