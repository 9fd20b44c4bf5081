import { digitsOf, passesVerhoeff } from '../checksums.ts'
import { alone } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

export const inAadhaar = defineTextRecognizer({
  id: 'in-aadhaar',
  entity: 'IN_AADHAAR',
  title: 'Indian Aadhaar number',
  source: 'UIDAI, A UID Numbering Scheme for India: twelve digits that begin with 2 to 9, check digit by Verhoeff',
  presidio: 'InAadhaarRecognizer',
  locale: 'in',
  languages: ['en'],
  gate: { digits: 12 },
  patterns: [
    { name: 'grouped', regex: alone('[2-9][0-9]{3}([- :])[0-9]{4}\\1[0-9]{4}'), score: 0.1 },
    { name: 'bare', regex: alone('[2-9][0-9]{11}'), score: 0.01 },
  ],
  validate: (match) => passesVerhoeff(digitsOf(match)),
  context: ['aadhaar', 'aadhar', 'uidai', 'uid'],
  examples: {
    found: ['3123 4567 8909', '3998-7654-3211', '3123:4567:8909', '400123456787'],
    ignored: ['1234 5678 9012', '3123 4567 8900', '3123 4567-8909', '31234567890', '3123456789099', 'X312345678909'],
  },
})
