import type { Entity, PiiFinding } from '../contract/pii.ts'
import type { Query } from '../core/query.ts'
import { id, join, raw, sql, type Sql } from '../core/sql.ts'
import { decide, type Evidence } from './decide.ts'
import type { Recognizer } from './recognizer.ts'
import { SearchedColumn, type ClassifiedColumn } from './searched-column.ts'

/** What was found in one column, before the policy says what to do about it. */
export type ColumnFinding = Omit<PiiFinding, 'action'>

export interface Examined {
  findings: ColumnFinding[]
  /** By column: the entity that every cell that is present is, as a whole. Only where a pattern has looked at each cell. */
  wholly: ReadonlyMap<string, Entity>
}

/** What `examineColumns` finds, without what it knows beyond that. */
export async function classifyColumns(query: Query, relation: Sql, columns: readonly ClassifiedColumn[]): Promise<ColumnFinding[]> {
  return (await examineColumns(query, relation, columns)).findings
}

/**
 * Finds personal data in every column, over all rows. A first scan asks only what cells hold at all (an `@`, a run of digits); the second runs
 * the patterns on the columns and cells that may match. A column can have several findings: cells that are the entity (`column`), or text that
 * holds one (`text`). Throws what the query throws.
 */
export async function examineColumns(query: Query, relation: Sql, columns: readonly ClassifiedColumn[]): Promise<Examined> {
  const repeating = await repeatingColumns(query, relation, columns)
  const parts = await Promise.all([
    search(
      query,
      relation,
      columns.filter((column) => !repeating.has(column)),
      null,
    ),
    ...[...repeating].map((column) => search(query, distinctValues(relation, column), [column], WEIGHT)),
  ])
  const found = parts.flatMap(({ findings }) => findings)
  return {
    findings: columns.flatMap((column) => found.filter((finding) => finding.column === column.name)),
    wholly: new Map(parts.flatMap(({ wholly }) => [...wholly])),
  }
}

const WEIGHT = raw('atlas_weight')
/** Of so many rows at the start, at most so many different values: then there are few in all, most likely, and grouping first pays. */
const PROBE_ROWS = 6000
const FEW_VALUES = 300

/** Text columns whose values repeat. Whether they do changes only what the search costs, never what it finds. */
async function repeatingColumns(query: Query, relation: Sql, columns: readonly ClassifiedColumn[]): Promise<Set<ClassifiedColumn>> {
  const text = columns.filter(({ type }) => type === 'VARCHAR')
  if (text.length === 0) return new Set()
  const counts = text.map(({ name }, index) => sql`count(distinct ${id(name)}) as ${raw(`d${index}`)}`)
  const [row = {}] = await query.rows(sql`select count(*) as n, ${join(counts)} from (select * from ${relation} limit ${PROBE_ROWS})`)
  if (Number(row['n']) < PROBE_ROWS) return new Set()
  return new Set(text.filter((_, index) => Number(row[`d${index}`]) <= FEW_VALUES))
}

function distinctValues(relation: Sql, { name }: ClassifiedColumn): Sql {
  return sql`(select ${id(name)}, count(*) as ${WEIGHT} from ${relation} group by ${id(name)})`
}

async function search(query: Query, relation: Sql, columns: readonly ClassifiedColumn[], weight: Sql | null): Promise<Examined> {
  const searchable = columns
    .map((column, index) => new SearchedColumn(column, index, weight))
    .filter(({ recognizers: wanted }) => wanted.length > 0)
  if (searchable.length === 0) return { findings: [], wholly: new Map() }
  const [flags = {}] = await query.rows(
    sql`select ${join(searchable.map((one) => one.flagCounts()))} from ${flagged(searchable, relation, weight)}`,
  )
  const searched = searchable.map((one) => one.narrowed(flags)).filter(({ recognizers: wanted }) => wanted.length > 0)
  const [row = {}] = searched.length === 0 ? [] : await query.rows(scanOf(searched, relation, weight))
  const read = searchable.map((one) => ({
    column: one.column,
    present: Number(flags[`n${one.index}`]),
    evidence: one.recognizers.map((recognizer) => ({ recognizer, counts: one.read(recognizer, flags, row) })),
  }))
  return {
    findings: read.flatMap(({ column, present, evidence }) => decide(column, present, evidence)),
    wholly: new Map(read.flatMap(({ column, present, evidence }) => wholeEntity(present, evidence).map((entity) => [column.name, entity]))),
  }
}

/** Digits alone are settled by their length, not by the pattern, so recognizers that read them say nothing here. */
function wholeEntity(present: number, evidence: readonly Evidence[]): Entity[] {
  const sure = evidence.find(({ recognizer, counts }) => recognizer.digits === null && present > 0 && counts.whole === present)
  return sure === undefined ? [] : [sure.recognizer.id]
}

function flagged(searched: readonly SearchedColumn[], relation: Sql, weight: Sql | null): Sql {
  const columns = [...searched.map((one) => one.textColumn()), ...(weight === null ? [] : [weight])]
  const texts = sql`(select ${join(columns)} from ${relation})`
  const settled = sql`(select *, ${join(searched.map((one) => one.settled()))} from ${texts})`
  return sql`(select *, ${join(searched.map((one) => one.flags()))} from ${settled})`
}

/** Each level names what the next uses, so that nothing is evaluated twice. */
function scanOf(searched: readonly SearchedColumn[], relation: Sql, weight: Sql | null): Sql {
  const level = (parts: readonly Sql[], from: Sql) => sql`(select *, ${join(parts)} from ${from})`
  const each = (part: (one: SearchedColumn, recognizer: Recognizer) => Sql) =>
    searched.flatMap((one) => one.recognizers.map((recognizer) => part(one, recognizer)))
  const whole = level(
    each((one, recognizer) => one.whole(recognizer)),
    flagged(searched, relation, weight),
  )
  const shaped = level(
    each((one, recognizer) => join([one.strong(recognizer), one.shape(recognizer)])),
    whole,
  )
  const inside = level(
    each((one, recognizer) => one.inside(recognizer)),
    shaped,
  )
  return sql`select ${join(each((one, recognizer) => one.counts(recognizer)))} from ${inside}`
}
