import { alone } from '../edges.ts'
import { isRealDayOfEitherCentury } from '../real-day.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

const SURNAME = '(?:[A-Z]{5}|[A-Z]{4}9|[A-Z]{3}99|[A-Z]{2}999|[A-Z]9999)'
/** Decade, month (50 added for women), day, year: the birth date with the digits of its year apart. */
const BIRTH = '[0-9](?:[05][1-9]|[16][0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]'
const INITIALS = '(?:[A-Z][A-Z9]|99)'

/** The check characters are computed by a rule that is not published, so a number can be refused, never confirmed. */
function refuse(match: string): false | null {
  const [decade, month, day, year] = [match.slice(5, 6), match.slice(6, 8), match.slice(8, 10), match.slice(10, 11)]
  return isRealDayOfEitherCentury(Number(decade + year), Number(month) % 50, Number(day)) ? null : false
}

export const ukDrivingLicence = defineTextRecognizer({
  id: 'uk-driving-licence',
  entity: 'UK_DRIVING_LICENCE',
  title: 'Driving licence number of Great Britain',
  source: 'DVLA, driver number: five places of the surname, six of the birth date, initials, a digit and two check letters',
  presidio: 'UkDrivingLicenceRecognizer',
  locale: 'uk',
  languages: ['en'],
  gate: { digits: 6 },
  patterns: [{ name: 'driver number', regex: alone(`${SURNAME}${BIRTH}${INITIALS}[0-9][A-Z]{2}`), score: 0.5 }],
  validate: refuse,
  context: ['driving licence', 'driving license', 'driver number', 'driver', 'licence', 'license', 'dvla', 'dl', 'driving'],
  examples: {
    found: ['MORGA657054SM9IJ', 'FO999512018AA1AB', 'morga607054sm9ij', 'SMITH802290AB1CD'],
    ignored: [
      'MORGA600054SM9IJ',
      'MORGA613054SM9IJ',
      'MORGA601324SM9IJ',
      'SMITH802300AB1CD',
      'SMITH802291AB1CD',
      'MO9G9657054SM9IJ',
      'MORGA65705SM9IJ',
      'MORGA657054SM9IJX',
    ],
  },
})
