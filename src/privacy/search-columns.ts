import type { Query } from '../core/query.ts'
import { id, join, raw, sql, type Sql } from '../core/sql.ts'
import type { ColumnFinding, Examined } from './classify-columns.ts'
import { decide, type Evidence } from './decide.ts'
import type { Entity } from '../contract/entities.ts'
import type { Recognizer } from './recognizer.ts'
import { columnSample, SAMPLE_CHARACTERS, SAMPLE_ROWS, type ColumnSample } from './sampling/column-sample.ts'
import { missBound } from './sampling/miss-bound.ts'
import { isWholeTable, takenAtRandom, type Extent } from './sampling/extent.ts'
import { SearchedColumn, type ClassifiedColumn } from './searched-column.ts'

/** What the scans found, and the rows that they took at random on the way. */
export interface Searched extends Pick<Examined, 'findings' | 'wholly'> {
  samples: Map<string, ColumnSample>
}

const WEIGHT = raw('atlas_weight')

/**
 * The kinds that have a recognizer in SQL, in every row. The first scan tests what the plan says that most cells are, asks of the others what they hold at all
 * (an `@`, a run of digits) and takes rows at random; the second runs the patterns on the columns and cells that may match. Columns whose values repeat are
 * grouped first. Throws what the query throws.
 */
export async function searchColumns(
  query: Query,
  relation: Sql,
  columns: readonly ClassifiedColumn[],
  extent: Extent,
): Promise<Searched[]> {
  const once = columns.filter((column) => !extent.repeating.has(column))
  return Promise.all([
    search(query, relation, once, null, extent),
    ...[...extent.repeating].map((column) => search(query, distinctValues(relation, column), [column], WEIGHT, extent)),
  ])
}

function distinctValues(relation: Sql, { name }: ClassifiedColumn): Sql {
  return sql`(select ${id(name)}, count(*) as ${WEIGHT} from ${relation} group by ${id(name)})`
}

async function search(
  query: Query,
  relation: Sql,
  columns: readonly ClassifiedColumn[],
  weight: Sql | null,
  extent: Extent,
): Promise<Searched> {
  const searchable = columns
    .map((column, index) => new SearchedColumn(column, index, { weight, lead: extent.leads.get(column) ?? null }))
    .filter(({ recognizers: wanted }) => wanted.length > 0)
  if (searchable.length === 0) return { findings: [], wholly: new Map(), samples: new Map() }
  const flags = await firstScan(query, searchable, relation, weight, extent)
  const leads = await sampledLeads(query, searchable, extent)
  const misled = leads.filter(({ share }) => share < LEAD_SHARE).map(({ one }) => one.column)
  // The first rows were not like the others: each cell is tested after all.
  if (misled.length > 0) return search(query, relation, columns, weight, withoutSampling(extent, misled))
  const searched = searchable.map((one) => one.narrowed(flags)).filter(({ recognizers: wanted }) => wanted.length > 0)
  const kept = searched.filter((one) => one.isRestKept(flags))
  const open = searched.filter((one) => !one.isRestKept(flags))
  const row = {
    ...(await secondScan(query, kept, keptCells(kept))),
    ...(await secondScan(query, open, openCells(open, relation, weight, flags, extent))),
  }
  const counted = searchable.map((one) => ({
    one,
    evidence: one.recognizers.map((recognizer) => ({ recognizer, counts: one.read(recognizer, flags, row) })),
  }))
  const holding = counted.filter(({ evidence }) => evidence.some(({ counts }) => counts.whole > 0 || counts.inside > 0))
  const present = {
    ...flags,
    ...(await countPresent(
      query,
      relation,
      weight,
      holding.map(({ one }) => one),
    )),
  }
  const read = counted.map(({ one, evidence }) => ({ column: one.column, present: Number(present[`present${one.index}`] ?? 0), evidence }))
  return {
    findings: read.flatMap(({ column, present, evidence }): ColumnFinding[] => {
      const led = leads.find(({ one }) => one.column === column)
      const others = evidence.filter(({ recognizer }) => recognizer !== led?.one.lead)
      return [
        ...(led === undefined ? [] : led.findings),
        ...decide(column, present, others).filter(({ within }) => led === undefined || within === 'text'),
      ]
    }),
    wholly: new Map(read.flatMap(({ column, present, evidence }) => wholeEntity(present, evidence).map((entity) => [column.name, entity]))),
    samples: new Map(searchable.map((one) => [one.column.name, sampleOf(one, flags, weight, extent)])),
  }
}

/** Share of the sampled cells that must surely be the lead for the others not to be tested. */
const LEAD_SHARE = 0.98

interface SampledLead {
  one: SearchedColumn
  share: number
  findings: ColumnFinding[]
}

/** What the rows taken say of the columns whose lead is not tested cell by cell. */
async function sampledLeads(query: Query, searched: readonly SearchedColumn[], extent: Extent): Promise<SampledLead[]> {
  const led = searched.filter(({ isLeadSampled }) => isLeadSampled)
  return Promise.all(
    led.map(async (one) => {
      const [row = {}] = await query.rows(one.sampledLead(FIRST_SCAN))
      const [rows, whole, strong] = [Number(row['present']), Number(row['whole']), Number(row['strong'])]
      const counts = { whole, strong, shape: whole, inside: strong }
      const findings = one.lead === null ? [] : decide(one.column, rows, [{ recognizer: one.lead, counts }])
      const sampled = (matches: number) => ({ rows, of: extent.rows, missBound: missBound(matches, rows) })
      const said = `${rows} cells of ${extent.rows} rows were looked at; of the others those that do not resemble it`
      return {
        one,
        share: rows === 0 ? 1 : strong / rows,
        findings: findings.map((finding) => ({ ...finding, sampled: sampled(finding.matches), evidence: [...finding.evidence, said] })),
      }
    }),
  )
}

function withoutSampling(extent: Extent, misled: readonly ClassifiedColumn[]): Extent {
  const leads = new Map(
    [...extent.leads].map(([column, lead]) => [column, { ...lead, isSampled: lead.isSampled && !misled.includes(column) }]),
  )
  return { ...extent, leads }
}

/** The rows taken by the first scan; of a column whose values repeat, its values with their rows. */
function sampleOf(one: SearchedColumn, flags: Record<string, unknown>, weight: Sql | null, extent: Extent): ColumnSample {
  const taken = (flags[`taken${one.index}`] ?? []) as unknown[]
  const isAll = weight === null ? isWholeTable(extent) : taken.length < SAMPLE_ROWS
  const texts = taken.flatMap((item) => {
    const [text, rows] = weight === null ? [item, 1] : [(item as { t: unknown }).t, Number((item as { w: unknown }).w)]
    return text === null ? [] : [[String(text), Number(rows)] as const]
  })
  return columnSample(texts, extent.rows, isAll)
}

/** Digits alone are settled by their length, not by the pattern, so recognizers that read them say nothing here. */
function wholeEntity(present: number, evidence: readonly Evidence[]): Entity[] {
  const sure = evidence.find(({ recognizer, counts }) => recognizer.digits === null && present > 0 && counts.whole === present)
  return sure === undefined ? [] : [sure.recognizer.id]
}

/** Each level names what the next uses, so that nothing is evaluated twice. */
function level(parts: readonly Sql[], from: Sql): Sql {
  return parts.length === 0 ? from : sql`(select *, ${join(parts)} from ${from})`
}

function flagged(searched: readonly SearchedColumn[], cells: Sql): Sql {
  const led = level(
    searched.flatMap((one) => one.led()),
    cells,
  )
  return level(
    searched.flatMap((one) => one.any()),
    led,
  )
}

/** Cells of all columns together that are kept for the second scan, and those of one column. */
const KEPT = { all: 2_000_000, column: 250_000 }
/** One row on the connection: what the first scan counted, and the cells that it kept, which stay there. */
const FIRST_SCAN = raw('temp.atlas_first_scan')

async function firstScan(
  query: Query,
  searched: readonly SearchedColumn[],
  relation: Sql,
  weight: Sql | null,
  extent: Extent,
): Promise<Record<string, unknown>> {
  const isTaken = weight === null ? [sql`${takenAtRandom(extent)} as atlas_taken`] : [weight]
  const cells = flagged(searched, sql`(select ${join([...searched.map((one) => one.cellColumn()), ...isTaken])} from ${relation})`)
  const cut = level(
    searched.map((one) => one.cut(SAMPLE_CHARACTERS)),
    cells,
  )
  const counts = searched.flatMap((one) => [one.firstCounts(), one.taken(SAMPLE_ROWS)])
  const rest = searched.flatMap((one) => one.rest(Math.min(KEPT.column, Math.round(KEPT.all / searched.length))))
  if (rest.length === 0) return (await query.rows(sql`select ${join(counts)} from ${cut}`))[0] ?? {}
  await query.rows(sql`create or replace temp table atlas_first_scan as select ${join([...counts, ...rest])} from ${cut}`)
  const names = searched.filter((one) => one.rest(0).length > 0).map(({ index }) => index)
  const lengths = names.map((index) => sql`len(${raw(`rest${index}`)}) as ${raw(`kept${index}`)}`)
  const without = join(names.map((index) => raw(`rest${index}`)))
  const [flags = {}] = await query.rows(sql`select * exclude (${without}), ${join(lengths)} from ${FIRST_SCAN}`)
  return flags
}

/** Side by side, the shorter ones filled with NULL. */
function keptCells(searched: readonly SearchedColumn[]): Sql {
  return flagged(
    searched,
    sql`(select ${join(searched.map(({ index }) => sql`unnest(${raw(`rest${index}`)}) as ${raw(`t${index}`)}`))} from ${FIRST_SCAN})`,
  )
}

/** Of all rows at most this share hold something in one of the columns: then they are picked out first. */
const FEW_ROWS = 0.2

function openCells(
  searched: readonly SearchedColumn[],
  relation: Sql,
  weight: Sql | null,
  flags: Record<string, unknown>,
  extent: Extent,
): Sql {
  const columns = [...searched.map((one) => one.textColumn()), ...(weight === null ? [] : [weight])]
  const cells = flagged(searched, sql`(select ${join(columns)} from ${relation})`)
  const rows = searched.reduce((sum, { index }) => sum + Number(flags[`any${index}`] ?? extent.rows), 0)
  const isHeld = join(
    searched.map(({ index }) => raw(`any${index}`)),
    ' or ',
  )
  return rows <= FEW_ROWS * extent.rows ? sql`(select * from ${cells} where ${isHeld})` : cells
}

async function secondScan(query: Query, searched: readonly SearchedColumn[], cells: Sql): Promise<Record<string, unknown>> {
  if (searched.length === 0) return {}
  const each = (part: (one: SearchedColumn, recognizer: Recognizer) => Sql) =>
    searched.flatMap((one) => one.recognizers.map((recognizer) => part(one, recognizer)))
  const steps = [
    searched.map((one) => one.settled()),
    searched.map((one) => one.flags()),
    each((one, recognizer) => one.whole(recognizer)),
    each((one, recognizer) => join([one.strong(recognizer), one.shape(recognizer)])),
    each((one, recognizer) => one.inside(recognizer)),
  ]
  const counted = steps.reduce((from, parts) => level(parts, from), cells)
  const [row = {}] = await query.rows(sql`select ${join(each((one, recognizer) => one.counts(recognizer)))} from ${counted}`)
  return row
}

async function countPresent(
  query: Query,
  relation: Sql,
  weight: Sql | null,
  holding: readonly SearchedColumn[],
): Promise<Record<string, unknown>> {
  const open = holding.filter((one) => !one.knowsPresent())
  if (open.length === 0) return {}
  const cells = [...open.map((one) => one.textColumn()), ...(weight === null ? [] : [weight])]
  const [row = {}] = await query.rows(
    sql`select ${join(open.map((one) => one.presentCount()))} from (select ${join(cells)} from ${relation})`,
  )
  return row
}
