import type { PiiFinding } from '../contract/pii.ts'
import { presentText } from '../core/missing.ts'
import type { Query } from '../core/query.ts'
import { id, join, raw, sql, type Sql } from '../core/sql.ts'
import { decide, type CellCounts } from './decide.ts'
import { hasContext } from './column-context.ts'
import type { Recognizer } from './recognizer.ts'
import { recognizers } from './recognizers/index.ts'
import { hasShape, isWhole, spansIn } from './spans.ts'

/** What was found in one column, before the policy says what to do about it. */
export type ColumnFinding = Omit<PiiFinding, 'action'>

/** A column to classify. `type` is the DuckDB type its values have, or were found to have: a date is not searched for cards. */
export interface ClassifiedColumn {
  name: string
  type: string
}

const INTEGER = /^(?:U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?|DECIMAL\(\d+,0\))$/
/** Eight digits with at most two separators between them: fewer are no phone number, card, account or CPR number. */
const DIGIT_RUN = '[0-9](?:[ .()/\u00a0-]{0,2}[0-9]){7}'
const DOTTED = '[0-9][.][0-9]{1,3}[.][0-9]'

/**
 * Finds personal data in every column, over all rows in one scan. Cheap tests first, so that patterns run on the few cells that may match.
 * A column can have several findings: cells that are the entity (`column`), or text that holds one (`text`). Throws what the query throws.
 */
export async function classifyColumns(query: Query, relation: Sql, columns: readonly ClassifiedColumn[]): Promise<ColumnFinding[]> {
  const searched = columns.map((column, index) => new SearchedColumn(column, index)).filter(({ recognizers: wanted }) => wanted.length > 0)
  if (searched.length === 0) return []
  const [row] = await query.rows(scanOf(searched, relation))
  return searched.flatMap((one) => {
    const counts = (recognizer: Recognizer, kind: keyof CellCounts) => Number(row?.[one.key(kind, recognizer).text] ?? 0)
    const evidence = one.recognizers.map((recognizer) => ({
      recognizer,
      counts: { whole: counts(recognizer, 'whole'), strong: counts(recognizer, 'strong'), inside: counts(recognizer, 'inside'), shape: counts(recognizer, 'shape') },
    }))
    return decide(one.column, Number(row?.[`n${one.index}`] ?? 0), evidence)
  })
}

/** Each level names what the next uses, so that nothing is evaluated twice. */
function scanOf(searched: readonly SearchedColumn[], relation: Sql): Sql {
  const level = (parts: readonly Sql[], from: Sql) => sql`(select *, ${join(parts)} from ${from})`
  const each = (part: (one: SearchedColumn, recognizer: Recognizer) => Sql) => searched.flatMap((one) => one.recognizers.map((recognizer) => part(one, recognizer)))
  const texts = sql`(select ${join(searched.map((one) => one.textColumn()))} from ${relation})`
  const flagged = level(searched.map((one) => one.flags()), texts)
  const whole = level(each((one, recognizer) => one.whole(recognizer)), flagged)
  const shaped = level(each((one, recognizer) => join([one.strong(recognizer), one.shape(recognizer)])), whole)
  const inside = level(each((one, recognizer) => one.inside(recognizer)), shaped)
  const totals = searched.map((one) => sql`count(${one.text}) as ${raw(`n${one.index}`)}`)
  const counts = each((one, recognizer) => join((['whole', 'strong', 'shape', 'inside'] as const).map((kind) => sql`count(*) filter (where ${one.key(kind, recognizer)}) as ${one.key(kind, recognizer)}`)))
  return sql`select ${join([...totals, ...counts])} from ${inside}`
}

/** The expressions of one column in the scan; all names in it are made here. */
class SearchedColumn {
  readonly column: ClassifiedColumn
  readonly index: number
  readonly text: Sql
  readonly recognizers: readonly Recognizer[]
  private readonly isInteger: boolean

  constructor(column: ClassifiedColumn, index: number) {
    this.column = column
    this.index = index
    this.text = raw(`t${index}`)
    this.isInteger = INTEGER.test(column.type)
    this.recognizers = this.isInteger ? recognizers.filter((recognizer) => this.readsDigits(recognizer)) : column.type === 'VARCHAR' ? recognizers : []
  }

  key(kind: string, recognizer: Recognizer): Sql {
    return raw(`${kind}${this.index}_${recognizer.id}`)
  }

  textColumn(): Sql {
    return sql`${presentText(sql`${id(this.column.name)}::varchar`)} as ${this.text}`
  }

  /** What the cell holds at all. Numbers hold digits alone. */
  flags(): Sql {
    const { text, isInteger } = this
    const flag = (name: string, test: Sql) => sql`coalesce(${test}, false) as ${raw(`${name}${this.index}`)}`
    if (isInteger) return flag('bare', raw('true'))
    const bare = sql`case when ascii(${text}) between 48 and 57 then regexp_full_match(${text}, '[0-9]+') else false end`
    const among = (pattern: string) => sql`case when ${bare} then false else regexp_matches(${text}, ${pattern}) end`
    return join([
      flag('bare', bare),
      flag('at', sql`contains(${text}, '@')`),
      flag('digits', among(DIGIT_RUN)),
      flag('dotted', sql`case when contains(${text}, '.') then regexp_matches(${text}, ${DOTTED}) else contains(${text}, ':') end`),
    ])
  }

  whole(recognizer: Recognizer): Sql {
    return this.as('whole', recognizer, sql`case when ${this.bareGuard(recognizer)} or ${this.textGuard(recognizer)} then ${isWhole(recognizer, this.cell(recognizer))} else false end`)
  }

  strong(recognizer: Recognizer): Sql {
    const whole = this.key('whole', recognizer)
    return this.as('strong', recognizer, recognizer.strong === undefined ? whole : sql`case when ${whole} then ${recognizer.strong(sql`trim(${this.cell(recognizer)})`)} else false end`)
  }

  /** Digits alone have the shape when they are long enough; a cell that is the entity needs no further look. */
  shape(recognizer: Recognizer): Sql {
    return this.as('shape', recognizer, sql`case when ${this.key('whole', recognizer)} or ${this.bareGuard(recognizer)} then true when ${this.textGuard(recognizer)} then ${hasShape(recognizer, this.text)} else false end`)
  }

  /** A strong cell holds the entity; of the others only text is searched. */
  inside(recognizer: Recognizer): Sql {
    const search = sql`when ${this.key('shape', recognizer)} and ${this.textGuard(recognizer)} then len(${spansIn(recognizer, this.text)}) > 0`
    return this.as('inside', recognizer, sql`case when ${this.key('strong', recognizer)} then true ${this.isInteger ? raw('') : search} else false end`)
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
    const { digits } = recognizer
    if (digits === null || !this.readsDigits(recognizer)) return raw('false')
    const shortest = this.isInteger && digits.padded ? digits.min - 1 : digits.min
    return sql`(${raw(`bare${this.index}`)} and strlen(${this.text}) between ${shortest} and ${digits.max})`
  }

  private textGuard({ needs }: Recognizer): Sql {
    return raw(this.isInteger ? 'false' : `${needs}${this.index}`)
  }
}
