import { sql, type Sql } from '../../core/sql.ts'
import { dayPattern } from '../day-pattern.ts'
import { defineRecognizer } from '../recognizer.ts'
import { fiPersonalIdentityCode as inText } from '../text/recognizers/fi-personal-identity-code.ts'

const CODE = `${dayPattern('dmy')}[-+A-FU-Y][0-9]{3}[0-9A-FHJ-NPR-Y]`
/** Of the years that end in 00 only 2000 had a 29 February; individual numbers begin at 002. */
const NO_CODE = '^290200[-+U-Y]|^.{7}00[01]'
const CHECK = '0123456789ABCDEFHJKLMNPRSTUVWXY'

const isCode = {
  sql: (match: Sql) => {
    const rest = sql`(coalesce(try_cast(substr(${match}, 1, 6) || substr(${match}, 8, 3) as bigint), 0) % 31)`
    return sql`(case when regexp_matches(${match}, ${NO_CODE}) then false else right(${match}, 1) = substr(${CHECK}, ${rest} + 1, 1) end)`
  },
  text: (match: string) => inText.validate?.(match, {}) === true,
}

export const fiPersonalIdentityCode = defineRecognizer({
  id: 'FI_PERSONAL_IDENTITY_CODE',
  title: 'Finnish personal identity code',
  source: inText.source,
  needs: 'digits',
  spans: [{ pattern: `\\b${CODE}\\b`, group: 0, confirm: isCode }],
  whole: CODE,
  confirmWhole: (cell) => isCode.sql(cell),
  digits: null,
  chance: 0.033,
  strongShare: 0,
  context: ['hetu', 'henkilotunnus', 'personbeteckning'],
  against: [],
  patternScore: 0.97,
  confirmedScore: 0.97,
  normalise: (cell) => sql`upper(trim(${cell}))`,
  normalisesAnything: true,
  mask: () => sql`'******-****'`,
  examples: {
    found: ['131052-308T', '010594Y9032', '020594X903P', '020516C902J'],
    ignored: ['310289-211C', '010324A110G', '131052/308T', '131052-308X', '290200-1234'],
  },
})
