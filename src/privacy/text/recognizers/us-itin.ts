import { alone } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

const GROUP = '(?:5[0-9]|6[0-5]|7[0-9]|8[0-8]|9[0-24-9])'

export const usItin = defineTextRecognizer({
  id: 'us-itin',
  entity: 'US_ITIN',
  title: 'US individual taxpayer identification number',
  source: 'IRS, Individual Taxpayer Identification Number: begins with 9, fourth and fifth digit 50–65, 70–88, 90–92, 94–99',
  presidio: 'UsItinRecognizer',
  locale: 'us',
  languages: ['en'],
  gate: { digits: 9 },
  patterns: [
    { name: 'grouped', regex: alone(`9[0-9]{2}([- ])${GROUP}\\1[0-9]{4}`), score: 0.5 },
    { name: 'half grouped', regex: alone(`9[0-9]{2}(?:-${GROUP}|${GROUP}-)[0-9]{4}`), score: 0.05 },
    { name: 'bare', regex: alone(`9[0-9]{2}${GROUP}[0-9]{4}`), score: 0.3 },
  ],
  context: ['itin', 'individual', 'taxpayer', 'tax', 'tax id', 'tin', 'payer', 'taxid'],
  examples: {
    found: ['911-70-1234', '911 64 1234', '911-701234', '91170-1234', '911701234'],
    ignored: ['911-89-1234', '911-93-1234', '911-66-1234', '811-70-1234', '911-70-12345', 'X911701234'],
  },
})
