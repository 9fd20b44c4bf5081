import { alone } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

/** A Danish passport: nine digits, or a letter and eight; nothing to check, so it needs its context. */
export const dkPassport = defineTextRecognizer({
  id: 'dk-passport',
  entity: 'DK_PASSPORT',
  title: 'Danish passport number',
  source: 'Council of the EU, PRADO DNK-AO: nine characters',
  presidio: null,
  locale: 'dk',
  languages: ['da', 'en'],
  gate: { digits: 8 },
  patterns: [
    { name: 'nine digits', regex: `(?<![0-9][.,/ -])${alone('[1-9][0-9]{8}')}(?![.,/ -][0-9])`, score: 0.1 },
    { name: 'letter and eight digits', regex: alone('[A-Z][0-9]{8}'), score: 0.1, caseSensitive: true },
  ],
  context: ['pas', 'pasnr', 'pasnummer', 'passport', 'pas-nr', 'rejsepas'],
  examples: { found: ['204567891', 'P12345678'], ignored: ['20456789', '2045678912', 'AB1234567'] },
})
