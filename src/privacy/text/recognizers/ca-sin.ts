import { digitsOf, isOneRepeated, passesLuhn } from '../checksums.ts'
import { alone } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

/** One in ten of all numbers passes Luhn, so it refuses and does not confirm. */
function refuse(match: string): false | null {
  const digits = digitsOf(match)
  return passesLuhn(digits) && !isOneRepeated(digits) ? null : false
}

export const caSin = defineTextRecognizer({
  id: 'ca-sin',
  entity: 'CA_SIN',
  title: 'Canadian social insurance number',
  source:
    'Employment and Social Development Canada, SIN Code of Practice: nine digits with Luhn; 0 and 8 begin none, 9 those of temporary residents',
  presidio: 'CaSinRecognizer',
  locale: 'ca',
  languages: ['en', 'fr'],
  gate: { digits: 9 },
  patterns: [
    { name: 'grouped', regex: alone('[1-79][0-9]{2}([- ])[0-9]{3}\\1[0-9]{3}'), score: 0.5 },
    { name: 'bare', regex: alone('[1-79][0-9]{8}'), score: 0.05 },
  ],
  validate: refuse,
  context: ['sin', 'social insurance', 'insurance number', 'canada revenue', 'cra', 'nas', 'assurance sociale'],
  examples: {
    found: ['130 692 544', '731-530-150', '948 584 792', '550090112'],
    ignored: ['130 692 545', '046 454 286', '812 345 678', '111 111 111', '999 999 999', '13069254', '1306925440', '130 692-544'],
  },
})
