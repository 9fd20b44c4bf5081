import { findNamesOf } from '../names/find-names-of.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

/** Age of a person, by rules and lists. */
export const age = defineTextRecognizer({
  id: 'age',
  entity: 'AGE',
  title: 'Age of a person',
  source: 'Written for Atlas',
  presidio: null,
  locale: 'global',
  languages: ['en', 'da'],
  gate: { digits: 0 },
  patterns: [],
  find: findNamesOf('AGE'),
  context: [],
  examples: {
    found: ['34yo', '41yo'],
    ignored: ['34', '34 days', '10 år'],
  },
})
