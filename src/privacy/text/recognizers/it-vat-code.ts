import { digitsOf, isOneRepeated, passesLuhn } from '../checksums.ts'
import { alone } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

/** The Italian value added tax number. */
export const itVatCode = defineTextRecognizer({
  id: 'it-vat-code',
  entity: 'IT_VAT_CODE',
  title: 'Italian VAT number (partita IVA)',
  source: 'DPR 26 October 1972 n. 633, article 35, and DM 23 December 1976: eleven digits, the last by Luhn',
  presidio: 'ItVatCodeRecognizer',
  locale: 'it',
  languages: ['it'],
  gate: { digits: 11 },
  patterns: [{ name: 'eleven digits', regex: alone('[0-9](?:[ _.-]?[0-9]){10}'), score: 0.1 }],
  validate: (match) => !isOneRepeated(digitsOf(match)) && passesLuhn(digitsOf(match)),
  context: ['piva', 'partita iva', 'iva', 'p.iva', 'pi'],
  examples: { found: ['01333550323', '01333550_323'], ignored: ['00000000001', '00000000000', '0133355032'] },
})
