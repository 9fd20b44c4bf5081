import { digitsOf } from '../checksums.ts'
import { hasCprDay, looksLikeEpoch, passesCprModulus } from '../danish-cpr.ts'
import { findByPattern, type Judgement } from '../find-by-pattern.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

const SHAPE =
  /(?<![\p{L}\p{N}_]|[0-9][.,/-])[0-3][0-9][01][0-9]{3}(?:[ \u00a0]?[-\u2010\u2011\u2013][ \u00a0]?|[ \u00a0])?[0-9]{4}(?![\p{L}\p{N}_]|[.,/-][0-9])/gu

/** One bare number in 300 has a day that exists and passes modulus 11, so that bare ones say little without it. */
function judge(match: string): Judgement | null {
  const digits = digitsOf(match)
  if (!hasCprDay(digits)) return null
  const checksum = passesCprModulus(digits)
  if (/[-\u2010-\u2013]/.test(match)) return { score: checksum ? 1 : 0.5, checksum }
  if (match.length > 10) return { score: checksum ? 0.7 : 0.3, checksum }
  return { score: checksum && !looksLikeEpoch(match) ? 0.6 : 0.15, checksum }
}

/** The Danish personal number. A failing check digit does not drop it: numbers given since October 2007 need not pass. */
export const dkCpr = defineTextRecognizer({
  id: 'dk-cpr',
  entity: 'DK_CPR',
  title: 'Danish personal number (CPR)',
  source: 'cpr.dk, Personnummeret i CPR: a day that exists, century by the seventh digit, modulus 11 no longer required',
  presidio: null,
  locale: 'dk',
  languages: ['da', 'en'],
  gate: { digits: 10 },
  patterns: [],
  find: findByPattern('birth date and four digits', SHAPE, judge),
  context: ['cpr', 'cpr-nr', 'cprnr', 'cpr-nummer', 'cprnummer', 'personnummer', 'personnr', 'patient', 'borger', 'født'],
  against: [
    'ordrenr',
    'ordrenummer',
    'ordre',
    'order',
    'faktura',
    'fakturanr',
    'invoice',
    'epoch',
    'timestamp',
    'varenr',
    'p-nummer',
    'p-nr',
  ],
  examples: {
    found: ['070761-4285', '010165-4321', '0707614285', '070761 4285', '290200-4111', '311299-0000'],
    ignored: ['9912314567', '670761-1234', '290299-1234', '310499-1234', '0203291WQ3', '070761-42855', '320199-1234'],
  },
})
