import { alone } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

/** The number of a German driving licence: authority, number, check character and issue. */
export const deFuehrerschein = defineTextRecognizer({
  id: 'de-fuehrerschein',
  entity: 'DE_FUEHRERSCHEIN',
  title: 'German driving licence number',
  source: 'Fahrerlaubnis-Verordnung, Anlage 8, field 5: the authority in letters, digits, check character',
  presidio: 'DeFuehrerscheinRecognizer',
  locale: 'de',
  languages: ['de'],
  gate: { digits: 8 },
  patterns: [{ name: 'two letters, eight digits, check character', regex: alone('[A-Z]{2}[0-9]{8}[A-Z0-9]'), score: 0.35 }],
  context: ['führerschein', 'fuehrerschein', 'führerscheinnummer', 'fahrerlaubnis', 'fahrerlaubnisnummer', 'driving licence', 'driver'],
  examples: { found: ['MU12345678B', 'GE123456780'], ignored: ['BO12345678AB', '12345678901', 'B12345678A'] },
})
