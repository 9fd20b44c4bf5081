import { alone } from '../edges.ts'
import { isRealDayOfEitherCentury } from '../real-day.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

const WEIGHTS = [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1]

/** VKVV § 4: the letter as two digits, each digit by its weight, the digit sums of the products; modulus 10 is the check digit. */
function validate(written: string): boolean {
  const match = written.replaceAll(' ', '')
  const parts = /^[0-9]{2}([0-9]{2})([0-9]{2})([0-9]{2})[A-Z][0-9]{3}$/i.exec(match)
  if (parts === null) return false
  const [day, month, year] = [Number(parts[1]), Number(parts[2]), Number(parts[3])]
  // A day above 50 tells a second person of the same day, region and name apart. Unknown birth days are 00 only with month 00.
  if (!isRealDayOfEitherCentury(year, month, day > 50 ? day - 50 : day)) return false
  const letter = String(match.toUpperCase().charCodeAt(8) - 64).padStart(2, '0')
  const digits = match.slice(0, 8) + letter + match.slice(9, 11)
  let sum = 0
  for (const [index, weight] of WEIGHTS.entries()) {
    const product = Number(digits[index]) * weight
    sum += Math.floor(product / 10) + (product % 10)
  }
  return sum % 10 === Number(match[11])
}

/** The German pension insurance number, which holds the birth date and the first letter of the birth name. */
export const deSocialSecurity = defineTextRecognizer({
  id: 'de-social-security',
  entity: 'DE_SOCIAL_SECURITY',
  title: 'German social security number (RVNR)',
  source: 'Versicherungsnummern-, Kontoführungs- und Versicherungsverlaufsverordnung (VKVV) §§ 2 to 4',
  presidio: 'DeSocialSecurityRecognizer',
  locale: 'de',
  languages: ['de'],
  gate: { digits: 11 },
  patterns: [{ name: 'region, birth date, letter, number', regex: alone('[0-9]{2} ?[0-9]{6} ?[A-Z] ?[0-9]{3}'), score: 0.5 }],
  validate,
  context: ['rvnr', 'rentenversicherung', 'sozialversicherung', 'sozialversicherungsnummer', 'sv-nummer', 'versicherungsnummer', 'svnr'],
  examples: {
    found: ['65070803A019', '15 070649 C 103', '15070649C103', '38551285K051'],
    ignored: ['15070649C100', '15071349C103', '15070649C1030'],
  },
})
