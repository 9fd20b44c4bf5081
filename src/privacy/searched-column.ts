import { BLANKS, isMissing, presentText } from '../core/missing.ts'
import { id, join, raw, sql, type Sql } from '../core/sql.ts'
import { hasContext } from './column-context.ts'
import type { CellCounts } from './decide.ts'
import type { Recognizer } from './recognizer.ts'
import { emailAddress } from './recognizers/email-address.ts'
import { recognizers } from './recognizers/index.ts'
import type { Lead } from './sampling/extent.ts'
import { DIGIT_RUN, DIGITS_IN_TEXT, DOTTED, hasAnyShape, hasShape, isSurely, isWhole, spansIn } from './spans.ts'

/** A column to classify. `type` is the DuckDB type its values have, or were found to have: a date is not searched for cards. */
export interface ClassifiedColumn {
  name: string
  type: string
}

/** How a column is searched: what changes the cost of it, never what is found. */
export interface SearchPlan {
  /** Column of the relation that says for how many rows one stands; null where each is one. */
  weight?: Sql | null
  /** What most cells are, as far as the first rows tell: those that surely are need no further test. */
  lead?: Lead | null
  /** All that read the column's type unless told. */
  wanted?: readonly Recognizer[]
}

const INTEGER = /^(?:U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?|DECIMAL\(\d+,0\))$/

/** Bytes of the longest cell that is one entity, other than an e-mail address: an IBAN with a separator after each character. */
const LONGEST_WHOLE = 80
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

/** Bytes of the longest cell that is kept for the second scan. */
const LONGEST_REST = 200

const COUNTED = ['whole', 'strong', 'shape', 'inside'] as const

/** The expressions of one column in the scans; all names in it are made here. */
export class SearchedColumn {
  readonly column: ClassifiedColumn
  readonly index: number
  readonly text: Sql
  readonly recognizers: readonly Recognizer[]
  readonly lead: Recognizer | null
  /** Whether the lead is told by what resembles it, and counted in the sample. */
  readonly isLeadSampled: boolean
  private readonly isInteger: boolean
  private readonly weight: Sql | null

  constructor(column: ClassifiedColumn, index: number, { weight = null, lead = null, wanted }: SearchPlan = {}) {
    this.column = column
    this.index = index
    this.text = raw(`t${index}`)
    this.weight = weight
    this.isInteger = INTEGER.test(column.type)
    this.lead = this.isInteger ? null : (lead?.recognizer ?? null)
    this.isLeadSampled = this.lead !== null && lead?.isSampled === true
    this.recognizers =
      wanted ??
      (this.isInteger ? recognizers.filter((recognizer) => this.readsDigits(recognizer)) : column.type === 'VARCHAR' ? recognizers : [])
  }

  /** The same column with the recognizers alone that the first scan gives reason to try. */
  narrowed(flags: Record<string, unknown>): SearchedColumn {
    const count = (name: string) => Number(flags[`${name}${this.index}`] ?? 0)
    const fits = (recognizer: Recognizer) => {
      const lengths = this.bareLengths(recognizer)
      return lengths !== null && lengths.min <= count('longest') && lengths.max >= count('shortest')
    }
    const wanted = this.isInteger ? this.recognizers.filter(fits) : count('any') > 0 ? this.recognizers : []
    const lead = this.lead === null ? null : { recognizer: this.lead, isSampled: this.isLeadSampled }
    return new SearchedColumn(this.column, this.index, { weight: this.weight, lead, wanted })
  }

  /** What the first scan counts. */
  firstCounts(): Sql {
    const { index, text } = this
    const named = (value: Sql, name: string) => sql`${value} as ${raw(`${name}${index}`)}`
    if (this.isInteger) return join([named(sql`count(${text})`, 'present'), ...this.integerLengths()])
    const any = named(this.count(raw(`any${index}`)), 'any')
    if (this.lead === null) return any
    const present = sql`case when ${raw(`lead${index}`)} then true else not ${isMissing(text)} end`
    return join([any, named(this.count(raw(`lead${index}`)), 'lead'), named(this.count(present), 'present')])
  }

  /** Numbers become text only where some are as long as a recognizer asks. */
  private integerLengths(): Sql[] {
    const { index, text } = this
    const digits = (end: string) => sql`strlen(${raw(end)}(${text})::varchar)`
    const shortest = sql`(case when min(${text}) < 0 then 1 else ${digits('min')} end)`
    const longest = sql`greatest(${digits('min')}, ${digits('max')})`
    return [sql`${shortest} as ${raw(`shortest${index}`)}`, sql`${longest} as ${raw(`longest${index}`)}`]
  }

  /** Texts of the rows taken at random as one list; where each row is a value that stands for several rows, as many values as wanted with their weight. */
  taken(values: number): Sql {
    const [cut, name] = [raw(`cut${this.index}`), raw(`taken${this.index}`)]
    if (this.weight === null) return sql`list(${cut}) filter (where ${cut} is not null) as ${name}`
    return sql`min_by(struct_pack(t := ${cut}, w := ${this.weight}), random(), ${values}) filter (where ${cut} is not null) as ${name}`
  }

  /** The cell as far as a sample looks at it, NULL in rows that were not taken: an aggregate's filter does not spare it the work on its argument. */
  cut(characters: number): Sql {
    const text = this.isInteger ? sql`${this.text}::varchar` : sql`left(${presentText(this.text)}, ${characters})`
    return sql`${this.weight === null ? sql`case when atlas_taken then ${text} end` : text} as ${raw(`cut${this.index}`)}`
  }

  /** Cells in which anything could be, at most so many, so that the second scan need not look for them again. */
  rest(cells: number): Sql[] {
    if (this.isInteger || this.weight !== null) return []
    const { index, text } = this
    return [
      sql`min_by(${text}, 0, ${cells}) filter (where ${raw(`any${index}`)} and strlen(${text}) <= ${LONGEST_REST}) as ${raw(`rest${index}`)}`,
    ]
  }

  /** Whether all those cells were kept. */
  isRestKept(flags: Record<string, unknown>): boolean {
    const kept = flags[`kept${this.index}`]
    return !this.isInteger && this.weight === null && Number(kept ?? 0) === Number(flags[`any${this.index}`])
  }

  /** Counted by a scan of its own where it is not known: most columns hold nothing and need no number. */
  presentCount(): Sql {
    return sql`${this.count(sql`not ${isMissing(this.text)}`)} as ${raw(`present${this.index}`)}`
  }

  knowsPresent(): boolean {
    return this.isInteger || this.lead !== null
  }

  /** What the second scan counts. */
  counts(recognizer: Recognizer): Sql {
    return join(COUNTED.map((kind) => sql`${this.count(this.key(kind, recognizer))} as ${this.key(kind, recognizer)}`))
  }

  /** Rows for which the test is true: each row of the relation stands for as many as its weight. */
  private count(test: Sql): Sql {
    return this.weight === null
      ? sql`count(*) filter (where ${test})`
      : sql`coalesce(sum(${this.weight}) filter (where ${test}), 0)::bigint`
  }

  /** Counts of both scans: what the first has settled is not looked at by the second. */
  read(recognizer: Recognizer, flags: Record<string, unknown>, row: Record<string, unknown>): CellCounts {
    const numbers = COUNTED.map((kind) => Number(row[this.key(kind, recognizer).text] ?? 0))
    const [whole = 0, strong = 0, shape = 0, inside = 0] = numbers
    const led = recognizer === this.lead && !this.isLeadSampled ? Number(flags[`lead${this.index}`]) : 0
    return { whole: whole + led, strong: strong + led, shape: shape + led, inside: inside + led }
  }

  /** Of the rows taken, in the list of `taken`: those present, and those that are the lead, surely or as far as its shape goes. */
  sampledLead(from: Sql): Sql {
    const { lead, index } = this
    if (lead === null) return raw('select null')
    const whole = isWhole(lead, raw('t'))
    const strong = lead.strong === undefined ? raw('w') : sql`case when w then ${lead.strong(sql`trim(t)`)} else false end`
    const cells = sql`(select t, ${whole} as w from (select unnest(${raw(`taken${index}`)}) as t from ${from}))`
    return sql`select count(*) as present, count(*) filter (where w) as whole, count(*) filter (where ${strong}) as strong from ${cells}`
  }

  key(kind: string, recognizer: Recognizer): Sql {
    return raw(`${kind}${this.index}_${recognizer.id}`)
  }

  /** The cell for the first scan: numbers as numbers. No recognizer takes what stands for a missing value for anything. */
  cellColumn(): Sql {
    return this.isInteger ? sql`try_cast(${id(this.column.name)} as hugeint) as ${this.text}` : this.textColumn()
  }

  textColumn(): Sql {
    return sql`${id(this.column.name)}::varchar as ${this.text}`
  }

  /** Cells that surely are what most are. */
  led(): Sql[] {
    if (this.lead === null) return []
    return [this.flag('lead', this.isLeadSampled ? (this.lead.resembles?.(this.text) ?? raw('false')) : isSurely(this.lead, this.text))]
  }

  /** The others in which anything could be: one pattern for all recognizers. */
  any(): Sql[] {
    if (this.isInteger) return []
    const may = sql`regexp_matches(${this.text}, ${MAY_HOLD})`
    return [this.flag('any', this.lead === null ? may : sql`case when ${raw(`lead${this.index}`)} then false else ${may} end`)]
  }

  /** Of cells in which something could be: those that are digits alone, which their length settles, or an e-mail address and nothing else. */
  settled(): Sql {
    const { text, isInteger, index } = this
    if (isInteger) return this.flag('bare', sql`${text} is not null`)
    const among = (test: Sql) => sql`case when not ${raw(`any${index}`)} then false ${test} else false end`
    return join([
      this.flag('bare', among(sql`when ascii(${text}) between 48 and 57 then regexp_full_match(${text}, '[0-9]+')`)),
      this.flag('mail', among(sql`when contains(${text}, '@') then regexp_full_match(${text}, ${emailAddress.whole})`)),
    ])
  }

  /** What the other cells hold at all. */
  flags(): Sql {
    const { text, index } = this
    if (this.isInteger) return this.flag('at', raw('false'))
    const open = (test: Sql) =>
      sql`case when not ${raw(`any${index}`)} or ${raw(`bare${index}`)} or ${raw(`mail${index}`)} then false ${test} else false end`
    const dotted = sql`when contains(${text}, ':') then true when contains(${text}, '.') then regexp_matches(${text}, ${DOTTED})`
    return join([
      this.flag('at', sql`case when ${raw(`any${index}`)} then contains(${text}, '@') else false end`),
      this.flag('digits', open(sql`when strlen(${text}) >= 8 then ${this.mayHoldDigits()}`)),
      this.flag('dotted', open(dotted)),
    ])
  }

  /** Long text, and text that begins with a word, is no entity as a whole, so that it must have the shape of one somewhere. */
  private mayHoldDigits(): Sql {
    const { text } = this
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

  private flag(name: string, test: Sql): Sql {
    return sql`coalesce(${test}, false) as ${raw(`${name}${this.index}`)}`
  }

  whole(recognizer: Recognizer): Sql {
    const { digits } = recognizer
    const bare =
      digits === null
        ? sql``
        : sql`when ${this.bareGuard(recognizer)} then ${digits.confirm === null ? raw('true') : digits.confirm(this.cell(recognizer))}`
    // An e-mail address may be as long as it likes.
    const length = recognizer.needs === 'at' ? sql`` : sql`and strlen(${this.text}) <= ${LONGEST_WHOLE}`
    return this.as(
      'whole',
      recognizer,
      sql`case ${bare} when ${this.textGuard(recognizer)} ${length} then ${isWhole(recognizer, this.text)} else false end`,
    )
  }

  strong(recognizer: Recognizer): Sql {
    const whole = this.key('whole', recognizer)
    return this.as(
      'strong',
      recognizer,
      recognizer.strong === undefined
        ? whole
        : sql`case when ${whole} then ${recognizer.strong(sql`trim(${this.cell(recognizer)})`)} else false end`,
    )
  }

  /** Digits alone have the shape when they are long enough; a cell that is the entity needs no further look. */
  shape(recognizer: Recognizer): Sql {
    return this.as(
      'shape',
      recognizer,
      sql`case when ${this.key('whole', recognizer)}${recognizer.digits?.confirm == null ? sql`` : sql` or ${this.bareGuard(recognizer)}`} then true when ${this.textGuard(recognizer)} then ${hasShape(recognizer, this.text)} else false end`,
    )
  }

  /** A strong cell holds the entity; of the others only text is searched. */
  inside(recognizer: Recognizer): Sql {
    const search = sql`when ${this.key('shape', recognizer)} and ${this.textGuard(recognizer)} then len(${spansIn(recognizer, this.text)}) > 0`
    return this.as(
      'inside',
      recognizer,
      sql`case when ${this.key('strong', recognizer)} then true ${this.isInteger ? raw('') : search} else false end`,
    )
  }

  private as(kind: string, recognizer: Recognizer, test: Sql): Sql {
    return sql`(${test}) as ${this.key(kind, recognizer)}`
  }

  /** Zeros lost in front of a number are put back. */
  private cell({ digits }: Recognizer): Sql {
    return this.isInteger && digits?.padded === true ? sql`lpad(${this.text}, ${digits.max}, '0')` : this.text
  }

  private readsDigits({ digits, context }: Recognizer): boolean {
    return digits !== null && (!digits.needsContext || hasContext(this.column.name, context))
  }

  /** Cells of digits alone are decided by their length, which spares the patterns for identifiers and amounts. */
  private bareGuard(recognizer: Recognizer): Sql {
    const lengths = this.bareLengths(recognizer)
    return lengths === null
      ? raw('false')
      : sql`(${raw(`bare${this.index}`)} and strlen(${this.text}) between ${lengths.min} and ${lengths.max})`
  }

  private bareLengths(recognizer: Recognizer): { min: number; max: number } | null {
    const { digits } = recognizer
    if (digits === null || !this.readsDigits(recognizer)) return null
    return { min: this.isInteger && digits.padded ? digits.min - 1 : digits.min, max: digits.max }
  }

  private textGuard({ needs }: Recognizer): Sql {
    return raw(this.isInteger ? 'false' : `${needs}${this.index}`)
  }
}
