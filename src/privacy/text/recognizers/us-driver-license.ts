import { alone } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

/** Numbers with letters, by the states that give them out. */
const WITH_LETTERS = [
  '[A-Z][0-9]{4,14}', // AZ, CA, FL, HI, IL, IN, KS, KY, MA, MD, MI, MN, MO, NE, NJ, NY, OH, OK, RI, VA, WI …
  '[A-Z][0-9]{18}', // NY
  '[A-Z][0-9][A-Z][0-9][A-Z]', // KS
  '[A-Z][0-9]{6}R', // MO
  '[A-Z]{2}[0-9]{4,7}', // OH, OR, WV
  '[A-Z]{2}[0-9]{6}[A-Z]', // ID
  '[A-Z]{3}[0-9]{6}', // ND
  '[0-9]{3}[A-Z]{2}[0-9]{4}', // IA
  '[0-9]{3}[A-Z][0-9]{6}', // MO
  '[0-9]{7,9}[A-Z]', // ME, MO, VT
  '[0-9]{8}[A-Z]{2}', // MO
  '[0-9]{2}[A-Z]{3}[0-9]{5}', // NH
  'WDL[A-Z0-9]{9}', // WA since 2018
  '[A-Z]{7}[0-9]{3}[A-Z0-9]{2}', // WA before
]
/** Washington before 2018: twelve places, the name cut or filled up with asterisks. */
const WASHINGTON = '[A-Z](?=[A-Z0-9*]{0,10}\\*)(?=[A-Z*]{0,10}[0-9])[A-Z0-9*]{11}'

export const usDriverLicense = defineTextRecognizer({
  id: 'us-driver-license',
  entity: 'US_DRIVER_LICENSE',
  title: 'US driver license number',
  source: 'AAMVA and state motor vehicle agencies: licence number formats by state',
  presidio: 'UsLicenseRecognizer',
  locale: 'us',
  languages: ['en'],
  gate: { digits: 2 },
  patterns: [
    { name: 'letters and digits', regex: alone(WITH_LETTERS.join('|')), score: 0.3 },
    { name: 'washington', regex: `(?<![\\p{L}\\p{N}_*])${WASHINGTON}(?![\\p{L}\\p{N}_*])`, score: 0.3 },
    { name: 'digits', regex: alone('[0-9]{6,14}|[0-9]{16}'), score: 0.01 },
  ],
  context: ['driver', 'drivers', "driver's", 'license', 'licence', 'permit', 'lic', 'identification', 'dls', 'cdls', 'dl', 'driving'],
  examples: {
    found: ['H12234567', 'AA1B2**9ABA7', 'A*1234AB*CD9', 'WDLABC123DE4', 'K1A2B', '12ABC34567', '123456789', '1234567890123'],
    ignored: ['C12T345672', 'ABCD ABCDEFGHIJ', 'ABCDEFGHIJKL', '12345', '123456789012345'],
  },
})
