import { findNamesOf } from '../names/find-names-of.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

/** Postcode, by rules and lists. */
export const postalCode = defineTextRecognizer({
  id: 'postal-code',
  entity: 'POSTAL_CODE',
  title: 'Postcode',
  source: 'UPU postal addressing systems',
  presidio: null,
  locale: 'global',
  languages: ['en', 'da'],
  gate: { digits: 0 },
  patterns: [],
  find: findNamesOf('POSTAL_CODE'),
  context: [],
  examples: {
    found: ['90210-1234'],
    ignored: ['12345', 'build 20240131'],
  },
})
