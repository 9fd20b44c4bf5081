import { findNamesOf } from '../names/find-names-of.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

/** Place, by rules and lists. */
export const location = defineTextRecognizer({
  id: 'location',
  entity: 'LOCATION',
  title: 'Place',
  source: 'GeoNames gazetteer (CC BY 4.0), ISO 3166-1 and 3166-2',
  presidio: null,
  locale: 'global',
  languages: ['en', 'da'],
  gate: { digits: 0 },
  patterns: [],
  find: findNamesOf('LOCATION'),
  context: [],
  examples: {
    found: ['Denmark', '8000 Aarhus C', 'Springfield, IL'],
    ignored: ['Reading list', 'Europe/Copenhagen', 'Data Center'],
  },
})
