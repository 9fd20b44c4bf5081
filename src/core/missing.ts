import { join, sql, type Sql } from './sql.ts'

/** Texts that stand for "no value" in exports, in lower case. `0`, `no` and `none` are values. */
export const MISSING_WORDS = ['n/a', 'n.a.', '#n/a', 'null', '(null)', '<null>', 'nan', '-', '--', '?'] as const

/** White space inside a character class, as RE2 and JavaScript both read it: ASCII blanks and NBSP. */
export const BLANKS = '\\s\u00a0'

/** Code points that a missing word can start with. */
const WORD_STARTS = [...new Set(MISSING_WORDS.flatMap((word) => [word.charCodeAt(0), word.toUpperCase().charCodeAt(0)]))]
const WORDS = MISSING_WORDS.map((word) => word.replace(/[.?()]/g, '[$&]')).join('|')

/** Every text that may be blank, and few others; `ascii` says 0 of the empty text. Compared, not listed: DuckDB makes a join of a list. */
function startsBlank(text: Sql): Sql {
  return sql`(ascii(${text}) <= 32 or ascii(${text}) = 160)`
}

/** True where a text is empty or only white space (NBSP included); false otherwise, and on NULL. */
export function isBlank(text: Sql): Sql {
  return sql`(case when ${startsBlank(text)} then regexp_full_match(${text}, ${`[${BLANKS}]*`}) else false end)`
}

/**
 * True where a text holds no value: NULL, blank, or one of `MISSING_WORDS` in any case with white space around it. Never NULL.
 * The first character decides for most cells, so that the pattern runs on few.
 */
export function isMissing(text: Sql): Sql {
  const pattern = sql`regexp_full_match(${text}, ${`(?i)[${BLANKS}]*(?:${WORDS})?[${BLANKS}]*`})`
  const starts = join(
    WORD_STARTS.map((code) => sql`ascii(${text}) = ${code}`),
    ' or ',
  )
  const startsLikeWord = sql`strlen(${text}) <= 10 and (${starts})`
  return sql`(case when ${text} is null then true when ${startsBlank(text)} then ${pattern} when ${startsLikeWord} then ${pattern} else false end)`
}

/** The text itself, or NULL where it is missing. */
export function presentText(text: Sql): Sql {
  return sql`(case when ${isMissing(text)} then null else ${text} end)`
}
