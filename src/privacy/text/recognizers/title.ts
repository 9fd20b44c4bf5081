import { findNamesOf } from '../names/find-names-of.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

/** Title before a name, by rules and lists. */
export const title = defineTextRecognizer({
  id: 'title',
  entity: 'TITLE',
  title: 'Title before a name',
  source: 'Written for Atlas',
  presidio: null,
  locale: 'global',
  languages: ['en', 'da'],
  gate: { digits: 0 },
  patterns: [],
  find: findNamesOf('TITLE'),
  context: [],
  examples: {
    found: ['Mrs.', 'Dr.'],
    ignored: ['Master data', 'General remarks'],
  },
})
