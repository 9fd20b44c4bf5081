import { isMissing, presentText } from '../core/missing.ts'
import { id, join, raw, sql, type Sql } from '../core/sql.ts'
import { hasContext } from './column-context.ts'
import type { CellCounts } from './decide.ts'
import type { Recognizer } from './recognizer.ts'
import { emailAddress } from './recognizers/email-address.ts'
import { recognizers } from './recognizers/index.ts'
import type { Lead } from './sampling/extent.ts'
import { LONGEST_WHOLE, MAY_HOLD, mayHoldDigits } from './may-hold.ts'
import { DOTTED, hasShape, isSurely, isWhole, spansIn } from './spans.ts'

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
  /** Whether the first scan keeps the cells in which anything could be; it does unless told. */
  keeps?: boolean
  /** Whether the column is stored as numbers. */
  isStored?: boolean
  /** All that read the column's type unless told. */
  wanted?: readonly Recognizer[]
}

/** Types of whole numbers. */
export const INTEGER = /^(?:U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?|DECIMAL\(\d+,0\))$/

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
  private readonly plan: SearchPlan
  private readonly isInteger: boolean
  private readonly weight: Sql | null

  constructor(column: ClassifiedColumn, index: number, plan: SearchPlan = {}) {
    const { weight = null, lead = null, wanted } = plan
    this.column = column
    this.index = index
    this.text = raw(`t${index}`)
    this.plan = plan
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
    return new SearchedColumn(this.column, this.index, { ...this.plan, wanted })
  }

  /** What the first scan counts: of columns in which nothing is expected only what tells that there is nothing. */
  firstCounts(): Sql[] {
    const { index, text } = this
    if (this.isInteger) return this.plan.isStored === true ? [] : this.numberCounts()
    const named = (value: Sql, name: string) => sql`${value} as ${raw(`${name}${index}`)}`
    const any = named(this.count(raw(`any${index}`)), 'any')
    const led = this.lead === null ? [] : [named(this.count(raw(`lead${index}`)), 'lead'), named(sql`count(${text})`, 'filled')]
    const isPresent = sql`not ${isMissing(text)}`
    const present = this.lead === null ? isPresent : sql`case when ${raw(`lead${index}`)} then true else ${isPresent} end`
    return [any, ...led, ...(this.keeps() ? [named(this.count(present), 'present')] : [])]
  }

  /** What is counted of numbers as they are stored, for which a file need not be read. */
  storedCounts(): Sql[] {
    return this.isInteger && this.plan.isStored === true ? this.numberCounts() : []
  }

  private keeps(): boolean {
    return this.weight !== null || this.plan.keeps !== false
  }

  /** Numbers become text only where some are as long as a recognizer asks. */
  private numberCounts(): Sql[] {
    const { index, text } = this
    const digits = (end: string) => sql`strlen(${raw(end)}(${text})::varchar)`
    const shortest = sql`(case when min(${text}) < 0 then 1 else ${digits('min')} end)`
    const longest = sql`greatest(${digits('min')}, ${digits('max')})`
    const named = (value: Sql, name: string) => sql`${value} as ${raw(`${name}${index}`)}`
    return [named(sql`count(${text})`, 'present'), named(shortest, 'shortest'), named(longest, 'longest')]
  }

  /** Of a relation of values that stand for several rows each, as many values as wanted with their weight. */
  takenValues(values: number): Sql {
    const [cut, name] = [raw(`cut${this.index}`), raw(`taken${this.index}`)]
    return sql`min_by(struct_pack(t := ${cut}, w := ${this.weight ?? raw('1')}), random(), ${values}) filter (where ${cut} is not null) as ${name}`
  }

  /** The cell as far as a sample looks at it. An aggregate's filter does not spare it the work on its argument, so what can wait until the rows are taken waits. */
  cut(characters: number): Sql {
    const { text } = this
    const short = this.isInteger ? text : sql`case when strlen(${text}) > ${characters} then left(${text}, ${characters}) else ${text} end`
    return sql`${this.weight === null ? short : presentText(short)} as ${raw(`cut${this.index}`)}`
  }

  /** A cell of a row that was taken, as text, NULL where it holds nothing. */
  takenCell(row: Sql): Sql {
    const cell = sql`${row}.${raw(`cut${this.index}`)}`
    return sql`${this.isInteger ? sql`${cell}::varchar` : presentText(cell)} as ${raw(`taken${this.index}`)}`
  }

  /** Cells in which anything could be, at most so many, so that the second scan need not look for them again. */
  rest(cells: number): Sql[] {
    if (this.isInteger || this.weight !== null || !this.keeps()) return []
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

  /** Whether each cell that is filled was tested and is the lead. */
  isLed(flags: Record<string, unknown>): boolean {
    const [lead, filled] = ['lead', 'filled'].map((name) => flags[`${name}${this.index}`])
    return !this.isLeadSampled && lead !== undefined && Number(lead) === Number(filled)
  }

  /** Cells that hold a value, where the first scan tells: also where all that are filled are the lead. */
  knownPresent(flags: Record<string, unknown>): number | null {
    const [present, lead, filled] = ['present', 'lead', 'filled'].map((name) => flags[`${name}${this.index}`])
    if (present !== undefined) return Number(present)
    return lead !== undefined && Number(lead) === Number(filled) ? Number(lead) : null
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

  /** Of the rows taken: those present, and those that are the lead, surely or as far as its shape goes. */
  sampledLead(from: Sql): Sql {
    const { lead, index } = this
    if (lead === null) return raw('select null')
    const whole = isWhole(lead, raw('t'))
    const strong = lead.strong === undefined ? raw('w') : sql`case when w then ${lead.strong(sql`trim(t)`)} else false end`
    const cells = sql`(select t, ${whole} as w from (select ${raw(`taken${index}`)} as t from ${from}) where t is not null)`
    return sql`select count(*) as present, count(*) filter (where w) as whole, count(*) filter (where ${strong}) as strong from ${cells}`
  }

  key(kind: string, recognizer: Recognizer): Sql {
    return raw(`${kind}${this.index}_${recognizer.id}`)
  }

  /** The cell for the first scan: numbers as numbers. No recognizer takes what stands for a missing value for anything. */
  cellColumn(): Sql {
    if (this.isInteger && this.plan.isStored === true) return sql`${id(this.column.name)} as ${this.text}`
    return this.isInteger ? sql`try_cast(${id(this.column.name)} as hugeint) as ${this.text}` : this.textColumn()
  }

  textColumn(): Sql {
    return sql`${id(this.column.name)}::varchar as ${this.text}`
  }

  /** Cells that surely are what most are. */
  led(): Sql[] {
    if (this.lead === null) return []
    return [this.test('lead', this.isLeadSampled ? (this.lead.resembles?.(this.text) ?? raw('false')) : isSurely(this.lead, this.text))]
  }

  /** The others in which anything could be: one pattern for all recognizers. */
  any(): Sql[] {
    if (this.isInteger) return []
    const may = sql`regexp_matches(${this.text}, ${MAY_HOLD})`
    return [this.test('any', this.lead === null ? may : sql`case when ${raw(`lead${this.index}`)} then false else ${may} end`)]
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
      this.flag('digits', open(sql`when strlen(${text}) >= 8 then ${mayHoldDigits(text)}`)),
      this.flag('dotted', open(dotted)),
    ])
  }

  /** NULL where the text is: counted as false, which `coalesce` would pay for in every row. */
  private test(name: string, test: Sql): Sql {
    return sql`(${test}) as ${raw(`${name}${this.index}`)}`
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
