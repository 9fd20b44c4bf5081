import { digitsOf, isOneRepeated } from '../checksums.ts'
import { alone } from '../edges.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

/** Areas 000, 666 and 9xx, group 00 and serial 0000 were never given out. */
const NEVER_ISSUED = /^(?:000|666|9)|^[0-9]{3}00|0000$/
/** Printed on sample cards and in advertisements, hence void; and the row of digits that fills forms. */
const SAMPLES = new Set(['078051120', '219099999', '457555462', '123456789'])

/** There is no check digit: a number can be refused, never confirmed. */
function refuse(match: string): false | null {
  const digits = digitsOf(match)
  return NEVER_ISSUED.test(digits) || SAMPLES.has(digits) || isOneRepeated(digits) ? false : null
}

export const usSsn = defineTextRecognizer({
  id: 'us-ssn',
  entity: 'US_SSN',
  title: 'US Social Security number',
  source: 'Social Security Administration: Social Security Number Randomization; POMS RM 10201.035 invalid numbers',
  presidio: 'UsSsnRecognizer',
  locale: 'us',
  languages: ['en'],
  gate: { digits: 9 },
  patterns: [
    { name: 'grouped', regex: alone('[0-9]{3}([- .])[0-9]{2}\\1[0-9]{4}'), score: 0.5 },
    { name: 'half grouped', regex: alone('[0-9]{3}-[0-9]{6}|[0-9]{5}-[0-9]{4}'), score: 0.05 },
    { name: 'bare', regex: alone('[0-9]{9}'), score: 0.05 },
  ],
  validate: refuse,
  context: ['ssn', 'ssns', 'social', 'security', 'social security', 'ssid', 'ss#', 'ss #'],
  examples: {
    found: ['078-05-1123', '536 90 4399', '078.05.1123', '078-051121', '536904399'],
    ignored: [
      '078-05-1120',
      '000-12-3456',
      '666-12-3456',
      '912-34-5678',
      '123-00-4567',
      '123-45-0000',
      '078-05.1123',
      'A536904399',
      '53690439',
    ],
  },
})
