import { digitsOf, passesMod11And10 } from '../checksums.ts'
import { defineTextRecognizer, type ValidateOptions, type Verdict } from '../text-recognizer.ts'

/** Nine digits after DE. Their check digit is not published by the tax office, so that a failing one only counts when asked for. */
function validate(match: string, { strict = false }: ValidateOptions): Verdict {
  const digits = digitsOf(match)
  if (!/^DE[ .-]?[0-9](?:[ .-]?[0-9]){8}$/i.test(match) || digits.startsWith('0')) return false
  if (passesMod11And10(digits)) return true
  return strict ? false : null
}

/** The German value added tax identification number. */
export const deVatId = defineTextRecognizer({
  id: 'de-vat-id',
  entity: 'DE_VAT_ID',
  title: 'German VAT identification number',
  source: 'Umsatzsteuergesetz § 27a; check digit by ISO/IEC 7064 MOD 11,10',
  presidio: 'DeVatIdRecognizer',
  locale: 'de',
  languages: ['de'],
  gate: { text: ['de'] },
  patterns: [{ name: 'DE and nine digits', regex: '(?<![\\p{L}\\p{N}_])DE[ .-]?[1-9](?:[ .-]?[0-9]){8}(?![\\p{L}\\p{N}_])', score: 0.5 }],
  validate,
  context: ['ust-idnr', 'umsatzsteuer', 'ust', 'mwst', 'vat', 'rechnung', 'umsatzsteuer-identifikationsnummer'],
  examples: {
    found: ['DE136695976', 'DE 136 695 976', 'de-136-695-976', 'DE987654321'],
    ignored: ['AT123456789', 'DE12345678', 'DE1366959760'],
  },
})
