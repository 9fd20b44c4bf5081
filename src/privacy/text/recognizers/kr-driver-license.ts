import { aloneInAscii } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

export const krDriverLicense = defineTextRecognizer({
  id: 'kr-driver-license',
  entity: 'KR_DRIVER_LICENSE',
  title: 'Korean driver licence number',
  source:
    'Korean National Police Agency, Road Traffic Act: region 11–26 or 28, year, six digits of serial number, two of check and reissue',
  presidio: 'KrDriverLicenseRecognizer',
  locale: 'kr',
  languages: ['ko', 'en'],
  gate: { digits: 12 },
  patterns: [{ name: 'region, year, serial', regex: aloneInAscii('(?:1[1-9]|2[0-68])-?[0-9]{2}-?[0-9]{6}-?[0-9]{2}'), score: 0.3 }],
  // How the check digits are made is not published; the pattern holds the one rule there is, that the region exists.
  validate: () => true,
  context: [
    '운전면허',
    '운전면허번호',
    '면허번호',
    'driver license',
    "driver's license",
    'korean driver',
    'driving licence',
    'license number',
  ],
  examples: {
    found: ['11-22-123456-12', '112212345612', '28-05-654321-01'],
    ignored: ['10-22-123456-12', '27-22-123456-12', '29-22-123456-12', '11-22-123456-1', '11-22-123A56-12', '11-22-123456-123'],
  },
})
