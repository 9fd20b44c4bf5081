import { alone } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

/** A Spanish passport: three letters and six digits, nothing to check, so it needs its context. */
export const esPassport = defineTextRecognizer({
  id: 'es-passport',
  entity: 'ES_PASSPORT',
  title: 'Spanish passport number',
  source: 'Council of the EU, PRADO ESP-AO: three letters and six digits',
  presidio: 'EsPassportRecognizer',
  locale: 'es',
  languages: ['es'],
  gate: { digits: 6 },
  patterns: [{ name: 'three letters, six digits', regex: alone('[A-Z]{3}[0-9]{6}'), score: 0.05 }],
  context: ['pasaporte', 'passport', 'número de pasaporte'],
  examples: { found: ['xyz987654', 'AaA123456'], ignored: ['AAAA12345', 'AAA12345', 'AAA1234567'] },
})
