import { digitsOf, weightedSum } from '../checksums.ts'
import { alone } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

/** Odd places once, even places twice; the last digit of the sum is the seventh digit. */
function isDeaNumber(match: string): boolean {
  const digits = digitsOf(match.slice(2))
  return weightedSum(digits, [1, 2, 1, 2, 1, 2]) % 10 === Number(digits[6])
}

export const medicalLicense = defineTextRecognizer({
  id: 'medical-license',
  entity: 'MEDICAL_LICENSE',
  title: 'US DEA registration number of a prescriber',
  source: '21 CFR 1301; DEA Diversion Control Division: registrant code, initial of the name or 9, six digits and a check digit',
  presidio: 'MedicalLicenseRecognizer',
  locale: 'us',
  languages: ['en'],
  gate: { digits: 7 },
  patterns: [{ name: 'registrant code, initial and digits', regex: alone('[A-HJ-MPR-UX][A-Z9][0-9]{7}'), score: 0.4 }],
  validate: isDeaNumber,
  context: ['medical', 'certificate', 'dea', 'registration', 'prescriber', 'physician', 'practitioner'],
  examples: {
    found: ['GL0285191', 'EU4488929', 'B91234563', 'gl0285191'],
    ignored: ['GL0285192', 'IL0285191', 'GL028519', 'GL02851911', 'G80285191'],
  },
})
