import { lettersAndDigitsOf, luhn36CheckCharacter } from '../checksums.ts'
import { alone } from '../edges.ts'
import { defineTextRecognizer, type ValidateOptions } from '../text-recognizer.ts'

const PAN = '[A-Z]{5}[0-9]{4}[A-Z]'
/** The states of the scheme's start, a taxpayer like most (Z). */
const usual = new RegExp(`^(?:0[1-9]|[12][0-9]|3[0-7])${PAN}[1-9A-Z]Z[0-9A-Z]$`, 'u')
/** Ladakh (38), other territory (97), the centre (99); deductors (D), collectors (C) and others. */
const any = new RegExp(`^(?:0[1-9]|[12][0-9]|3[0-8]|97|99)${PAN}[1-9A-Z][A-Z][0-9A-Z]$`, 'u')

/** The usual form is enough unless `strict`; a rarer one must have the right check character. */
function isGstin(match: string, { strict = false }: ValidateOptions): boolean {
  const characters = lettersAndDigitsOf(match)
  if (characters.length !== match.length || !any.test(characters)) return false
  return (!strict && usual.test(characters)) || luhn36CheckCharacter(characters.slice(0, 14)) === characters[14]
}

export const inGstin = defineTextRecognizer({
  id: 'in-gstin',
  entity: 'IN_GSTIN',
  title: 'Indian goods and services tax identification number',
  source: 'GST Network, GSTIN format: state code, PAN, number of the registration, Z and a check character (Luhn modulus 36)',
  presidio: 'InGstinRecognizer',
  locale: 'in',
  languages: ['en'],
  gate: { digits: 6 },
  patterns: [{ name: 'state, PAN, registration', regex: alone(`[0-9]{2}${PAN}[1-9A-Z][A-Z][0-9A-Z]`), score: 0.5 }],
  validate: isGstin,
  context: ['gstin', 'gst', 'goods and services tax', 'tax identification', 'gst number', 'gst registration'],
  examples: {
    found: ['27AAPFU0939F1ZV', '29AAGCB7383J1Z4', '27ABCDE1234F1Z5', '38ABCDE1234F1ZX'],
    ignored: [
      '00ABCDE1234F1Z5',
      '38ABCDE1234F1Z5',
      '39ABCDE1234F1Z5',
      '27ABCDE1234F1A5',
      '27ABCDE1234F1Z',
      '27ABCDE1234F1Z55',
      '123456789012345',
    ],
  },
})
