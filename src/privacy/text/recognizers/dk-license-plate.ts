import { alone } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

/** A Danish number plate: two letters (never I, O or Q) and five digits. */
export const dkLicensePlate = defineTextRecognizer({
  id: 'dk-license-plate',
  entity: 'DK_LICENSE_PLATE',
  title: 'Danish number plate',
  source: 'Bekendtgørelse om registrering af køretøjer, Motorstyrelsen: two letters, five digits',
  presidio: null,
  locale: 'dk',
  languages: ['da', 'en'],
  gate: { digits: 5 },
  patterns: [
    { name: 'in groups', regex: alone('[A-HJ-NPR-Z]{2} [0-9]{2} [0-9]{3}'), score: 0.3, caseSensitive: true },
    { name: 'together', regex: alone('[A-HJ-NPR-Z]{2} ?[0-9]{5}'), score: 0.1, caseSensitive: true },
  ],
  context: [
    'nummerplade',
    'registreringsnummer',
    'reg.nr',
    'regnr',
    'bil',
    'bilen',
    'køretøj',
    'køretøjet',
    'nummerpladen',
    'license plate',
    'plate',
  ],
  examples: { found: ['AB 12 345', 'CX12345', 'CX 12345'], ignored: ['IO 12 345', 'ab 12 345', 'AB 1234', 'ABC 12 345'] },
})
