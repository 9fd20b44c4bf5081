import { alone } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

export const phTin = defineTextRecognizer({
  id: 'ph-tin',
  entity: 'PH_TIN',
  title: 'Philippine taxpayer identification number',
  source: 'Bureau of Internal Revenue of the Philippines, TIN: nine digits and a branch code of three or five; no published check digit',
  presidio: 'PhTinRecognizer',
  locale: 'ph',
  languages: ['en'],
  gate: { digits: 9 },
  patterns: [
    { name: 'grouped', regex: alone('[0-9]{3}-[0-9]{3}-[0-9]{3}(?:-[0-9]{5}|-[0-9]{3})?(?!-[0-9])'), score: 0.05 },
    // Without its dashes only a number of the series that begins with 0 has a shape of its own.
    { name: 'bare', regex: alone('0[0-9]{8}(?:[0-9]{3}(?:[0-9]{2})?)?'), score: 0.01 },
  ],
  context: ['tin', 'bir', 'tax', 'taxpayer', 'tax id', 'taxpayer identification', 'tax identification', 'internal revenue'],
  examples: {
    found: ['000-123-456-001', '000-123-456', '123-456-789-00000', '000123456000', '000123456'],
    ignored: ['123456789', '000-123-45', '000-123-456-01', '00012345', '0001234560', 'A000123456'],
  },
})
