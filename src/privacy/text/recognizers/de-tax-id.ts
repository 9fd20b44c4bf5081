import { passesMod11And10 } from '../checksums.ts'
import { alone } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

/** No leading zero, none of the first ten digits more than three times, at most one of them repeated; check digit by ISO 7064 MOD 11,10. */
function validate(written: string): boolean {
  const match = written.replaceAll(' ', '')
  if (!/^[1-9][0-9]{10}$/.test(match)) return false
  const counts = Array.from('0123456789', (digit) => match.slice(0, 10).split(digit).length - 1)
  return Math.max(...counts) <= 3 && counts.filter((count) => count > 1).length <= 1 && passesMod11And10(match)
}

/** The German tax identification number, one for each person for life. */
export const deTaxId = defineTextRecognizer({
  id: 'de-tax-id',
  entity: 'DE_TAX_ID',
  title: 'German tax identification number (Steuer-IdNr.)',
  source: 'Abgabenordnung § 139b, Steueridentifikationsnummerverordnung § 1, ISO/IEC 7064 MOD 11,10',
  presidio: 'DeTaxIdRecognizer',
  locale: 'de',
  languages: ['de'],
  gate: { digits: 11 },
  patterns: [
    { name: 'eleven digits', regex: alone('[1-9][0-9]{10}'), score: 0.3 },
    { name: 'as printed', regex: alone('[1-9][0-9] [0-9]{3} [0-9]{3} [0-9]{3}'), score: 0.3 },
  ],
  validate,
  context: ['steuer-id', 'steueridentifikationsnummer', 'idnr', 'steuerliche', 'identifikationsnummer', 'tin', 'finanzamt'],
  examples: {
    found: ['98765432106', '12 345 678 903', '12345678903'],
    ignored: ['12345678901', '02345678901', '11111111111', '1234567890'],
  },
})
