import { digitsOf, passesLuhn } from '../checksums.ts'
import { hasCprDay, looksLikeEpoch, passesCprModulus } from '../danish-cpr.ts'
import { findByPattern, type Judgement } from '../find-by-pattern.ts'
import { isRealDay, isRealDayOfEitherCentury } from '../real-day.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

const SHAPE = /(?<![0-9_]|[0-9][.-])(?:18|19|20)?[0-9]{6}[-+]?[0-9]{4}(?![\p{L}\p{N}_])/gu

/** Luhn over the last ten digits, and a day that exists; in coordination numbers it is 60 more. */
export function passesPersonnummer(number: string): boolean {
  const digits = digitsOf(number)
  const [century, short] = [digits.slice(0, -10), digits.slice(-10)]
  const [year, month, day] = [Number(short.slice(0, 2)), Number(short.slice(2, 4)), Number(short.slice(4, 6))]
  const birthday = day > 60 ? day - 60 : day
  const isReal = century === '' ? isRealDayOfEitherCentury(year, month, birthday) : isRealDay(Number(century) * 100 + year, month, birthday)
  return isReal && passesLuhn(short)
}

function judge(match: string, text: string): Judgement | null {
  if (!passesPersonnummer(match)) return null
  return { score: match.length > 10 ? 1 : scoreOfTen(match, text), checksum: true }
}

/** Ten bare digits: one number in 270 passes, and of Danish CPR numbers, which are judged better elsewhere, one in 17. */
function scoreOfTen(digits: string, text: string): number {
  if (looksLikeEpoch(digits)) return 0.3
  if (hasCprDay(digits) && passesCprModulus(digits)) return 0.4
  return text.trim() === digits ? 1 : 0.5
}

/** The Swedish personal number, also as coordination number and of people over a hundred. */
export const sePersonnummer = defineTextRecognizer({
  id: 'se-personnummer',
  entity: 'SE_PERSONNUMMER',
  title: 'Swedish personal number, coordination number',
  source:
    'Skatteverket, SKV 704 and SKV 707: birth date, + from the year one turns 100, Luhn over ten digits; day plus 60 in coordination numbers',
  presidio: 'SePersonnummerRecognizer',
  locale: 'se',
  languages: ['sv', 'en'],
  gate: { digits: 10 },
  patterns: [],
  find: findByPattern('personal number', SHAPE, judge),
  context: ['personnummer', 'pnr', 'personnr', 'samordningsnummer', 'samordningsnr', 'född', 'svensk'],
  against: ['ordrenr', 'ordrenummer', 'ordre', 'order', 'faktura', 'invoice', 'varenr', 'konto', 'cpr'],
  examples: {
    found: ['811218-9876', '811278-9873', '121212+1212', '189004119807', '19910924-2397'],
    ignored: ['200504422381', '18970c17-9809', '811218-9875'],
  },
})
