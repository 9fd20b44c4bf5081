import { findPhonesOf } from '../find-phone-numbers.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

/** The regions of the default profiles, and those that Presidio looks for. */
const REGIONS = ['DK', 'NO', 'SE', 'FI', 'IS', 'US', 'GB', 'DE', 'FR', 'IL', 'IN', 'CA', 'BR']

/** Things with numbers of their own. */
const NUMBERED =
  'reference order invoice tracking account case serial ticket part policy confirmation batch model article item registration booking record member customer'.split(
    ' ',
  )

/** A phone number by libphonenumber's data: international, or as written in one of the regions. */
export const phoneNumber = defineTextRecognizer({
  id: 'phone-number',
  entity: 'PHONE_NUMBER',
  title: 'Phone number',
  source: 'ITU-T E.164 and E.123; numbering plans by the data of libphonenumber',
  presidio: 'PhoneRecognizer',
  locale: 'global',
  languages: [],
  gate: { digits: 7 },
  patterns: [],
  find: findPhonesOf(REGIONS, true),
  context: [
    'phone',
    'number',
    'telephone',
    'tel',
    'cell',
    'mobile',
    'call',
    'fax',
    'tlf',
    'telefon',
    'mobil',
    'ring',
    'sms',
    'telefonnummer',
    'puh',
    'sími',
  ],
  against: [
    ...'ordrenr ordrenummer order ordre faktura invoice varenr sku ean build id reference tracking account'.split(' '),
    ...NUMBERED.map((thing) => `${thing} number`),
  ],
  examples: {
    found: [
      '+45 32 12 34 56',
      '(415) 555-0132',
      '+55 11 98456 5666',
      '+49 30 1234567',
      '0045 32123456',
      '020 7946 0958',
      '+47 22 12 34 56',
    ],
    ignored: ['2024-01-31', '192.168.100.100', '12345', '1234567890123456789', 'is415-555-0132', '2024-01-31 10:20', '10 20 30 40 50 60'],
  },
})
