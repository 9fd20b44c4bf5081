import { findNamesOf } from '../names/find-names-of.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

/** Organisation, by rules and lists. */
export const organization = defineTextRecognizer({
  id: 'organization',
  entity: 'ORGANIZATION',
  title: 'Organisation',
  source: 'Company forms of EU member states, the United Kingdom and the United States',
  presidio: null,
  locale: 'global',
  languages: ['en', 'da'],
  gate: { digits: 0 },
  patterns: [],
  find: findNamesOf('ORGANIZATION'),
  context: [],
  examples: {
    found: ['Cronin Inc', 'Johnson, Smith and Lee', 'Nordlys Handel ApS', 'University of Southern Denmark'],
    ignored: ['Inc', 'Group by', 'Service Level'],
  },
})
