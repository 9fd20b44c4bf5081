import type { Entity } from '../contract/entities.ts'
import type { Query } from '../core/query.ts'
import { join, raw, sql, type Sql } from '../core/sql.ts'
import { SAMPLE_CHARACTERS, SAMPLE_ROWS } from './sampling/column-sample.ts'
import { takenAtRandom, type Extent } from './sampling/extent.ts'
import type { SearchedColumn } from './searched-column.ts'

/** Cells of all columns together that are kept for the second scan, and those of one column. */
const KEPT = { all: 2_000_000, column: 250_000 }
/** Cells of one column that can hold a rare kind: of more, the sample says what the commonest kinds hold. */
export const RARE_CELLS = 5000
/** One row on the connection: what the first scan counted, and the cells that it kept, which stay there. */
const FIRST_SCAN = raw('temp.atlas_first_scan')
/** The rows that it took at random, a column for each column, missing values as NULL. */
export const TAKEN_ROWS = raw('temp.atlas_taken_rows')

/** Each level names what the next uses, so that nothing is evaluated twice. */
export function level(parts: readonly Sql[], from: Sql): Sql {
  return parts.length === 0 ? from : sql`(select *, ${join(parts)} from ${from})`
}

/** The cells with what tells whether they are the lead, or anything could be in them. */
export function flagged(searched: readonly SearchedColumn[], cells: Sql): Sql {
  const led = level(
    searched.flatMap((one) => one.led()),
    cells,
  )
  return level(
    searched.flatMap((one) => one.any()),
    led,
  )
}

/** The same with one pattern for all kinds first, where next to no cell matches it. */
function firstFlags(searched: readonly SearchedColumn[], cells: Sql): Sql {
  const steps = [
    searched.flatMap((one) => one.led()),
    searched.flatMap((one) => one.either()),
    searched.flatMap((one) => one.anyOfEither()),
  ]
  return steps.reduce((from, parts) => level(parts, from), cells)
}

/** The cells with what tells whether they can hold a rare kind, such kinds aside as are left to the sample. */
export function rareFlags(searched: readonly SearchedColumn[], cells: Sql, crowded?: ReadonlySet<Entity>): Sql {
  return level(
    searched.flatMap((one) => one.rare(crowded)),
    firstFlags(searched, cells),
  )
}

/** Counts, and the rows taken as lists `taken…`, by one pass over the columns. Throws what the query throws. */
export async function firstScan(
  query: Query,
  searched: readonly SearchedColumn[],
  relation: Sql,
  weight: Sql | null,
  extent: Extent,
): Promise<Record<string, unknown>> {
  const isTaken = weight === null ? sql`${takenAtRandom(extent)} as atlas_taken` : weight
  const picked = rareFlags(searched, sql`(select ${join([...searched.map((one) => one.cellColumn()), isTaken])} from ${relation})`)
  const cut = level(
    searched.map((one) => one.cut(SAMPLE_CHARACTERS)),
    picked,
  )
  const counts = searched.flatMap((one) => [...one.firstCounts(), ...one.rareCells(RARE_CELLS)])
  if (weight === null) return { ...(await scanRows(query, searched, counts, cut)), ...(await storedCounts(query, searched, relation)) }
  const [row = {}] = await query.rows(sql`select ${join([...counts, ...searched.map((one) => one.takenValues(SAMPLE_ROWS))])} from ${cut}`)
  return row
}

async function scanRows(query: Query, searched: readonly SearchedColumn[], counts: Sql[], cut: Sql): Promise<Record<string, unknown>> {
  const most = Math.min(KEPT.column, Math.round(KEPT.all / searched.length))
  const kept = searched.filter((one) => one.rest(most).length > 0)
  const row = sql`struct_pack(${join(searched.map(({ index }) => sql`${raw(`cut${index}`)} := ${raw(`cut${index}`)}`))})`
  const taken = sql`list(${row}) filter (where atlas_taken) as taken`
  const rest = kept.flatMap((one) => one.rest(most))
  await query.rows(sql`create or replace temp table atlas_first_scan as select ${join([...counts, taken, ...rest])} from ${cut}`)
  const rows = sql`select ${join(searched.map((one) => one.takenCell(raw('row'))))} from (select unnest(taken) as row from ${FIRST_SCAN})`
  await query.rows(sql`create or replace temp table atlas_taken_rows as ${rows}`)
  const lengths = kept.map(({ index }) => sql`len(${raw(`rest${index}`)}) as ${raw(`kept${index}`)}`)
  const without = join([raw('taken'), ...kept.map(({ index }) => raw(`rest${index}`))])
  // Of whole numbers alone nothing is left to select: the file's statistics count them.
  const selected = join([raw('null as nothing'), sql`* exclude (${without})`, ...lengths])
  const [flags = {}] = await query.rows(sql`select ${selected} from ${FIRST_SCAN}`)
  const lists = searched
    .map(({ index }) => raw(`taken${index}`))
    .map((name) => sql`list(${name}) filter (where ${name} is not null) as ${name}`)
  const [texts = {}] = await query.rows(sql`select ${join(lists)} from ${TAKEN_ROWS}`)
  return { ...flags, ...texts }
}

/** A query of its own: alone, a file's statistics answer it. */
async function storedCounts(query: Query, searched: readonly SearchedColumn[], relation: Sql): Promise<Record<string, unknown>> {
  const stored = searched.filter((one) => one.storedCounts().length > 0)
  if (stored.length === 0) return {}
  const cells = stored.map((one) => one.cellColumn())
  const [row = {}] = await query.rows(
    sql`select ${join(stored.flatMap((one) => one.storedCounts()))} from (select ${join(cells)} from ${relation})`,
  )
  return row
}

/** The cells that were kept, side by side, the shorter ones filled with NULL. */
export function keptCells(searched: readonly SearchedColumn[]): Sql {
  return flagged(
    searched,
    sql`(select ${join(searched.map(({ index }) => sql`unnest(${raw(`rest${index}`)}) as ${raw(`t${index}`)}`))} from ${FIRST_SCAN})`,
  )
}
