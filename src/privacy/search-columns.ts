import type { Query } from '../core/query.ts'
import { id, join, raw, sql, type Sql } from '../core/sql.ts'
import type { ColumnFinding, Examined } from './classify-columns.ts'
import { CellTests } from './cell-tests.ts'
import { decide, type Evidence } from './decide.ts'
import type { Entity } from '../contract/entities.ts'
import { firstScan, flagged, keptCells, level, TAKEN_ROWS } from './first-scan.ts'
import { pickRare } from './pick-rare.ts'
import { rareKinds } from './rare-kinds.ts'
import type { Recognizer } from './recognizer.ts'
import { columnSample, SAMPLE_ROWS, type ColumnSample } from './sampling/column-sample.ts'
import { missBound } from './sampling/miss-bound.ts'
import { isWholeTable, type Extent } from './sampling/extent.ts'
import type { JudgeBeside, PickedCells } from './sampling/judge-beside.ts'
import { SearchedColumn, type ClassifiedColumn, type SearchPlan } from './searched-column.ts'

/** What the scans found. */
export type Searched = Pick<Examined, 'findings' | 'wholly'>

const WEIGHT = raw('atlas_weight')

/**
 * The kinds that have a recognizer in SQL, in every row. The first scan tests what the plan says that most cells are, asks of the others what they hold at all
 * (an `@`, a run of digits) and takes rows at random; the second runs the patterns on the columns and cells that may match. Columns whose values repeat are
 * grouped first. Throws what the query throws.
 * @param judge gets the rows taken as soon as they are, and judges them while the second scan runs
 */
export async function searchColumns(
  query: Query,
  relation: Sql,
  columns: readonly ClassifiedColumn[],
  extent: Extent,
  judge: JudgeBeside,
): Promise<Searched[]> {
  const once = columns.filter((column) => !extent.repeating.has(column))
  // The cheap ones first: their samples are judged while the others are scanned.
  return Promise.all([
    ...[...extent.repeating].map((column) => search(query, distinctValues(relation, column), [column], WEIGHT, extent, judge)),
    search(query, relation, once, null, extent, judge),
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
  judge: JudgeBeside,
): Promise<Searched> {
  const searchable = columns
    .map((column, index) => new SearchedColumn(column, index, planOf(column, weight, extent)))
    .filter(({ recognizers: wanted }) => wanted.length > 0)
  if (searchable.length === 0) return { findings: [], wholly: new Map() }
  const flags = await firstScan(query, searchable, relation, weight, extent)
  const leads = await sampledLeads(query, searchable, extent)
  const misled = leads.filter(({ share }) => share < LEAD_SHARE).map(({ one }) => one.column)
  // The first rows were not like the others: each cell is tested after all.
  if (misled.length > 0) return search(query, relation, columns, weight, withoutSampling(extent, misled), judge)
  judge.take(new Map(searchable.map((one) => [one.column.name, sampleOf(one, flags, weight, extent)])), settled(searchable, leads, flags))
  const cellsOf = (one: SearchedColumn) => sql`(select ${join([one.textColumn(), ...(weight === null ? [] : [weight])])} from ${relation})`
  const picked = await Promise.all(searchable.map((one) => pickedOf(query, one, cellsOf(one), flags, sampleOf(one, flags, weight, extent))))
  judge.takePicked(picked.flatMap((cells) => cells ?? []))
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
  const unknown = holding.map(({ one }) => one).filter((one) => one.knownPresent(flags) === null)
  const later = await countPresent(query, relation, weight, unknown)
  const present = (one: SearchedColumn) => one.knownPresent(flags) ?? Number(later[`present${one.index}`] ?? 0)
  const read = counted.map(({ one, evidence }) => ({ column: one.column, present: present(one), evidence }))
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
  }
}

function planOf(column: ClassifiedColumn, weight: Sql | null, extent: Extent): SearchPlan {
  return {
    weight,
    lead: extent.leads.get(column) ?? null,
    keeps: !extent.silent.has(column),
    isStored: extent.stored.has(column),
    picksRare: !isWholeTable(extent),
    isPlain: extent.plain.has(column),
  }
}

/** Columns that are their lead in every row, as far as the first scan tells. */
function settled(searchable: readonly SearchedColumn[], leads: readonly SampledLead[], flags: Record<string, unknown>): Set<string> {
  const sampled = leads.filter(({ findings }) => findings.some(({ matches, rows }) => matches >= rows)).map(({ one }) => one)
  const tested = searchable.filter((one) => one.isLed(flags))
  return new Set([...sampled, ...tested].map(({ column }) => column.name))
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
      const [row = {}] = await query.rows(one.sampledLead(TAKEN_ROWS))
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

/** What was picked out of a text column; null where nothing was to be picked, because the sample is all of it. */
async function pickedOf(
  query: Query,
  one: SearchedColumn,
  cells: Sql,
  flags: Record<string, unknown>,
  { isAll, of }: ColumnSample,
): Promise<PickedCells | null> {
  if (one.rare().length === 0 || isAll) return null
  const rows = one.knownPresent(flags) ?? Number(flags[`filled${one.index}`])
  const kept = one.pickedCells(flags)
  const picked = kept === null ? await pickRare(query, one, cells, flags) : { cells: kept, crowded: new Set<Entity>() }
  if (picked === null) return { column: one.column.name, sample: null, crowded: rareKinds }
  return { column: one.column.name, sample: { ...columnSample(picked.cells, of, true), rows }, crowded: picked.crowded }
}

/** Digits alone are settled by their length, not by the pattern, so recognizers that read them say nothing here. */
function wholeEntity(present: number, evidence: readonly Evidence[]): Entity[] {
  const sure = evidence.find(({ recognizer, counts }) => recognizer.digits === null && present > 0 && counts.whole === present)
  return sure === undefined ? [] : [sure.recognizer.id]
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
  const columns = searched.map((one) => ({ tests: new CellTests(one), recognizers: one.recognizers }))
  const each = (part: (tests: CellTests, recognizer: Recognizer) => Sql) =>
    columns.flatMap(({ tests, recognizers }) => recognizers.map((recognizer) => part(tests, recognizer)))
  const steps = [
    columns.map(({ tests }) => tests.settled()),
    columns.map(({ tests }) => tests.flags()),
    each((tests, recognizer) => tests.whole(recognizer)),
    each((tests, recognizer) => join([tests.strong(recognizer), tests.shape(recognizer)])),
    each((tests, recognizer) => tests.inside(recognizer)),
  ]
  const counted = steps.reduce((from, parts) => level(parts, from), cells)
  const [row = {}] = await query.rows(sql`select ${join(each((tests, recognizer) => tests.counts(recognizer)))} from ${counted}`)
  return row
}

async function countPresent(
  query: Query,
  relation: Sql,
  weight: Sql | null,
  open: readonly SearchedColumn[],
): Promise<Record<string, unknown>> {
  if (open.length === 0) return {}
  const cells = [...open.map((one) => one.textColumn()), ...(weight === null ? [] : [weight])]
  const [row = {}] = await query.rows(
    sql`select ${join(open.map((one) => one.presentCount()))} from (select ${join(cells)} from ${relation})`,
  )
  return row
}
