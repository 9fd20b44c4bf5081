import { raw, sql, type Sql } from './sql.ts'

/** Texts that stand for "no value" in exports, in lower case. `0`, `no` and `none` are values. */
export const MISSING_WORDS = ['n/a', 'n.a.', '#n/a', 'null', '(null)', '<null>', 'nan', '-', '--', '?'] as const

/** White space inside a character class, as RE2 and JavaScript both read it: ASCII blanks and NBSP. */
export const BLANKS = '\\s\u00a0'

/** Code points that a blank text can start with; 0 is what `ascii` says of the empty text. */
const BLANK_START = raw('(0, 9, 10, 11, 12, 13, 32, 160)')
/** Code points that a missing word can start with. */
const WORD_START = raw(
  `(${[...new Set(MISSING_WORDS.flatMap((word) => [word.charCodeAt(0), word.toUpperCase().charCodeAt(0)]))].join(', ')})`,
)
const WORDS = MISSING_WORDS.map((word) => word.replace(/[.?()]/g, '[$&]')).join('|')

/** True where a text is empty or only white space (NBSP included); false otherwise, and on NULL. */
export function isBlank(text: Sql): Sql {
  return sql`(case when ascii(${text}) in ${BLANK_START} then regexp_full_match(${text}, ${`[${BLANKS}]*`}) else false end)`
}

/**
 * True where a text holds no value: NULL, blank, or one of `MISSING_WORDS` in any case with white space around it. Never NULL.
 * The first character decides for most cells, so that the pattern runs on few.
 */
export function isMissing(text: Sql): Sql {
  const pattern = sql`regexp_full_match(${text}, ${`(?i)[${BLANKS}]*(?:${WORDS})?[${BLANKS}]*`})`
  return sql`(case when ${text} is null then true when ascii(${text}) in ${BLANK_START} then ${pattern} when ascii(${text}) in ${WORD_START} and strlen(${text}) <= 10 then ${pattern} else false end)`
}

/** The text itself, or NULL where it is missing. */
export function presentText(text: Sql): Sql {
  return sql`(case when ${isMissing(text)} then null else ${text} end)`
}
