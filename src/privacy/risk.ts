import type { PiiRule } from '../contract/pii.ts'
import { normaliseName } from '../core/names.ts'
import type { Query } from '../core/query.ts'
import { id, join, raw, sql, type Sql } from '../core/sql.ts'
import { coarserCell, laddersOf, type Rung } from './risk-ladders.ts'

/** A column of the relation. */
export interface RiskColumn {
  name: string
  type: string
}

/** How well people hide among one another, by some columns. */
export interface Anonymity {
  /** Rows of the smallest group of rows that are equal in these columns (Sweeney 2002); 0 of an empty table. */
  k: number
  /** Share of rows that no other row is equal to. */
  uniqueShare: number
  /** Share of rows in groups smaller than what is wanted. */
  exposedShare: number
}

export interface Risk extends Anonymity {
  rows: number
  columns: string[]
  wanted: number
  /** The fewest of the columns that alone make groups too small; of several the ones with the most unique rows. Null where k is as wanted. */
  cause: (Anonymity & { columns: string[] }) | null
  /** What made coarser would bring k to what is wanted, and what it is then; null where it is, or where there are too few rows. */
  mend: (Anonymity & { steps: { column: string; rule: PiiRule }[] }) | null
}

/** Most columns that are looked at together: every set of them is. */
export const MOST_COLUMNS = 6

const QUASI =
  /(?:^|_)(?:birth|born|dob|foedsel|foedt|sex|gender|koen|kjoenn|zip|zipcode|postcode|postal|postnr|postnummer|city|by|kommune|municipality|region|age|alder|job|occupation|stilling|profession|education|marital|nationality|ethnicity|race)/

/** Columns that their names say to describe people without naming them. At most `MOST_COLUMNS`. */
export function quasiIdentifiers(columns: readonly RiskColumn[]): RiskColumn[] {
  return columns.filter(({ name }) => QUASI.test(normaliseName(name))).slice(0, MOST_COLUMNS)
}

/**
 * Measures how many rows share their values in the columns, finds the columns that make groups too small, and what made coarser would mend it. NULL is a
 * value like others. Throws what the query throws.
 * @param wanted smallest k that is good
 * @throws RangeError for more than `MOST_COLUMNS` columns
 */
export async function measureRisk(query: Query, relation: Sql, columns: readonly RiskColumn[], wanted: number): Promise<Risk> {
  if (columns.length > MOST_COLUMNS) throw new RangeError(`at most ${MOST_COLUMNS} columns are measured together`)
  const names = columns.map(({ name }) => name)
  const sets = subsetsOf(names)
  const measured = await measureSets(query, relation, names, sets, wanted)
  const [row = {}] = await query.rows(sql`select count(*) as n from ${relation}`)
  const whole = measured.at(-1) ?? { k: 0, uniqueShare: 0, exposedShare: 0 }
  const isGood = columns.length === 0 || whole.k >= wanted || Number(row['n']) === 0
  return {
    ...whole,
    rows: Number(row['n']),
    columns: names,
    wanted,
    cause: isGood ? null : causeOf(sets, measured, wanted),
    mend: isGood ? null : await mend(query, relation, columns, wanted),
  }
}

/** Every set of the names but the empty one, the smaller first. */
function subsetsOf(names: readonly string[]): string[][] {
  const sets = Array.from({ length: 2 ** names.length - 1 }, (_, mask) => names.filter((__, index) => ((mask + 1) >> index) & 1))
  return sets.toSorted((a, b) => a.length - b.length)
}

async function measureSets(
  query: Query,
  relation: Sql,
  names: readonly string[],
  sets: readonly string[][],
  wanted: number,
): Promise<Anonymity[]> {
  if (sets.length === 0) return []
  const grouping = join(sets.map((set) => sql`(${join(set.map(id))})`))
  // Which set a group belongs to: one bit for each column that is left out of it, the last column lowest.
  const which = sql`grouping(${join(names.map(id))})`
  const rows = await query.rows(
    sql`select w, ${figures(wanted)} from (select ${which} as w, count(*) as n from ${relation} group by grouping sets (${grouping})) group by w`,
  )
  const byBits = new Map(rows.map((row) => [Number(row['w']), readFigures(row)]))
  const bitsOf = (set: readonly string[]) => names.reduce((bits, name) => bits * 2 + (set.includes(name) ? 0 : 1), 0)
  return sets.map((set) => byBits.get(bitsOf(set)) ?? { k: 0, uniqueShare: 0, exposedShare: 0 })
}

function figures(wanted: number): Sql {
  const share = (when: Sql) => sql`coalesce(sum(n) filter (where ${when}), 0)::double / sum(n)`
  return sql`min(n) as k, ${share(raw('n = 1'))} as u, ${share(sql`n < ${wanted}`)} as e`
}

function readFigures(row: Record<string, unknown>): Anonymity {
  return { k: Number(row['k'] ?? 0), uniqueShare: Number(row['u'] ?? 0), exposedShare: Number(row['e'] ?? 0) }
}

function causeOf(sets: readonly string[][], measured: readonly Anonymity[], wanted: number): Risk['cause'] {
  const bad = sets.map((columns, index) => ({ columns, ...measured[index]! })).filter(({ k }) => k < wanted)
  const fewest = Math.min(...bad.map(({ columns }) => columns.length))
  return bad.filter(({ columns }) => columns.length === fewest).toSorted((a, b) => b.uniqueShare - a.uniqueShare || a.k - b.k)[0] ?? null
}

/** Makes one column a step coarser at a time, the one that leaves the fewest rows in small groups, until all groups are large enough. */
async function mend(query: Query, relation: Sql, columns: readonly RiskColumn[], wanted: number): Promise<Risk['mend']> {
  const ladders = await laddersOf(query, relation, columns)
  let at = columns.map(() => 0)
  const limit = ladders.reduce((sum, ladder) => sum + ladder.length, 0)
  for (let step = 0; step <= limit; step++) {
    const next = columns.flatMap((_, index) =>
      at[index]! + 1 < ladders[index]!.length ? [at.map((rung, other) => rung + (other === index ? 1 : 0))] : [],
    )
    if (next.length === 0) return null
    const measured = await Promise.all(next.map((rungs) => measureAt(query, relation, columns, ladders, rungs, wanted)))
    const best = measured
      .map((one, index) => ({ one, rungs: next[index]! }))
      .toSorted((a, b) => a.one.exposedShare - b.one.exposedShare || b.one.k - a.one.k)[0]!
    at = best.rungs
    if (best.one.k >= wanted) return { ...best.one, steps: stepsOf(columns, ladders, at) }
  }
  return null
}

async function measureAt(
  query: Query,
  relation: Sql,
  columns: readonly RiskColumn[],
  ladders: readonly Rung[][],
  rungs: readonly number[],
  wanted: number,
): Promise<Anonymity> {
  const cells = columns.map(({ name }, index) => sql`${coarserCell(id(name), ladders[index]![rungs[index]!]!)} as ${raw(`c${index}`)}`)
  const groups = join(columns.map((_, index) => raw(`c${index}`)))
  const [row = {}] = await query.rows(
    sql`select ${figures(wanted)} from (select count(*) as n from (select ${join(cells)} from ${relation}) group by ${groups})`,
  )
  return readFigures(row)
}

function stepsOf(
  columns: readonly RiskColumn[],
  ladders: readonly Rung[][],
  rungs: readonly number[],
): { column: string; rule: PiiRule }[] {
  return columns.flatMap(({ name }, index) => {
    const rung = ladders[index]![rungs[index]!]!
    return rung === 'as it is' ? [] : [{ column: name, rule: rung }]
  })
}
