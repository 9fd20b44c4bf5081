import { alone } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

/** Provinces 01 to 81. */
const PROVINCE = '(?:0[1-9]|[1-7][0-9]|8[01])'
/** The Latin letters that Turkish has. */
const LETTER = '[A-PR-VYZ]'

export const trLicensePlate = defineTextRecognizer({
  id: 'tr-license-plate',
  entity: 'TR_LICENSE_PLATE',
  title: 'Turkish vehicle plate',
  source:
    'Highway Traffic Regulation (Karayolları Trafik Yönetmeliği), annex on plates: province, one to three letters, two to five digits',
  presidio: 'TrLicensePlateRecognizer',
  locale: 'tr',
  languages: ['tr', 'en'],
  gate: { digits: 4 },
  patterns: [
    {
      name: 'province, letters, digits',
      regex: alone(`${PROVINCE}[- ]?(?:${LETTER}[- ]?[0-9]{2,5}|${LETTER}{2,3}[- ]?[0-9]{2,4})`),
      score: 0.5,
    },
  ],
  context: ['plaka', 'plakası', 'plakalı', 'araç', 'araç plakası', 'license plate', 'licence plate', 'plate', 'vehicle', 'otomobil'],
  examples: {
    found: ['34 ABC 1234', '06 A 123', '34 A 12345', '34ABC1234', '34 abc 1234', '81 A 12'],
    ignored: ['00 ABC 123', '82 ABC 123', '34 ABCD 123', '34 ABC 12345', '34 ABC 1', '34 QWX 123', '1234567890'],
  },
})
