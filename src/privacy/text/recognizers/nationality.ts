import { findNamesOf } from '../names/find-names-of.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

/** Nationality, faith or political group, by rules and lists. */
export const nationality = defineTextRecognizer({
  id: 'nationality',
  entity: 'NRP',
  title: 'Nationality, faith or political group',
  source: 'ISO 3166-1 (nationalities), written for Atlas',
  presidio: null,
  locale: 'global',
  languages: ['en', 'da'],
  gate: { digits: 0 },
  patterns: [],
  find: findNamesOf('NRP'),
  context: [],
  examples: {
    found: ['Danish', 'Muslim'],
    ignored: ['Swissprot', 'danishes'],
  },
})
