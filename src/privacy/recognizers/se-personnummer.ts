import { sql, type Sql } from '../../core/sql.ts'
import { passesLuhn, passesModulus11 } from '../check-digits.ts'
import { dayPattern } from '../day-pattern.ts'
import { defineRecognizer } from '../recognizer.ts'
import { digitsOf, weightedSum } from '../text/checksums.ts'
import { passesPersonnummer, sePersonnummer as inText } from '../text/recognizers/se-personnummer.ts'

const DAY = dayPattern('ymd', { day: [60] })
const SIGNED = `(?:18|19|20)?${DAY}[-+][0-9]{4}`
const TWELVE = `(?:18|19|20)${DAY}[0-9]{4}`
const WHOLE = `${SIGNED}|(?:18|19|20)?${DAY}[0-9]{4}`
/** 1800 and 1900 had no 29 February, which the two digits of a year cannot tell. */
const NO_DAY = '^1[89]00(?:0229|0289)'

const lastTen = (match: Sql): Sql => sql`right(replace(replace(${match}, '-', ''), '+', ''), 10)`
const isPersonnummer = {
  sql: (match: Sql) => sql`(case when regexp_matches(${match}, ${NO_DAY}) then false else ${passesLuhn(lastTen(match))} end)`,
  text: passesPersonnummer,
}

/** Ten digits that are a Danish number too, check digit included, are taken for one where text says no more. */
const DANISH = `${dayPattern('dmy')}-?[0-9]{4}`
const CPR_WEIGHTS = [4, 3, 2, 7, 6, 5, 4, 3, 2, 1]
const isNotDanish = {
  sql: (match: Sql) =>
    sql`(case when not ${isPersonnummer.sql(match)} then false when regexp_full_match(${match}, ${DANISH}) then not ${passesModulus11(lastTen(match), CPR_WEIGHTS)} else true end)`,
  text: (match: string) => {
    const isDanish = new RegExp(`^${DANISH}$`, 'u').test(match) && weightedSum(digitsOf(match), CPR_WEIGHTS) % 11 === 0
    return !isDanish && passesPersonnummer(match)
  },
}

export const sePersonnummer = defineRecognizer({
  id: 'SE_PERSONNUMMER',
  title: 'Swedish personal identity number',
  source: inText.source,
  needs: 'digits',
  spans: [
    { pattern: `\\b(?:${SIGNED}|${TWELVE})\\b`, group: 0, confirm: isNotDanish },
    { pattern: `(?i:personnummer|personnr|pnr|samordningsnummer)[^0-9]{0,12}(${DAY}[0-9]{4})\\b`, group: 1, confirm: isPersonnummer },
  ],
  whole: WHOLE,
  confirmWhole: isPersonnummer.sql,
  digits: {
    min: 10,
    max: 12,
    padded: false,
    needsContext: false,
    confirm: (digits) =>
      sql`(case when strlen(${digits}) <> 11 and regexp_full_match(${digits}, ${WHOLE}) then ${isPersonnummer.sql(digits)} else false end)`,
  },
  chance: 0.1,
  strongShare: 0,
  context: ['personnummer', 'personnr', 'pnr', 'samordningsnummer'],
  against: ['order', 'ordre', 'invoice', 'faktura', 'cpr', 'cprnr', 'organisationsnummer', 'orgnr'],
  patternScore: 0.9,
  confirmedScore: 0.9,
  normalise: (cell) => lastTen(sql`trim(${cell})`),
  mask: () => sql`'******-****'`,
  examples: {
    found: ['811218-9876', '811278-9873', '121212+1212', '189004119807', '19910924-2397'],
    ignored: ['18970c17-9809', '811218-9875', '19000229-0004', '811318-9876'],
  },
})
