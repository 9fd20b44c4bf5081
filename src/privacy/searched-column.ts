import { BLANKS, presentText } from '../core/missing.ts'
import { id, join, raw, sql, type Sql } from '../core/sql.ts'
import { hasContext } from './column-context.ts'
import type { CellCounts } from './decide.ts'
import type { Recognizer } from './recognizer.ts'
import { emailAddress } from './recognizers/email-address.ts'
import { recognizers } from './recognizers/index.ts'
import { DIGIT_RUN, DIGITS_IN_TEXT, DOTTED, hasAnyShape, hasShape, isWhole, spansIn } from './spans.ts'

/** A column to classify. `type` is the DuckDB type its values have, or were found to have: a date is not searched for cards. */
export interface ClassifiedColumn {
  name: string
  type: string
}

const INTEGER = /^(?:U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?|DECIMAL\(\d+,0\))$/

/** Bytes of the longest cell that is one entity, other than an e-mail address: an IBAN with a separator after each character. */
const LONGEST_WHOLE = 80
/** How a cell begins that is one entity made of digits: a digit, a bracket, a plus, or the country and check digits of an IBAN. */
const WHOLE_BEGINS = `^[${BLANKS}]*(?:[(+]?[0-9]|[A-Za-z]{2}[0-9]{2})`

const COUNTED = ['whole', 'strong', 'shape', 'inside'] as const

/** The expressions of one column in the scan; all names in it are made here. */
export class SearchedColumn {
  readonly column: ClassifiedColumn
  readonly index: number
  readonly text: Sql
  readonly recognizers: readonly Recognizer[]
  private readonly isInteger: boolean
  private readonly weight: Sql | null

  /** @param weight column of the relation that says for how many rows one stands; null where each is one */
  constructor(column: ClassifiedColumn, index: number, weight: Sql | null = null, wanted?: readonly Recognizer[]) {
    this.column = column
    this.index = index
    this.text = raw(`t${index}`)
    this.weight = weight
    this.isInteger = INTEGER.test(column.type)
    this.recognizers =
      wanted ??
      (this.isInteger ? recognizers.filter((recognizer) => this.readsDigits(recognizer)) : column.type === 'VARCHAR' ? recognizers : [])
  }

  /** The recognizers that some cell of the column gives reason to try. */
  narrowed(flags: Record<string, unknown>): SearchedColumn {
    const count = (name: string) => Number(flags[`${name}${this.index}_rows`] ?? 0)
    const [shortest, longest] = [Number(flags[`bare${this.index}_min`] ?? 0), Number(flags[`bare${this.index}_max`] ?? 0)]
    const wanted = this.recognizers.filter((recognizer) => {
      if (count(recognizer.needs) > 0) return true
      const lengths = count('bare') === 0 || recognizer.digits?.confirm === null ? null : this.bareLengths(recognizer)
      return lengths !== null && lengths.min <= longest && lengths.max >= shortest
    })
    return new SearchedColumn(this.column, this.index, this.weight, wanted)
  }

  flagCounts(): Sql {
    const counted = (this.isInteger ? ['bare'] : ['bare', 'mail', 'at', 'digits', 'dotted']).map(
      (name) => sql`${this.count(raw(`${name}${this.index}`))} as ${raw(`${name}${this.index}_rows`)}`,
    )
    const settled = this.recognizers
      .filter(({ digits }) => digits?.confirm === null)
      .map((recognizer) => sql`${this.count(this.bareGuard(recognizer))} as ${this.key('bare', recognizer)}`)
    const lengths = ['min', 'max'].map(
      (end) => sql`${raw(end)}(case when ${raw(`bare${this.index}`)} then strlen(${this.text}) end) as ${raw(`bare${this.index}_${end}`)}`,
    )
    return join([sql`${this.count(sql`${this.text} is not null`)} as ${raw(`n${this.index}`)}`, ...counted, ...settled, ...lengths])
  }

  /** Texts of the rows taken at random as one list; where each row is a value that stands for several rows, as many values as wanted with their weight. */
  taken(values: number, characters: number): Sql {
    const name = raw(`taken${this.index}`)
    const text = this.isInteger ? this.text : sql`left(${this.text}, ${characters})`
    if (this.weight === null) return sql`list(${text}) filter (where atlas_taken and ${this.text} is not null) as ${name}`
    const item = sql`struct_pack(t := ${text}, w := ${this.weight})`
    return sql`min_by(${item}, random(), ${values}) filter (where ${this.text} is not null) as ${name}`
  }

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
    const [whole, strong, shape, inside] = COUNTED.map((kind) => Number(row[this.key(kind, recognizer).text] ?? 0)) as [
      number,
      number,
      number,
      number,
    ]
    const mails = recognizer === emailAddress ? Number(flags[`mail${this.index}_rows`]) : 0
    const bare = Number(flags[this.key('bare', recognizer).text] ?? 0)
    return { whole: whole + mails + bare, strong: strong + mails, shape: shape + mails + bare, inside: inside + mails }
  }

  key(kind: string, recognizer: Recognizer): Sql {
    return raw(`${kind}${this.index}_${recognizer.id}`)
  }

  textColumn(): Sql {
    const text = sql`${id(this.column.name)}::varchar`
    return sql`${this.isInteger ? sql`nullif(${text}, '')` : presentText(text)} as ${this.text}`
  }

  /** Cells that are digits alone, or an e-mail address and nothing else: most cells need no further test. */
  settled(): Sql {
    const { text, isInteger } = this
    const bare = sql`case when ascii(${text}) between 48 and 57 then regexp_full_match(${text}, '[0-9]+') else false end`
    const mail = sql`case when contains(${text}, '@') then regexp_full_match(${text}, ${emailAddress.whole}) else false end`
    return join([this.flag('bare', isInteger ? sql`${text} is not null` : bare), this.flag('mail', isInteger ? raw('false') : mail)])
  }

  /** What the other cells hold at all. */
  flags(): Sql {
    const { text, index } = this
    const open = (when: Sql, test: Sql) =>
      sql`case when ${raw(`bare${index}`)} or ${raw(`mail${index}`)} then false when ${when} then ${test} else false end`
    if (this.isInteger) return this.flag('at', raw('false'))
    return join([
      this.flag('at', sql`case when ${raw(`mail${index}`)} then false else contains(${text}, '@') end`),
      this.flag('digits', open(sql`strlen(${text}) >= 8`, this.mayHoldDigits())),
      this.flag('dotted', sql`(contains(${text}, ':') or ${open(sql`contains(${text}, '.')`, sql`regexp_matches(${text}, ${DOTTED})`)})`),
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
    const bare =
      recognizer.digits?.confirm == null
        ? sql``
        : sql`when ${this.bareGuard(recognizer)} then ${recognizer.digits.confirm(this.cell(recognizer))}`
    return this.as(
      'whole',
      recognizer,
      sql`case ${bare} when ${this.textGuard(recognizer)} and strlen(${this.text}) <= ${LONGEST_WHOLE} then ${isWhole(recognizer, this.text)} else false end`,
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
