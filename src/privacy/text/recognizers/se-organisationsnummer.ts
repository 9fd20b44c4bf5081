import { digitsOf, passesLuhn } from '../checksums.ts'
import { findByPattern, type Judgement } from '../find-by-pattern.ts'
import { defineTextRecognizer } from '../text-recognizer.ts'

const SHAPE = /(?<![\p{L}\p{N}_]|[0-9][.-])(?:16)?[1-35-9][0-9][2-9][0-9]{3}-?[0-9]{4}(?![\p{L}\p{N}_]|-[0-9])/gu

/** One ten-digit number in ten passes Luhn: without hyphen, inside a text, it takes a context word as well. */
function judge(match: string, text: string): Judgement | null {
  if (!passesLuhn(digitsOf(match).slice(-10))) return null
  return { score: match.includes('-') || text.trim() === match ? 1 : 0.3, checksum: true }
}

/** The Swedish number of companies and associations. */
export const seOrganisationsnummer = defineTextRecognizer({
  id: 'se-organisationsnummer',
  entity: 'SE_ORGANISATIONSNUMMER',
  title: 'Swedish organisation number',
  source: 'Skatteverket, SKV 709: group of legal form, third digit from 2, Luhn',
  presidio: 'SeOrganisationsnummerRecognizer',
  locale: 'se',
  languages: ['sv', 'en'],
  gate: { digits: 10 },
  patterns: [],
  find: findByPattern('organisation number', SHAPE, judge),
  context: ['organisationsnummer', 'orgnr', 'org.nr', 'företag', 'organisationsnr', 'company'],
  against: ['ordrenr', 'ordrenummer', 'ordre', 'order', 'faktura', 'invoice', 'varenr'],
  examples: { found: ['212000-0142', '2120000142', '556703-7485'], ignored: ['19001309-2393', '55670x-7485', '556703-7486'] },
})
