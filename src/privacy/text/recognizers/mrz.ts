import { findByPattern } from '../find-by-pattern.ts'
import { MRZ_SHAPE, readMrz } from '../mrz.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

/** The lines at the foot of a passport, an identity card or a visa that machines read. */
export const mrz = defineTextRecognizer({
  id: 'mrz',
  entity: 'MRZ',
  title: 'Machine readable zone of a travel document',
  source: 'ICAO Doc 9303 parts 3 to 7: TD1 (three lines of 30), TD2 (two of 36), TD3 (two of 44), visas A and B',
  presidio: null,
  locale: 'global',
  languages: [],
  gate: { text: ['<<'] },
  patterns: [],
  find: findByPattern('machine readable zone', MRZ_SHAPE, (match, _text, start) => {
    const checksum = readMrz(match, start).isGood
    return { score: checksum ? 1 : 0.5, checksum }
  }),
  context: ['mrz', 'pas', 'passport', 'id-kort'],
  examples: {
    found: [
      'P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10',
      'I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<',
      'I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6',
    ],
    ignored: ['P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<', 'if (a << b) { x = 1 << 2 }'],
  },
})
