import { join, sql, type Sql } from './sql.ts'

/** Texts that stand for "no value" in exports, in lower case. `0`, `no` and `none` are values. */
export const MISSING_WORDS = ['n/a', 'n.a.', '#n/a', 'null', '(null)', '<null>', 'nan', '-', '--', '?'] as const

/** White space inside a character class, as RE2 and JavaScript both read it: ASCII blanks and NBSP. */
export const BLANKS = '\\s\u00a0'

const WORDS = MISSING_WORDS.map((word) => word.replace(/[.?()]/g, '[$&]')).join('|')

/** Every text that may be blank, and few others. Texts are compared by their bytes, which looks at the first four and no further. */
function startsBlank(text: Sql): Sql {
  return sql`(${text} < '!' or ${text} between ${'\u00a0'} and ${'\u00a1'})`
}

/** Every text that starts with a blank or as a missing word may, and few others. */
function mayBeMissing(text: Sql): Sql {
  const starts = [
    ['<', '@'],
    ['N', 'O'],
    ['n', 'o'],
    ['\u00a0', '\u00a1'],
  ].map(([from = '', to = '']) => sql`${text} between ${from} and ${to}`)
  return sql`(${text} < '.' or ${join(starts, ' or ')}) and (strlen(${text}) <= 10 or ${startsBlank(text)})`
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
  return sql`(${text} is null or (case when ${mayBeMissing(text)} then ${matchesMissing(text)} else false end))`
}

/** The same for a column that has few different texts: DuckDB runs a function once for each entry of a file's dictionary, but compares every cell. */
export function isMissingOfFew(text: Sql): Sql {
  return sql`(${text} is null or (case when ${matchesMissing(text)} then strlen(${text}) <= 10 or ${startsBlank(text)} else false end))`
}

function matchesMissing(text: Sql): Sql {
  return sql`regexp_full_match(${text}, ${`(?i)[${BLANKS}]*(?:${WORDS})?[${BLANKS}]*`})`
}

/** The text itself, or NULL where it is missing. */
export function presentText(text: Sql): Sql {
  return sql`(case when ${isMissing(text)} then null else ${text} end)`
}
