import { digitsOf, weightedSum } from '../checksums.ts'
import { findByPattern, type Judgement } from '../find-by-pattern.ts'
import { isRealDay } from '../real-day.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

const SHAPE = /(?<![\p{L}\p{N}_]|[0-9][.,/-])[0-7][0-9][01][0-9]{3}[- ]?[0-9]{3}[089](?![\p{L}\p{N}_]|[.,/-][0-9])/gu
const CENTURIES: Readonly<Record<string, number>> = { 8: 1800, 9: 1900, 0: 2000 }

/** A day that exists (plus 40 for companies); the ninth digit is not checked since it was abolished, but says more where it is right. */
function judge(match: string): Judgement | null {
  const digits = digitsOf(match)
  const day = Number(digits.slice(0, 2))
  const year = (CENTURIES[digits.charAt(9)] ?? 0) + Number(digits.slice(4, 6))
  if (!isRealDay(year, Number(digits.slice(2, 4)), day > 40 ? day - 40 : day)) return null
  const checksum = weightedSum(digits, [3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0
  if (match.length > 10) return { score: checksum ? 0.6 : 0.3, checksum }
  return { score: checksum ? 0.3 : 0.1, checksum }
}

/** The Icelandic identity number. */
export const isKennitala = defineTextRecognizer({
  id: 'is-kennitala',
  entity: 'IS_KENNITALA',
  title: 'Icelandic identity number (kennitala)',
  source: 'Þjóðskrá, Kennitala: birth date, century by the tenth digit; check digit abolished on 18 February 2026',
  presidio: null,
  locale: 'is',
  languages: ['is', 'en'],
  gate: { digits: 10 },
  patterns: [],
  find: findByPattern('birth date and four digits', SHAPE, judge),
  context: ['kt', 'kennitala', 'kennitölu', 'kennitölur', 'kennitalan'],
  examples: { found: ['120160-3389', '120160-3399', '1201603399'], ignored: ['120160-3394', '321260-3399', '120160-33990'] },
})
