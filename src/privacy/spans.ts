import { raw, sql, type Sql } from '../core/sql.ts'
import { BLANKS } from '../core/missing.ts'
import type { Recognizer, Span } from './recognizer.ts'

/** The entities inside a text, as SQL: a list of texts, empty where there are none. */
export function spansIn(recognizer: Recognizer, text: Sql): Sql {
  const lists = recognizer.spans.map((span) => matchesOf(span, text))
  return lists.slice(1).reduce((all, next) => sql`list_concat(${all}, ${next})`, lists[0]!)
}

function matchesOf({ pattern, group, confirm }: Span, text: Sql): Sql {
  const matches = sql`regexp_extract_all(${text}, ${pattern}, ${group})`
  return confirm === undefined ? matches : sql`list_filter(${matches}, lambda span: ${confirm.sql(raw('span'))})`
}

/** True where a text has the shape of the entity somewhere, confirmed or not: the ones that chance is reckoned over. */
export function hasShape(recognizer: Recognizer, text: Sql): Sql {
  return sql`regexp_matches(${text}, ${recognizer.spans.map((span) => `(?:${span.pattern})`).join('|')})`
}

/** True where a whole cell may be the entity, checksum included; white space around it is ignored. */
export function isWhole(recognizer: Recognizer, cell: Sql): Sql {
  const shaped = sql`regexp_full_match(${cell}, ${`[${BLANKS}]*(?:${recognizer.whole})[${BLANKS}]*`})`
  return recognizer.confirmWhole === undefined ? shaped : sql`(case when ${shaped} then ${recognizer.confirmWhole(sql`trim(${cell})`)} else false end)`
}

/** The text with every entity of this kind replaced by its token, e.g. `<EMAIL_ADDRESS>`. */
export function replaceSpans(recognizer: Recognizer, text: Sql): Sql {
  const token = `<${recognizer.id}>`
  const [only] = recognizer.spans
  if (recognizer.spans.length === 1 && only?.confirm === undefined && only?.group === 0) return sql`regexp_replace(${text}, ${only.pattern}, ${token}, 'g')`
  // The longest first: a number may stand inside a longer one.
  const found = sql`list_sort(list_distinct(${spansIn(recognizer, raw('whole'))}), 'desc')`
  return sql`list_transform([${text}], lambda whole: list_reduce(list_prepend(whole, ${found}), lambda changed, span: replace(changed, span, ${token})))[1]`
}

/** The entities inside a text in JavaScript, by the same patterns and checks. */
export function findSpans(recognizer: Recognizer, text: string): string[] {
  if (recognizer.needs === 'at' && !text.includes('@')) return []
  return recognizer.spans.flatMap(({ pattern, group, confirm }) =>
    [...text.matchAll(new RegExp(pattern, 'gu'))].map((match) => match[group] ?? '').filter((span) => confirm === undefined || confirm.text(span)),
  )
}
