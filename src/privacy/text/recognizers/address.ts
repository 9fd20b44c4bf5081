import { findNamesOf } from '../names/find-names-of.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

/** Postal address, by rules and lists. */
export const address = defineTextRecognizer({
  id: 'address',
  entity: 'ADDRESS',
  title: 'Postal address',
  source: 'UPU S42 address templates; Danish address register (adresse.dk)',
  presidio: null,
  locale: 'global',
  languages: ['en', 'da'],
  gate: { digits: 0 },
  patterns: [],
  find: findNamesOf('ADDRESS'),
  context: [],
  examples: {
    found: [
      'Nørre Farimagsgade 12A, 3. tv., 1364 København K',
      '221B Baker Street, London NW1 6XE',
      '12 Main Street, Springfield, IL 62704',
      'P.O. Box 1234',
      'Hauptstraße 5, 10115 Berlin',
    ],
    ignored: ['Version 12', '3 main threads', '12 Monkeys'],
  },
})
