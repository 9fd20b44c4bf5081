import { digitsOf, isOneRepeated, weightedSum } from '../checksums.ts'
import { alone } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

/** Modulus 11 with weights 10 to 1. Ten equal digits pass it but are no patient. */
function isNhsNumber(match: string): boolean {
  const digits = digitsOf(match)
  return !isOneRepeated(digits) && weightedSum(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0
}

export const ukNhs = defineTextRecognizer({
  id: 'uk-nhs',
  entity: 'UK_NHS',
  title: 'UK National Health Service number',
  source: 'NHS Data Dictionary, NHS NUMBER: ten digits, modulus 11',
  presidio: 'NhsRecognizer',
  locale: 'uk',
  languages: ['en'],
  gate: { digits: 10 },
  patterns: [{ name: 'digits', regex: alone('[0-9]{3}[- ]?[0-9]{3}[- ]?[0-9]{4}'), score: 0.5 }],
  validate: isNhsNumber,
  context: ['nhs', 'national health service', 'health services authority', 'health authority', 'patient'],
  examples: {
    found: ['401-023-2137', '221 395 1837', '0032698674', '943 476 5919'],
    ignored: ['401-023-2138', '221395183', '0000000000', '94347659190', 'A9434765919'],
  },
})
