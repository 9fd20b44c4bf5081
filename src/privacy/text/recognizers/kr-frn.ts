import { aloneInAscii } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'
import { checkKoreanRegistration } from './kr-rrn.ts'

export const krFrn = defineTextRecognizer({
  id: 'kr-frn',
  entity: 'KR_FRN',
  title: 'Korean foreigner registration number',
  source: 'Ministry of Justice, Enforcement Rules of the Immigration Act: as the resident number, sex digit 5 to 8, check digit from 13',
  presidio: 'KrFrnRecognizer',
  locale: 'kr',
  languages: ['ko', 'en'],
  gate: { digits: 13 },
  patterns: [{ name: 'birth date and sex 5–8', regex: aloneInAscii('[0-9]{2}[01][0-9][0-3][0-9]-?[5-8][0-9]{6}'), score: 0.5 }],
  validate: (match) => checkKoreanRegistration(match, 13),
  context: ['외국인등록번호', '외국인번호', '외국인등록', 'foreigner registration number', 'korean frn', 'frn', 'alien registration'],
  examples: {
    found: ['911124-5678906', '9111245678906', '050912-6000012', '911124-5678901', '000505-7637892'],
    ignored: ['001332-5234567', '910230-5678906', '960303-0021413', '760413-1212134', '051102-9234110', '911124-567890'],
  },
})
