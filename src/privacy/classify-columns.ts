import type { Entity } from '../contract/entities.ts'
import type { PiiFinding, Policy } from '../contract/pii.ts'
import type { Query } from '../core/query.ts'
import { id, join, raw, sql, type Sql } from '../core/sql.ts'
import { columnAnalyzer } from './column-analyzer.ts'
import { decide, type Evidence } from './decide.ts'
import { findNamedKinds } from './named-kinds.ts'
import { isNested } from './nested.ts'
import type { Recognizer } from './recognizer.ts'
import { recognizers } from './recognizers/index.ts'
import { columnSample, SAMPLE_CHARACTERS, SAMPLE_ROWS, type ColumnSample } from './sampling/column-sample.ts'
import { judgePersons, personAnalyzer } from './sampling/judge-persons.ts'
import { judgeSample } from './sampling/judge-sample.ts'
import { isWholeTable, takenAtRandom, type Extent } from './sampling/extent.ts'
import { upperShare } from './sampling/miss-bound.ts'
import { judgeNested } from './sampling/nested-sample.ts'
import { sampledEntities } from './sampling/sampled-entities.ts'
import { SearchedColumn, type ClassifiedColumn } from './searched-column.ts'

/** What was found in one column, before the policy says what to do about it. */
export type ColumnFinding = Omit<PiiFinding, 'action'>

export interface Examined {
  findings: ColumnFinding[]
  /** By column: the entity that every cell that is present is, as a whole. Only where a pattern has looked at each cell. */
  wholly: ReadonlyMap<string, Entity>
  /** What was looked for in a part of the rows only; null where every row was looked at for everything. */
  sampled: { kinds: number; rows: number; of: number; missBound: number } | null
}

/** What `examineColumns` finds, without what it knows beyond that. */
export async function classifyColumns(query: Query, relation: Sql, columns: readonly ClassifiedColumn[]): Promise<ColumnFinding[]> {
  return (await examineColumns(query, relation, columns)).findings
}

/**
 * Finds personal data in every column. The kinds that have a recognizer in SQL are looked for in every row: a first scan asks only what cells hold at all
 * (an `@`, a run of digits) and takes rows at random on the way; the second runs the patterns on the columns and cells that may match. All other kinds, and
 * what nested values hold, are looked for in the rows taken, and the bound of what can be missed is said. A column can have several findings: cells that are
 * the entity (`column`), or text that holds one (`text`). Throws what the query throws.
 * @param policy whose named kinds are looked for too
 */
export async function examineColumns(
  query: Query,
  relation: Sql,
  columns: readonly ClassifiedColumn[],
  policy: Pick<Policy, 'entities'> = { entities: {} },
): Promise<Examined> {
  const extent = await measureExtent(query, relation, columns)
  const { repeating } = extent
  const nested = columns.filter(({ type }) => isNested(type))
  const once = columns.filter((column) => !repeating.has(column))
  const searches = [
    search(query, relation, once, null, extent),
    ...[...repeating].map((column) => search(query, distinctValues(relation, column), [column], WEIGHT, extent)),
  ]
  const parts = await Promise.all(searches)
  const exact = parts.flatMap(({ findings }) => findings)
  const entities = sampledEntities(policy)
  const samples = new Map(parts.flatMap((part) => [...part.samples]))
  const sampled = [...judgeSamples(samples, entities, exact), ...(await judgeNested(query, relation, nested, extent, entities))]
  const named = await findNamedKinds(query, relation, columns, [...exact, ...sampled])
  const isNamed = ({ column, entity }: ColumnFinding) => named.some((one) => one.column === column && one.entity === entity)
  const found = [...exact, ...sampled.filter((finding) => !isNamed(finding)), ...named]
  return {
    findings: columns.flatMap((column) => found.filter((finding) => finding.column === column.name)),
    wholly: new Map(parts.flatMap(({ wholly }) => [...wholly])),
    sampled: isWholeTable(extent)
      ? null
      : { kinds: entities.length, rows: extent.wanted, of: extent.rows, missBound: upperShare(0, extent.wanted) },
  }
}

/** A column that is one kind in every row needs no look at what else its cells may be. */
function judgeSamples(
  samples: ReadonlyMap<string, ColumnSample>,
  entities: readonly Entity[],
  exact: readonly ColumnFinding[],
): ColumnFinding[] {
  const analyzer = columnAnalyzer(entities, { scoreThreshold: 0.01, beside: recognizers.map(({ id: entity }) => entity) })
  const persons = personAnalyzer()
  return [...samples].flatMap(([name, sample]) => {
    const whole = exact.find((finding) => finding.column === name && finding.within === 'column')
    if ((whole !== undefined && whole.matches >= whole.rows) || sample.rows === 0) return []
    const kinds = judgeSample(name, sample, analyzer)
    const found = [...kinds, ...besideOthers(judgePersons(name, sample, persons), kinds)]
    return whole === undefined
      ? found
      : found.filter(({ within, matches, rows }) => within === 'text' && matches <= rows * (1 - whole.matches / whole.rows))
  })
}

/** What is one other kind as a whole holds names at most inside text. */
function besideOthers(person: ColumnFinding | null, kinds: readonly ColumnFinding[]): ColumnFinding[] {
  const isSettled = kinds.some(({ within }) => within === 'column')
  return person === null || (isSettled && person.within === 'column') ? [] : [person]
}

const WEIGHT = raw('atlas_weight')
/** Of so many rows at the start, at most so many different values: then there are few in all, most likely, and grouping first pays. */
const PROBE_ROWS = 6000
const FEW_VALUES = 300

async function measureExtent(query: Query, relation: Sql, columns: readonly ClassifiedColumn[]): Promise<Extent> {
  const text = columns.filter(({ type }) => type === 'VARCHAR')
  const counts = text.map(({ name }, index) => sql`count(distinct ${id(name)}) as ${raw(`d${index}`)}`)
  const [row = {}] = await query.rows(
    sql`select ${join([sql`count(*) as n`, ...counts])} from (select * from ${relation} limit ${PROBE_ROWS})`,
  )
  const probed = Number(row['n'])
  if (probed < PROBE_ROWS) return { rows: probed, wanted: probed, repeating: new Set() }
  const [all = {}] = await query.rows(sql`select count(*) as n from ${relation}`)
  const rows = Number(all['n'])
  const repeating = new Set(text.filter((_, index) => Number(row[`d${index}`]) <= FEW_VALUES))
  return { rows, wanted: Math.min(rows, SAMPLE_ROWS), repeating }
}

function distinctValues(relation: Sql, { name }: ClassifiedColumn): Sql {
  return sql`(select ${id(name)}, count(*) as ${WEIGHT} from ${relation} group by ${id(name)})`
}

interface Searched extends Pick<Examined, 'findings' | 'wholly'> {
  samples: Map<string, ColumnSample>
}

async function search(
  query: Query,
  relation: Sql,
  columns: readonly ClassifiedColumn[],
  weight: Sql | null,
  extent: Extent,
): Promise<Searched> {
  const searchable = columns
    .map((column, index) => new SearchedColumn(column, index, weight))
    .filter(({ recognizers: wanted }) => wanted.length > 0)
  if (searchable.length === 0) return { findings: [], wholly: new Map(), samples: new Map() }
  const taken = searchable.map((one) => one.taken(SAMPLE_ROWS, SAMPLE_CHARACTERS))
  const [flags = {}] = await query.rows(
    sql`select ${join([...searchable.map((one) => one.flagCounts()), ...taken])} from ${flagged(searchable, relation, weight, extent)}`,
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
    samples: new Map(searchable.map((one) => [one.column.name, sampleOf(one, flags, weight, extent)])),
  }
}

/** The rows taken by the first scan; of a column whose values repeat, its values with their rows. */
function sampleOf(one: SearchedColumn, flags: Record<string, unknown>, weight: Sql | null, extent: Extent): ColumnSample {
  const taken = (flags[`taken${one.index}`] ?? []) as unknown[]
  const isAll = weight === null ? isWholeTable(extent) : taken.length < SAMPLE_ROWS
  const texts = taken.map((item) =>
    weight === null ? ([String(item), 1] as const) : ([String((item as { t: unknown }).t), Number((item as { w: unknown }).w)] as const),
  )
  return columnSample(texts, extent.rows, isAll)
}

/** Digits alone are settled by their length, not by the pattern, so recognizers that read them say nothing here. */
function wholeEntity(present: number, evidence: readonly Evidence[]): Entity[] {
  const sure = evidence.find(({ recognizer, counts }) => recognizer.digits === null && present > 0 && counts.whole === present)
  return sure === undefined ? [] : [sure.recognizer.id]
}

function flagged(searched: readonly SearchedColumn[], relation: Sql, weight: Sql | null, extent?: Extent): Sql {
  const isTaken = extent === undefined || weight !== null ? [] : [sql`${takenAtRandom(extent)} as atlas_taken`]
  const columns = [...searched.map((one) => one.textColumn()), ...(weight === null ? [] : [weight]), ...isTaken]
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
