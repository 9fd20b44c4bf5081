import { sql, type Sql } from '../../core/sql.ts'
import { withoutSeparators } from '../bind.ts'
import { passesModulus11 } from '../check-digits.ts'
import { defineRecognizer } from '../recognizer.ts'

const ANY_MONTH = '(?:0[1-9]|1[0-2])'
/** A day that exists; 29 February only in leap years, which the seventh digit tells apart for year 00. */
const DAY = [
  `(?:0[1-9]|1[0-9]|2[0-8])${ANY_MONTH}[0-9]{2}`,
  '(?:29|30)(?:0[13-9]|1[0-2])[0-9]{2}',
  '31(?:0[13578]|1[02])[0-9]{2}',
  '2902(?:0[48]|[2468][048]|[13579][26])',
].join('|')
const CPR = `(?:(?:${DAY})[ -]?[0-9]{4}|290200[ -]?[4-9][0-9]{3})`
const WEIGHTS = [4, 3, 2, 7, 6, 5, 4, 3, 2, 1]
const WORDS = '(?i:cpr|cprnr|personnr|personnummer|cpr-nummer|p-nr)'

/** Inside text ten bare digits say too little: written with its hyphen, or with a good check digit. */
const isLikely = {
  sql: (match: Sql) => sql`(case when contains(${match}, '-') then true else ${passesModulus11(withoutSeparators(match), WEIGHTS)} end)`,
  text: (match: string) => match.includes('-') || weightedSum(match.replace(/[ -]/g, '')) % 11 === 0,
}

function weightedSum(digits: string): number {
  return WEIGHTS.reduce((sum, weight, index) => sum + weight * Number(digits[index]), 0)
}

export const dkCpr = defineRecognizer({
  id: 'DK_CPR',
  title: 'Danish CPR number',
  source: 'cpr.dk, Personnummeret i CPR: a day that exists, century by the seventh digit; since October 2007 the modulus 11 digit may fail',
  needs: 'digits',
  spans: [
    { pattern: `\\b${CPR}\\b`, group: 0, confirm: isLikely },
    { pattern: `${WORDS}[^0-9]{0,12}(${CPR})\\b`, group: 1 },
  ],
  whole: CPR,
  strong: isLikely.sql,
  resembles: (cell) => sql`(strlen(${cell}) = 11 and contains(${cell}, '-'))`,
  digits: { min: 10, max: 10, padded: true, needsContext: false, confirm: (digits) => sql`regexp_full_match(${digits}, ${CPR})` },
  // Of numbers with a day that exists, one in eleven has a good check digit.
  chance: 1 / 11,
  strongShare: 0.5,
  context: ['cpr', 'cprnr', 'cprnummer', 'personnr', 'personnummer', 'ssn', 'pnr'],
  against: ['order', 'ordre', 'invoice', 'faktura', 'epoch', 'timestamp'],
  patternScore: 0.8,
  confirmedScore: 0.95,
  normalise: (cell) => withoutSeparators(sql`trim(${cell})`),
  mask: () => sql`'******-****'`,
  examples: {
    found: ['070761-4285', '0707614285', '010165-4321', '290200-4111', '311299-0000', '070761 4285'],
    ignored: ['320199-1234', '9912314567', '670761-1234', '290299-1234', '290200-0123', '310499-1234', '1712345678', '0203291WQ3'],
  },
})
