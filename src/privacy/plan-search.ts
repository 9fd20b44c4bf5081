import type { Policy } from '../contract/pii.ts'
import type { Query } from '../core/query.ts'
import { id, join, raw, sql, type Sql } from '../core/sql.ts'
import { flagged, level } from './first-scan.ts'
import { defaultAction, ruleOf } from './policy.ts'
import type { Recognizer } from './recognizer.ts'
import { recognizers } from './recognizers/index.ts'
import { SAMPLE_ROWS } from './sampling/column-sample.ts'
import type { Extent } from './sampling/extent.ts'
import { INTEGER, SearchedColumn, type ClassifiedColumn } from './searched-column.ts'
import { isSurely } from './spans.ts'

const PROBE_ROWS = 6000
/** Rows for each different value, by what the first rows let expect: from here on grouping first pays. */
const ROWS_A_VALUE = 50
/** Share of the first cells, at most, that match the one pattern for all kinds. Where more do it costs more than the two: of digests and keys its automaton grows too large. */
const PLAIN_SHARE = 0.05
/** Share of the first cells that must surely be of a kind for it to lead. */
const LEAD_SHARE = 0.9
/** As many first cells tell which kind leads. */
const LEAD_ROWS = 500

/** Up to so many rows, each cell of a column that is of one kind is tested. */
const TESTED_ROWS = 1_000_000

/** How many rows there are, and what the first of them say of how a column is best searched. A kind that the policy keeps is tested in each cell, so that nothing else is kept with it. Throws what the query throws. */
export async function planSearch(
  query: Query,
  relation: Sql,
  columns: readonly ClassifiedColumn[],
  policy: Pick<Policy, 'entities' | 'default'>,
): Promise<Extent> {
  const [head = {}] = await query.rows(sql`select count(*) as n from (select 1 from ${relation} limit ${PROBE_ROWS})`)
  const probed = Number(head['n'])
  if (probed < PROBE_ROWS)
    return { rows: probed, wanted: probed, repeating: new Set(), leads: new Map(), silent: new Set(), plain: new Set(), stored: new Set() }
  const [all = {}] = await query.rows(sql`select count(*) as n from ${relation}`)
  const rows = Number(all['n'])
  const text = columns.filter(({ type }) => type === 'VARCHAR')
  const repeating = await repeatingColumns(query, relation, text, rows)
  const once = text.filter((column) => !repeating.has(column))
  const leads = await leadingKinds(query, relation, once)
  const isSampled = (recognizer: Recognizer) => {
    const entry = policy.entities[recognizer.id] ?? policy.default ?? defaultAction(recognizer.id)
    return rows > TESTED_ROWS && recognizer.resembles !== undefined && ruleOf(entry).action !== 'keep'
  }
  const plan = new Map([...leads].map(([column, recognizer]) => [column, { recognizer, isSampled: isSampled(recognizer) }]))
  const quiet = await quietColumns(query, relation, once, plan)
  const stored = await storedNumbers(query, relation, columns)
  return { rows, wanted: Math.min(rows, SAMPLE_ROWS), repeating, leads: plan, ...quiet, stored }
}

/** Columns in whose first rows nothing could be but their lead, and those in which next to no cell could hold anything. */
async function quietColumns(
  query: Query,
  relation: Sql,
  text: readonly ClassifiedColumn[],
  leads: Extent['leads'],
): Promise<Pick<Extent, 'silent' | 'plain'>> {
  if (text.length === 0) return { silent: new Set(), plain: new Set() }
  const searched = text.map(
    (column, index) => new SearchedColumn(column, index, { lead: leads.get(column) ?? null, picksRare: true, isPlain: true }),
  )
  const cells = sql`(select ${join(searched.map((one) => one.textColumn()))} from ${relation} limit ${PROBE_ROWS})`
  const either = level(
    searched.flatMap((one) => one.either()),
    flagged(searched, cells),
  )
  const counts = join(
    searched.flatMap(({ index }) => ['any', 'either'].map((name) => sql`count_if(${raw(`${name}${index}`)}) as ${raw(`${name}${index}`)}`)),
  )
  const [row = {}] = await query.rows(sql`select ${counts} from ${either}`)
  const among = (name: string, most: number) =>
    new Set(searched.filter(({ index }) => Number(row[`${name}${index}`]) <= most).map(({ column }) => column))
  return { silent: among('any', 0), plain: among('either', PLAIN_SHARE * PROBE_ROWS) }
}

async function storedNumbers(query: Query, relation: Sql, columns: readonly ClassifiedColumn[]): Promise<Set<ClassifiedColumn>> {
  const described = await query.rows(sql`describe select * from ${relation}`)
  const types = new Map(described.map((row) => [String(row['column_name']), String(row['column_type'])]))
  return new Set(columns.filter(({ name, type }) => INTEGER.test(type) && INTEGER.test(types.get(name) ?? '')))
}

async function repeatingColumns(
  query: Query,
  relation: Sql,
  text: readonly ClassifiedColumn[],
  rows: number,
): Promise<Set<ClassifiedColumn>> {
  if (text.length === 0) return new Set()
  const times = text.map(({ name }, index) => sql`map_values(histogram(${id(name)}::varchar)) as ${raw(`h${index}`)}`)
  const seen = (index: number, often: Sql) => sql`len(list_filter(${raw(`h${index}`)}, lambda times: times = ${often}))`
  const counts = text.flatMap((_, index) => [
    sql`coalesce(len(${raw(`h${index}`)}), 0) as ${raw(`d${index}`)}`,
    sql`coalesce(${seen(index, raw('1'))}, 0) as ${raw(`once${index}`)}`,
    sql`coalesce(${seen(index, raw('2'))}, 0) as ${raw(`twice${index}`)}`,
  ])
  const first = sql`(select ${join(text.map(({ name }) => id(name)))} from ${relation} limit ${PROBE_ROWS})`
  const [row = {}] = await query.rows(sql`select ${join(counts)} from (select ${join(times)} from ${first})`)
  return new Set(
    text.filter((_, index) => {
      const [d, once, twice] = ['d', 'once', 'twice'].map((name) => Number(row[`${name}${index}`]))
      return valuesInAll(d ?? 0, once ?? 0, twice ?? 0) * ROWS_A_VALUE <= rows
    }),
  )
}

/** A. Chao, Scandinavian Journal of Statistics 11 (1984): how many different values there are, from those seen, those seen once and those seen twice. */
function valuesInAll(seen: number, once: number, twice: number): number {
  return seen + (once * Math.max(0, once - 1)) / (2 * (twice + 1))
}

async function leadingKinds(query: Query, relation: Sql, text: readonly ClassifiedColumn[]): Promise<Map<ClassifiedColumn, Recognizer>> {
  if (text.length === 0) return new Map()
  const counts = text.flatMap((_, index) => [
    sql`count(${raw(`c${index}`)}) as ${raw(`n${index}`)}`,
    ...recognizers.map(
      (recognizer) => sql`count(*) filter (where ${isSurely(recognizer, raw(`c${index}`))}) as ${raw(`m${index}_${recognizer.id}`)}`,
    ),
  ])
  const cells = text.map(({ name }, index) => sql`left(${id(name)}::varchar, 200) as ${raw(`c${index}`)}`)
  const [row = {}] = await query.rows(sql`select ${join(counts)} from (select ${join(cells)} from ${relation} limit ${LEAD_ROWS})`)
  return new Map(
    text.flatMap((column, index) => {
      const least = LEAD_SHARE * Number(row[`n${index}`])
      const lead = recognizers.find((recognizer) => least > 0 && Number(row[`m${index}_${recognizer.id}`]) >= least)
      return lead === undefined ? [] : [[column, lead] as const]
    }),
  )
}
