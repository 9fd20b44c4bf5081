import { alone } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

/** A German postal code, which needs its context: any five digits look like one. */
export const dePlz = defineTextRecognizer({
  id: 'de-plz',
  entity: 'DE_PLZ',
  title: 'German postal code',
  source: 'Deutsche Post, Postleitzahlen: 01001 to 99998',
  presidio: 'DePlzRecognizer',
  locale: 'de',
  languages: ['de'],
  gate: { digits: 5 },
  patterns: [{ name: 'five digits', regex: alone('0(?!1000)[1-9][0-9]{3}|(?!99999)[1-9][0-9]{4}'), score: 0.05 }],
  context: ['plz', 'postleitzahl', 'adresse', 'anschrift', 'wohnort', 'straße', 'ort'],
  examples: { found: ['80331', '01001'], ignored: ['00000', '99999', '101150', '00999'] },
})
