import { digitsOf, isOneRepeated, passesLuhn } from '../checksums.ts'
import { findByPattern, type Judgement } from '../find-by-pattern.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

const SHAPE = /(?<![\p{L}\p{N}_]|[0-9][.,/-])[0-9](?:[0-9]{14}|[0-9][- ][0-9]{6}[- ][0-9]{6}[- ][0-9])(?![\p{L}\p{N}_]|[.,/-][0-9])/gu
/** The first two digits of the bodies that give type codes. */
const BODIES = /^(?:0[1-9]|1[02]|3[035]|4[459]|5[0-4]|86|9[1389])/

function judge(match: string): Judgement | null {
  const digits = digitsOf(match)
  if (!BODIES.test(digits) || isOneRepeated(digits.slice(2)) || !passesLuhn(digits)) return null
  return { score: match.length > 15 ? 0.6 : 0.3, checksum: true }
}

/** The number of a mobile device. It passes Luhn as cards do, and is none. */
export const imei = defineTextRecognizer({
  id: 'imei',
  entity: 'IMEI',
  title: 'Mobile device number (IMEI)',
  source: '3GPP TS 23.003 section 6 and GSMA TS.06: type allocation code, serial number, Luhn',
  presidio: null,
  locale: 'global',
  languages: [],
  gate: { digits: 15 },
  patterns: [],
  find: findByPattern('fifteen digits', SHAPE, judge),
  context: ['imei', 'mobiltelefon', 'device', 'enhed', 'handset', 'telefon', 'phone', 'serienummer'],
  examples: {
    found: ['490154203237518', '49-015420-323751-8', '353879234252633'],
    ignored: ['490154203237519', '4901542032375180', '371449635398431'],
  },
})
