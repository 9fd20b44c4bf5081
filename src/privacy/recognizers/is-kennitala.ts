import { sql, type Sql } from '../../core/sql.ts'
import { withoutSeparators } from '../bind.ts'
import { passesModulus11 } from '../check-digits.ts'
import { dayPattern } from '../day-pattern.ts'
import { defineRecognizer } from '../recognizer.ts'
import { weightedSum } from '../text/checksums.ts'
import { isKennitala as inText } from '../text/recognizers/is-kennitala.ts'

const WEIGHTS = [3, 2, 7, 6, 5, 4, 3, 2, 1]
/** Companies add 40 to the day; the last digit says the century, of whose years with 00 only 2000 had a 29 February. */
const DAY = dayPattern('dmy', { day: [40] })
const KENNITALA = `${DAY}[- ]?[0-9]{3}[089]`
const NO_DAY = '^[26]90200.*[89]$'

const isReal = (match: Sql): Sql => sql`not regexp_matches(${match}, ${NO_DAY})`
/** Inside text the check digit must be right, which numbers given since February 2026 need not have: the shape is that of a Danish number. */
const isChecked = {
  sql: (match: Sql) => sql`(case when ${isReal(match)} then ${passesModulus11(withoutSeparators(match), WEIGHTS)} else false end)`,
  text: (match: string) => !new RegExp(NO_DAY, 'u').test(match) && weightedSum(match.replace(/[- ]/g, ''), WEIGHTS) % 11 === 0,
}

export const isKennitala = defineRecognizer({
  id: 'IS_KENNITALA',
  title: 'Icelandic identity number',
  source: inText.source,
  needs: 'digits',
  spans: [{ pattern: `\\b${DAY}-[0-9]{3}[089]\\b`, group: 0, confirm: isChecked }],
  whole: KENNITALA,
  confirmWhole: isReal,
  strong: isChecked.sql,
  digits: {
    min: 10,
    max: 10,
    padded: true,
    needsContext: false,
    confirm: (digits) => sql`(case when regexp_full_match(${digits}, ${KENNITALA}) then ${isChecked.sql(digits)} else false end)`,
  },
  chance: 0.1,
  strongShare: 0.5,
  context: ['kennitala', 'kt'],
  against: ['order', 'ordre', 'invoice', 'faktura', 'cpr', 'cprnr', 'epoch', 'timestamp'],
  patternScore: 0.7,
  confirmedScore: 0.9,
  normalise: (cell) => withoutSeparators(sql`trim(${cell})`),
  mask: () => sql`'******-****'`,
  examples: { found: ['120160-3389', '120174-3399'], ignored: ['120160-3394', '321260-3399', '120160-33990', '290200-1239'] },
})
