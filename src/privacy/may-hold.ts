import { BLANKS } from '../core/missing.ts'
import { sql, type Sql } from '../core/sql.ts'
import { recognizers } from './recognizers/index.ts'
import { DIGIT_RUN, DIGITS_IN_TEXT, DOTTED, hasAnyShape } from './spans.ts'

/** Bytes of the longest cell that is one entity, other than an e-mail address: an IBAN with a separator after each character. */
export const LONGEST_WHOLE = 80
/** How a cell begins that is one entity made of digits: a digit, a bracket, a plus, or the country and check digits of an IBAN. */
const WHOLE_BEGINS = `^[${BLANKS}]*(?:[(+]?[0-9]|[A-Za-z]{2}[0-9]{2})`

/**
 * What a text holds at least in which any recognizer finds anything: one pass over the text, a tenth of the cost of asking them all. An `@`, the dots of an IP
 * address, digits alone, a run of digits in a text that begins like a number, or what stands for digits inside text.
 */
export const MAY_HOLD = [
  '@',
  DOTTED,
  '[0-9A-Fa-f]:[0-9A-Fa-f:]',
  '::',
  '^[0-9]{7,19}$',
  `(?s:${WHOLE_BEGINS}.*${DIGIT_RUN})`,
  DIGITS_IN_TEXT,
].join('|')

/** Long text, and text that begins with a word, is no entity as a whole, so that it must have the shape of one somewhere. */
export function mayHoldDigits(text: Sql): Sql {
  // A letter in front can only be an IBAN's country, which a glob tells for half of what a pattern costs.
  const letters = sql`when ascii(${text}) between 65 and 122 then ${text} glob '[A-Za-z][A-Za-z][0-9][0-9]*'`
  const begins = sql`(case when strlen(${text}) > ${LONGEST_WHOLE} then false ${letters} else regexp_matches(${text}, ${WHOLE_BEGINS}) end)`
  const run = sql`regexp_matches(${text}, ${DIGIT_RUN})`
  const shaped = hasAnyShape(
    recognizers.filter(({ needs }) => needs === 'digits'),
    text,
  )
  const inText = sql`case when ${run} then ${shaped} else false end`
  return sql`case when ${begins} then ${run} when regexp_matches(${text}, ${DIGITS_IN_TEXT}) then ${inText} else false end`
}
