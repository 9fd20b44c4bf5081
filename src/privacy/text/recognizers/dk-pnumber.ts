import { alone } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

/** The number of a Danish production unit: ten digits from 1 000 000 000, nothing to check, so it needs its context. */
export const dkPnumber = defineTextRecognizer({
  id: 'dk-pnumber',
  entity: 'DK_PNUMBER',
  title: 'Danish production unit number (P-nummer)',
  source: 'Erhvervsstyrelsen, P-nummer: ten digits that begin with 1',
  presidio: null,
  locale: 'dk',
  languages: ['da', 'en'],
  gate: { digits: 10 },
  patterns: [{ name: 'ten digits', regex: alone('1[0-9]{9}'), score: 0.15 }],
  context: ['p-nummer', 'p-nr', 'pnr', 'pnummer', 'produktionsenhed', 'produktionsenhedsnummer', 'p-enhed'],
  examples: { found: ['1003388394'], ignored: ['2003388394', '10033883941', '100338839'] },
})
