import { isOneRepeated } from '../checksums.ts'
import { alone } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

/** The number of a German practice site: the region of its association, seven more digits, no check digit. */
export const deBsnr = defineTextRecognizer({
  id: 'de-bsnr',
  entity: 'DE_BSNR',
  title: 'German practice site number (BSNR)',
  source: 'Kassenärztliche Bundesvereinigung, Arztnummern-Richtlinie § 6: nine digits, the first two the region',
  presidio: 'DeBsnrRecognizer',
  locale: 'de',
  languages: ['de'],
  gate: { digits: 9 },
  patterns: [{ name: 'nine digits', regex: alone('[0-9]{9}'), score: 0.2 }],
  validate: (match) => (/^[0-9]{9}$/.test(match) && !isOneRepeated(match) ? null : false),
  context: ['bsnr', 'betriebsstättennummer', 'betriebsstätte', 'praxis', 'nebenbetriebsstätte', 'kassenärztliche', 'kbv'],
  examples: { found: ['021234568', '711234567'], ignored: ['02123456', '0212345689', '000000000'] },
})
