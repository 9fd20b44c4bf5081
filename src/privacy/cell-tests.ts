import { join, raw, sql, type Sql } from '../core/sql.ts'
import { LONGEST_WHOLE, mayHoldDigits } from './may-hold.ts'
import type { Recognizer } from './recognizer.ts'
import { emailAddress } from './recognizers/email-address.ts'
import { COUNTED, type SearchedColumn } from './searched-column.ts'
import { DOTTED, hasShape, isWhole, spansIn } from './spans.ts'

/** The tests of the second scan, which the cells of one column are put to that the first has not settled. Each uses columns that those before it make. */
export class CellTests {
  private readonly searched: SearchedColumn
  private readonly index: number
  private readonly text: Sql
  private readonly isInteger: boolean

  constructor(searched: SearchedColumn) {
    this.searched = searched
    this.index = searched.index
    this.text = searched.text
    this.isInteger = searched.isInteger
  }

  /** What the second scan counts. */
  counts(recognizer: Recognizer): Sql {
    return join(
      COUNTED.map((kind) => sql`${this.searched.count(this.searched.key(kind, recognizer))} as ${this.searched.key(kind, recognizer)}`),
    )
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

  /** Whether a cell is the entity and nothing else. */
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

  /** Whether such a cell has a good check digit or the like. */
  strong(recognizer: Recognizer): Sql {
    const whole = this.searched.key('whole', recognizer)
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
      sql`case when ${this.searched.key('whole', recognizer)}${recognizer.digits?.confirm == null ? sql`` : sql` or ${this.bareGuard(recognizer)}`} then true when ${this.textGuard(recognizer)} then ${hasShape(recognizer, this.text)} else false end`,
    )
  }

  /** A strong cell holds the entity; of the others only text is searched. */
  inside(recognizer: Recognizer): Sql {
    const search = sql`when ${this.searched.key('shape', recognizer)} and ${this.textGuard(recognizer)} then len(${spansIn(recognizer, this.text)}) > 0`
    return this.as(
      'inside',
      recognizer,
      sql`case when ${this.searched.key('strong', recognizer)} then true ${this.isInteger ? raw('') : search} else false end`,
    )
  }

  private as(kind: string, recognizer: Recognizer, test: Sql): Sql {
    return sql`(${test}) as ${this.searched.key(kind, recognizer)}`
  }

  /** Zeros lost in front of a number are put back. */
  private cell({ digits }: Recognizer): Sql {
    return this.isInteger && digits?.padded === true ? sql`lpad(${this.text}, ${digits.max}, '0')` : this.text
  }

  /** Cells of digits alone are decided by their length, which spares the patterns for identifiers and amounts. */
  private bareGuard(recognizer: Recognizer): Sql {
    const lengths = this.searched.bareLengths(recognizer)
    return lengths === null
      ? raw('false')
      : sql`(${raw(`bare${this.index}`)} and strlen(${this.text}) between ${lengths.min} and ${lengths.max})`
  }

  private textGuard({ needs }: Recognizer): Sql {
    return raw(this.isInteger ? 'false' : `${needs}${this.index}`)
  }

  private flag(name: string, test: Sql): Sql {
    return sql`coalesce(${test}, false) as ${raw(`${name}${this.index}`)}`
  }
}
