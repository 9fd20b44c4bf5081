import { findLowerNations } from '../names/find-lower-nations.ts'
import { findNamesOf } from '../names/find-names-of.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

const findCapitalised = findNamesOf('NRP')

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
  find: (text, options) => {
    const lower = findLowerNations(text)
    return lower.length === 0 ? findCapitalised(text, options) : [...findCapitalised(text, options), ...lower]
  },
  context: [],
  examples: {
    found: ['Danish', 'Muslim'],
    ignored: ['Swissprot', 'danishes', 'på dansk', '500 danske kroner'],
  },
})
