import { alone } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

/** Fourth letter: the kind of holder, such as P for a person, C for a company, H for a Hindu undivided family. */
const HOLDER = '[ABCFGHJLPT]'

export const inPan = defineTextRecognizer({
  id: 'in-pan',
  entity: 'IN_PAN',
  title: 'Indian permanent account number',
  source: 'Income Tax Department of India, Know your PAN: five letters, of which the fourth tells the holder, four digits and a letter',
  presidio: 'InPanRecognizer',
  locale: 'in',
  languages: ['en'],
  gate: { digits: 4 },
  patterns: [
    { name: 'with a kind of holder', regex: alone(`[A-Z]{3}${HOLDER}[A-Z][0-9]{4}[A-Z]`), score: 0.5 },
    { name: 'without', regex: alone('[A-Z]{5}[0-9]{4}[A-Z]'), score: 0.1 },
    // Misread or mistyped: ten places with letters and four digits in a row.
    { name: 'letters and digits', regex: alone('(?=[0-9]{0,9}[A-Z])(?=[A-Z0-9]{0,6}[0-9]{4})[A-Z0-9]{10}'), score: 0.01 },
  ],
  context: ['permanent account number', 'pan', 'income tax', 'pan card'],
  examples: {
    found: ['ABCPD1234Z', 'ABBPM4567S', 'abcpd1234z', 'ABCND1234Z', 'A1111DFSFS'],
    ignored: ['ABCPD1234', 'ABCPD1234ZX', 'ABCD1234', '1234567890', 'ABCDEFGHIJ', 'A111DFSFSX'],
  },
})
