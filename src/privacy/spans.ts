import { join, raw, sql, type Sql } from '../core/sql.ts'
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

/** True where a text has the shape of any of them somewhere: one pass instead of one for each. */
export function hasAnyShape(wanted: readonly Recognizer[], text: Sql): Sql {
  return sql`regexp_matches(${text}, ${wanted.flatMap((recognizer) => recognizer.spans.map((span) => `(?:${span.pattern})`)).join('|')})`
}

/** True where a whole cell may be the entity, checksum included; white space around it is ignored. */
export function isWhole(recognizer: Recognizer, cell: Sql): Sql {
  const shaped = sql`regexp_full_match(${cell}, ${`[${BLANKS}]*(?:${recognizer.whole})[${BLANKS}]*`})`
  return recognizer.confirmWhole === undefined
    ? shaped
    : sql`(case when ${shaped} then ${recognizer.confirmWhole(sql`trim(${cell})`)} else false end)`
}

/** True where a whole cell is the entity and few other things would pass. */
export function isSurely(recognizer: Recognizer, cell: Sql): Sql {
  const { strong } = recognizer
  if (strong === undefined) return isWhole(recognizer, cell)
  const sure = strong(sql`trim(${cell})`)
  return recognizer.strongIsWhole === true ? sure : sql`(case when ${isWhole(recognizer, cell)} then ${sure} else false end)`
}

/** True where a text holds at all what every match holds; much cheaper than the patterns. */
export function mayHold({ needs }: Recognizer, text: Sql): Sql {
  if (needs === 'at') return sql`contains(${text}, '@')`
  if (needs === 'digits') return sql`(strlen(${text}) >= 8 and regexp_matches(${text}, ${DIGIT_RUN}))`
  return sql`(contains(${text}, ':') or (contains(${text}, '.') and regexp_matches(${text}, ${DOTTED})))`
}

/** A day in six digits, the sign of a century and four characters, as Finnish codes and Swedish numbers with a plus are written. */
const SIGNED_DAY = '[0-9]{6}[-+A-FU-Y][0-9]{3}[0-9A-Y]'
/** Eight digits with at most two separators between them: fewer are no phone number, card, account or CPR number. Or a day with a sign. */
export const DIGIT_RUN = `(?:[0-9](?:[ .()/\u00a0-]{0,2}[0-9]){7}|${SIGNED_DAY})`
/**
 * What a text holds at least in which a span made of digits stands: ten digits, a plus with a digit, pairs of digits, or a word for a phone.
 * Eight bare digits in a sentence are none of these, and most sentences with a number hold no more. One pass, before the spans themselves.
 */
export const DIGITS_IN_TEXT =
  `${SIGNED_DAY}|` + '[0-9](?:[ .()/\u00a0-]{0,2}[0-9]){9}|[+][1-9]|[0-9]{2}(?: [0-9]{2}){3}|(?i:tlf|tel|mob|phone|fax|ring|sms|call)'
export const DOTTED = '[0-9][.][0-9]{1,3}[.][0-9]'

/**
 * The text with every entity of these kinds replaced by its token, e.g. `<EMAIL_ADDRESS>`. The longest first: a number may stand inside a longer
 * one. Cells that can hold none cost one cheap test. A lambda inside a lambda would be paid for by every row, so what to replace by what
 * travels as one text: length, token, separator, span.
 */
export function replaceSpans(wanted: readonly Recognizer[], text: Sql, label: (recognizer: Recognizer) => string = idLabel): Sql {
  const may = join(
    wanted.map((recognizer) => mayHold(recognizer, text)),
    ' or ',
  )
  return sql`(case when ${may} then ${replaceInOnePass(wanted, text, label) ?? replaceLongestFirst(wanted, text, label)} else ${text} end)`
}

type Label = (recognizer: Recognizer) => string
const idLabel: Label = ({ id: entity }) => `<${entity}>`

/** Where one pattern alone says what a span is; a fifth of the cost. Null elsewhere. */
function replaceInOnePass([recognizer, ...others]: readonly Recognizer[], text: Sql, label: Label): Sql | null {
  const [span, ...spans] = recognizer?.spans ?? []
  if (recognizer === undefined || span === undefined || others.length > 0 || spans.length > 0) return null
  if (span.standsAlone !== true || span.confirm !== undefined || span.group !== 0) return null
  return sql`regexp_replace(${text}, ${span.pattern}, ${label(recognizer).replaceAll('\\', '\\\\')}, 'g')`
}

function replaceLongestFirst(wanted: readonly Recognizer[], text: Sql, label: Label): Sql {
  const orders = wanted.map((recognizer) => {
    const head = sql`${label(recognizer)} || ${SEPARATOR}`
    return sql`list_transform(${spansIn(recognizer, text)}, lambda found: lpad(length(found)::varchar, 8, '0') || ${head} || found)`
  })
  const all = orders.slice(1).reduce((one, next) => sql`list_concat(${one}, ${next})`, orders[0]!)
  const steps = sql`list_prepend(${text}, list_reverse_sort(list_distinct(${all})))`
  const replace = sql`replace(changed, split_part(step, ${SEPARATOR}, 2), substr(split_part(step, ${SEPARATOR}, 1), 9))`
  return sql`list_reduce(${steps}, lambda changed, step: ${replace})`
}

/** No pattern matches it. */
const SEPARATOR = raw('chr(1)')

/** The entities inside a text in JavaScript, by the same patterns and checks. */
export function findSpans(recognizer: Recognizer, text: string): string[] {
  return locateSpans(recognizer, text).map(({ start, end }) => text.slice(start, end))
}

const compiled = new Map<string, RegExp>()

/** Where the entities of a text are, in UTF-16 code units; they may overlap. */
export function locateSpans(recognizer: Recognizer, text: string): { start: number; end: number }[] {
  if (recognizer.needs === 'at' && !text.includes('@')) return []
  if (recognizer.needs === 'digits' && !/[0-9].*[0-9]/s.test(text)) return []
  return recognizer.spans.flatMap(({ pattern, group, confirm }) => {
    const regex = compiled.get(pattern) ?? new RegExp(pattern, 'gu')
    compiled.set(pattern, regex)
    return [...text.matchAll(regex)].flatMap((match) => {
      const span = match[group] ?? ''
      if (span === '' || (confirm !== undefined && !confirm.text(span))) return []
      const start = match.index + (group === 0 ? 0 : match[0].lastIndexOf(span))
      return [{ start, end: start + span.length }]
    })
  })
}
