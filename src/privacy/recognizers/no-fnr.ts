import { sql, type Sql } from '../../core/sql.ts'
import { withoutSeparators } from '../bind.ts'
import { passesModulus11 } from '../check-digits.ts'
import { dayPattern } from '../day-pattern.ts'
import { defineRecognizer } from '../recognizer.ts'
import { noFnr as inText } from '../text/recognizers/no-fnr.ts'

/** D-numbers add 40 to the day, help numbers 40 to the month, test persons 65 or 80. */
const FNR = `${dayPattern('dmy', { day: [40], month: [40, 65, 80] })}[ \u00a0]?[0-9]{5}`
const isControlled = (digits: Sql): Sql =>
  sql`(case when ${passesModulus11(digits, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1])} then ${passesModulus11(digits, [3, 7, 6, 1, 8, 9, 4, 5, 2, 1])} else false end)`
const isFnr = {
  sql: (match: Sql) => isControlled(withoutSeparators(match)),
  text: (match: string) => inText.validate?.(match, {}) === true,
}

export const noFnr = defineRecognizer({
  id: 'NO_FNR',
  title: 'Norwegian national identity number',
  source: inText.source,
  needs: 'digits',
  spans: [{ pattern: `\\b${FNR}\\b`, group: 0, confirm: isFnr }],
  whole: FNR,
  confirmWhole: isFnr.sql,
  digits: {
    min: 11,
    max: 11,
    padded: true,
    needsContext: false,
    confirm: (digits) => sql`(case when regexp_full_match(${digits}, ${FNR}) then ${isControlled(digits)} else false end)`,
  },
  // Of numbers with a day that exists, one in 121 has both control digits.
  chance: 0.01,
  strongShare: 0,
  context: ['fnr', 'foedselsnummer', 'fodselsnummer', 'fodselsnr', 'dnummer', 'personnummer'],
  against: ['order', 'ordre', 'invoice', 'faktura', 'konto', 'kontonummer'],
  patternScore: 0.95,
  confirmedScore: 0.95,
  normalise: (cell) => withoutSeparators(sql`trim(${cell})`),
  mask: () => sql`'******-*****'`,
  examples: {
    found: ['31129956715', '71129956709', '311299 56715'],
    ignored: ['31129956725', '3112995671', '32129956715', '311299567150'],
  },
})
