import { alone } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

const WEIGHTS = [1, 2, 1, 2, 1, 2, 1, 2, 1, 2]

/** The letter as two digits (A is 01), weights 1 and 2 in turn, the digit sums of the products; modulus 10 is the check digit. */
function validate(match: string): boolean {
  if (!/^[A-Z][0-9]{9}$/i.test(match)) return false
  const digits = String(match.toUpperCase().charCodeAt(0) - 64).padStart(2, '0') + match.slice(1)
  let sum = 0
  for (const [index, weight] of WEIGHTS.entries()) {
    const product = Number(digits[index]) * weight
    sum += product > 9 ? product - 9 : product
  }
  return sum % 10 === Number(match[9])
}

/** The part of a German health insurance number that stays with the person for life. */
export const deHealthInsurance = defineTextRecognizer({
  id: 'de-health-insurance',
  entity: 'DE_HEALTH_INSURANCE',
  title: 'German health insurance number (KVNR)',
  source: 'SGB V § 290 and the guideline of GKV-Spitzenverband on the Krankenversichertennummer',
  presidio: 'DeHealthInsuranceRecognizer',
  locale: 'de',
  languages: ['de'],
  gate: { digits: 9 },
  patterns: [{ name: 'letter and nine digits', regex: alone('[A-Z][0-9]{9}'), score: 0.3 }],
  validate,
  context: ['krankenversicherung', 'krankenversichertennummer', 'kvnr', 'versichertennummer', 'krankenkasse', 'egk', 'gesundheitskarte'],
  examples: { found: ['M123456785', 'a123456780'], ignored: ['A123456787', '1123456780', 'A1234567890'] },
})
