import type { Entity } from '../contract/entities.ts'
import { isMissing, presentText } from '../core/missing.ts'
import { id, raw, sql, type Sql } from '../core/sql.ts'
import { hasContext } from './column-context.ts'
import type { CellCounts } from './decide.ts'
import type { Recognizer } from './recognizer.ts'
import { mayHoldRareKind, RARE_FIRST } from './rare-kinds.ts'
import { recognizers } from './recognizers/index.ts'
import { SAMPLE_CHARACTERS } from './sampling/column-sample.ts'
import type { Lead } from './sampling/extent.ts'
import { MAY_HOLD } from './may-hold.ts'
import { isSurely, isWhole } from './spans.ts'

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
  /** Whether cells that can hold a rare kind are picked out: where a sample is not the whole table. */
  picksRare?: boolean
  /** Whether one pattern for what either kind holds goes before the two of them: where next to no cell matches. */
  isPlain?: boolean
}

/** Types of whole numbers. */
export const INTEGER = /^(?:U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?|DECIMAL\(\d+,0\))$/

/** Bytes of the longest cell that is kept for the second scan. */
const LONGEST_REST = 200

/** What a text holds at least in which any kind can be that is looked for in every cell: for RE2 as cheap as one of its halves, where neither is found. */
const EITHER = `${RARE_FIRST}|${MAY_HOLD}`

/** What is counted of each kind in a column: cells that are it, surely, by their shape, and such that hold it. */
export const COUNTED = ['whole', 'strong', 'shape', 'inside'] as const

/** The expressions of one column in the first scan, and what both scans found of it; `CellTests` has those of the second. */
export class SearchedColumn {
  readonly column: ClassifiedColumn
  readonly index: number
  readonly text: Sql
  readonly recognizers: readonly Recognizer[]
  readonly lead: Recognizer | null
  /** Whether the lead is told by what resembles it, and counted in the sample. */
  readonly isLeadSampled: boolean
  private readonly plan: SearchPlan
  readonly isInteger: boolean
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
    const filled =
      this.picksRare() && this.lead === null
        ? [named(this.weight === null ? sql`count(${text})` : this.count(sql`${text} is not null`), 'filled')]
        : []
    return [any, ...led, ...filled, ...(this.keeps() ? [named(this.count(present), 'present')] : [])]
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

  /** Rows for which the test is true: each row of the relation stands for as many as its weight. */
  count(test: Sql): Sql {
    return this.weight === null ? sql`count_if(${test})` : sql`coalesce(sum(${this.weight}) filter (where ${test}), 0)::bigint`
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
    return this.isInteger ? [] : [this.test('any', this.unlessLed(sql`regexp_matches(${this.text}, ${MAY_HOLD})`))]
  }

  /** In the first scan: those in which any kind could be, with a recognizer or rare. */
  either(): Sql[] {
    return this.isGated() ? [this.test('either', this.unlessLed(sql`regexp_matches(${this.text}, ${EITHER})`))] : []
  }

  /** The same as `any`, asked of those alone. */
  anyOfEither(): Sql[] {
    if (!this.isGated()) return this.any()
    return [this.test('any', this.ifEither(sql`regexp_matches(${this.text}, ${MAY_HOLD})`))]
  }

  /** Those that can hold a rare kind, other than such as are left to the sample. */
  rare(crowded?: ReadonlySet<Entity>): Sql[] {
    if (!this.picksRare()) return []
    const may = mayHoldRareKind(this.text, this.column.name, crowded)
    return [this.test('rare', this.isGated() ? this.ifEither(may) : this.unlessLed(may))]
  }

  private isGated(): boolean {
    return this.plan.isPlain === true && this.picksRare()
  }

  private ifEither(test: Sql): Sql {
    return sql`case when ${raw(`either${this.index}`)} then ${test} else false end`
  }

  private unlessLed(test: Sql): Sql {
    return this.lead === null ? test : sql`case when ${raw(`lead${this.index}`)} then false else ${test} end`
  }

  /** So many of those cells, with the rows that each stands for, and how many there are. */
  rareCells(cells: number): Sql[] {
    if (!this.picksRare()) return []
    const { index, text } = this
    const cell = this.weight === null ? text : sql`struct_pack(t := ${text}, w := ${this.weight})`
    const [isRare, isLong] = [raw(`rare${index}`), sql`strlen(${text}) > ${SAMPLE_CHARACTERS}`]
    return [
      sql`min_by(${cell}, 0, ${cells}) filter (where ${isRare} and not ${isLong}) as ${raw(`picked${index}`)}`,
      sql`count_if(${isRare}) as ${raw(`rares${index}`)}`,
    ]
  }

  /** Every cell that can hold a rare kind, with its rows; null where there are too many, or some are too long to be looked at whole. */
  pickedCells(flags: Record<string, unknown>): (readonly [string, number])[] | null {
    const [picked, rares] = ['picked', 'rares'].map((name) => flags[`${name}${this.index}`])
    if (rares === undefined) return null
    const cells = (picked ?? []) as unknown[]
    if (cells.length < Number(rares)) return null
    if (this.weight === null) return cells.map((text) => [String(text), 1] as const)
    return (cells as { t: unknown; w: unknown }[]).map(({ t, w }) => [String(t), Number(w)] as const)
  }

  private picksRare(): boolean {
    return this.plan.picksRare === true && !this.isInteger && this.column.type === 'VARCHAR'
  }

  /** NULL where the text is: counted as false, which `coalesce` would pay for in every row. */
  private test(name: string, test: Sql): Sql {
    return sql`(${test}) as ${raw(`${name}${this.index}`)}`
  }

  private readsDigits({ digits, context }: Recognizer): boolean {
    return digits !== null && (!digits.needsContext || hasContext(this.column.name, context))
  }

  /** How many digits a number of the kind has, cells of digits alone being decided by their length; null where the column's name speaks against it. */
  bareLengths(recognizer: Recognizer): { min: number; max: number } | null {
    const { digits } = recognizer
    if (digits === null || !this.readsDigits(recognizer)) return null
    return { min: this.isInteger && digits.padded ? digits.min - 1 : digits.min, max: digits.max }
  }
}
