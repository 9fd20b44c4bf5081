import { MRZ_SHAPE, readMrz } from '../mrz.ts'
import { defineTextRecognizer, type RawMatch } from '../text-recognizer.ts'

function find(text: string): RawMatch[] {
  return [...text.matchAll(MRZ_SHAPE)].map((match) => {
    const { documentNumber, isGood } = readMrz(match[0], match.index)
    return { ...documentNumber, score: isGood ? 1 : 0.5, pattern: 'machine readable zone', checksum: isGood }
  })
}

/** The number of the document that a machine readable zone belongs to. */
export const mrzDocumentNumber = defineTextRecognizer({
  id: 'mrz-document-number',
  entity: 'PASSPORT_NUMBER',
  title: 'Document number in a machine readable zone',
  source: 'ICAO Doc 9303 parts 3 to 7',
  presidio: null,
  locale: 'global',
  languages: [],
  gate: { text: ['<<'] },
  patterns: [],
  find,
  context: ['mrz'],
  within: ['MRZ'],
  examples: {
    found: ['P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10'],
    ignored: ['if (a << b) { x = 1 << 2 }'],
  },
})
