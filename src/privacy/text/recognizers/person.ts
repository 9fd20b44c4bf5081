import { findNamesOf } from '../names/find-names-of.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

/** Name of a person, by rules and lists. */
export const person = defineTextRecognizer({
  id: 'person',
  entity: 'PERSON',
  title: 'Name of a person',
  source: 'Lists under names/data: US Social Security Administration, US Census Bureau, GeoNames, faker',
  presidio: null,
  locale: 'global',
  languages: ['en', 'da'],
  gate: { digits: 0 },
  patterns: [],
  find: findNamesOf('PERSON'),
  context: [],
  examples: {
    found: ['Jens Ægidius Sørensen', 'Mary Johnson', 'J. R. Williams', 'Hans-Peter von Bülow', 'LONE KRISTENSEN'],
    ignored: ['May Day', 'Will Call', 'INTRODUCTORY', 'Order Summary', 'Main Branch'],
  },
})
