import { digitsOf } from '../checksums.ts'
import { hasCprDay } from '../danish-cpr.ts'
import { findAll, findByPattern, type Judgement } from '../find-by-pattern.ts'
import { isRealDayOfEitherCentury } from '../real-day.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

const BY_DAY = /(?<![\p{L}\p{N}_]|[0-9][.,/-])[6-9][0-9][01][0-9]{3}[- ]?[0-9]{4}(?![\p{L}\p{N}_]|[.,/-][0-9])/gu
const BY_LETTERS = /(?<![\p{L}\p{N}_])[0-3][0-9][01][0-9]{3}-?[0-9][A-Z]{2}[0-9](?![\p{L}\p{N}_])/gu

function judgeDay(match: string): Judgement | null {
  if (!hasCprDay(digitsOf(match), 60)) return null
  return { score: match.length > 10 ? 0.3 : 0.15, checksum: null }
}

function judgeLetters(match: string): Judgement | null {
  const [day, month, year] = [Number(match.slice(0, 2)), Number(match.slice(2, 4)), Number(match.slice(4, 6))]
  return isRealDayOfEitherCentury(year, month, day) ? { score: 0.7, checksum: null } : null
}

/** Numbers that stand for a CPR number until there is one: the regional form with 60 added to the day, and the national one with letters. */
export const dkEcpr = defineTextRecognizer({
  id: 'dk-ecpr',
  entity: 'DK_ECPR',
  title: 'Danish replacement number (eCPR)',
  source: 'Sundhedsdatastyrelsen, Erstatnings-CPR (eCPR, X-eCPR): DDMMYY, a digit, two letters, a digit; formerly the day plus 60',
  presidio: null,
  locale: 'dk',
  languages: ['da', 'en'],
  gate: { digits: 8 },
  patterns: [],
  find: findAll(findByPattern('day plus 60', BY_DAY, judgeDay), findByPattern('X-eCPR', BY_LETTERS, judgeLetters)),
  context: ['ecpr', 'e-cpr', 'x-ecpr', 'erstatningscpr', 'erstatnings-cpr', 'erstatningspersonnummer', 'cpr', 'patient'],
  examples: { found: ['670761-1234', '0203291WQ3', '6707611234'], ignored: ['9912314567', '070761-4285', '3203291WQ3', '0203291wq3'] },
})
