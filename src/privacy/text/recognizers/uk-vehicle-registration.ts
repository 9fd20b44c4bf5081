import { alone } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

/** Never I, Q or Z. */
const LETTER = '[A-HJ-PR-Y]'
/** The letter of the year: no I, O, Q, U or Z. */
const YEAR_LETTER = '[A-HJ-NPR-TV-Y]'
/** Half-years from March 2002 (02) and September 2001 (51) on; the 29 and 79 of 2029 are the last of the decade. */
const AGE = '(?:0[2-9]|[12][0-9]|5[1-9]|6[0-9]|7[0-9])'
const CURRENT = `${LETTER}{2}${AGE}[- ]?[A-HJ-PR-Z]{3}`
const currentOnly = new RegExp(`^${CURRENT}$`, 'iu')

export const ukVehicleRegistration = defineTextRecognizer({
  id: 'uk-vehicle-registration',
  entity: 'UK_VEHICLE_REGISTRATION',
  title: 'UK vehicle registration mark',
  source:
    'DVLA, INF104 Vehicle registration numbers and number plates: memory tag, age identifier, letters; prefix and suffix marks before 2001',
  presidio: 'UkVehicleRegistrationRecognizer',
  locale: 'uk',
  languages: ['en'],
  gate: { digits: 1 },
  patterns: [
    { name: 'current', regex: alone(CURRENT), score: 0.3 },
    { name: 'prefix', regex: alone(`${YEAR_LETTER}[1-9][0-9]{0,2}[- ]?${LETTER}{3}`), score: 0.2 },
    { name: 'suffix', regex: alone(`${LETTER}{3}[- ]?[1-9][0-9]{0,2}${YEAR_LETTER}`), score: 0.15 },
  ],
  // An age identifier that was given out is as good as a check digit; the older marks have nothing of the kind.
  validate: (match) => (currentOnly.test(match) ? true : null),
  context: ['vehicle', 'registration', 'number plate', 'licence plate', 'license plate', 'plate', 'reg', 'vrm', 'car', 'dvla', 'v5c'],
  examples: {
    found: ['AB51 ABC', 'BD62XYZ', 'LN14-HGT', 'aa02 aaa', 'K1 ABC', 'A999 BCD', 'ABC 123D'],
    ignored: ['AB35 ABC', 'AB80 ABC', 'AB01 ABC', 'AB51 AIB', 'QB51 ABC', 'I123 BCD', 'O123 BCD', 'ABC 123I', 'A0 BCD', 'XXXAB51ABCYYY'],
  },
})
