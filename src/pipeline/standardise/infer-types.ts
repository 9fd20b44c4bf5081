import type { Entity } from '../../contract/pii.ts'
import type { ColumnRule } from '../../contract/pipelines.ts'
import type { TextReading } from '../../connectors/connector.ts'
import { isBlank } from '../../core/missing.ts'
import { normaliseName } from '../../core/names.ts'
import type { Query } from '../../core/query.ts'
import { id, join, sql, type Sql } from '../../core/sql.ts'
import { declareType } from './declared-type.ts'
import type { Kind, Measures, Typing } from './kind.ts'
import { kinds } from './kinds/index.ts'

/** A column of the relation, with its DuckDB type there. */
export interface SourceColumn {
  name: string
  type: string
}

/** How one column goes from explore to chart. */
export interface InferredColumn {
  /** Name in the relation. */
  source: string
  /** DuckDB type in chart. */
  type: string
  /** From the source cell to the typed value. A cell that does not fit becomes NULL, so refuse rows by `invalid` first. */
  cast: (cell: Sql) => Sql
  /** True on rows whose cell is present and cannot be kept exactly; null where there can be none. */
  invalid: Sql | null
  /** Why such a row is refused, without the value. */
  invalidReason: string | null
  /** Cells for which `invalid` is true. */
  misfits: number
  /** Dates that fit both orders of day and month. */
  ambiguous: number
  /** Cells that are not NULL; null where the column was not counted, because a few rows had settled its type. */
  nonNull: number | null
  /** Cells that are blank text and become NULL in a typed column. */
  blanks: number
  /** Why the column has this type, in words. */
  reason: string
  /** The kind of personal data that every cell which is present is, as a whole; set once that was looked for. */
  wholly?: Entity | undefined
}

export interface InferOptions {
  /** How the text was read; null for typed sources, whose text columns are text. */
  text: TextReading | null
  /** By the name in the source or its normalised form. */
  declared: Record<string, ColumnRule>
  /** A relation with a part of the rows (the first, middle and last ones, say) to rule out kinds cheaply. The first 6,000 rows unless given. */
  probe?: Sql
}

const PROBE_ROWS = 6000

/**
 * Finds the type of every column over all its rows. A type is ruled out on few rows and confirmed on every one; a column with one cell that
 * would not read back as it stood stays text. Only dates of the right shape that fit no calendar are left to quarantine, and only where nine
 * in ten fit. Throws what the query throws.
 */
export async function inferTypes(
  query: Query,
  relation: Sql,
  columns: readonly SourceColumn[],
  options: InferOptions,
): Promise<InferredColumn[]> {
  const text = options.text ?? { decimal: '.', dateOrder: 'iso' }
  const probed = columns.filter(
    (column) => column.type === 'VARCHAR' && (options.text !== null || ruleOf(column, options)?.type !== undefined),
  )
  const found = await confirm(query, relation, await ruleOut(query, options.probe ?? firstRows(relation), probed, options), text)
  return Promise.all(
    columns.map(async (column) => {
      const rule = ruleOf(column, options)
      if (rule?.type !== undefined) return declareType(query, relation, column, { ...rule, type: rule.type }, text)
      return found.get(column.name) ?? unchanged(column)
    }),
  )
}

function ruleOf(column: SourceColumn, { declared }: InferOptions): ColumnRule | undefined {
  return declared[column.name] ?? declared[normaliseName(column.name)]
}

function firstRows(relation: Sql): Sql {
  return sql`(select * from ${relation} limit ${PROBE_ROWS})`
}

function unchanged({ name, type }: SourceColumn): InferredColumn {
  const reason = type === 'VARCHAR' ? 'the source says text' : 'the source says so'
  return {
    source: name,
    type,
    cast: (cell) => cell,
    invalid: null,
    invalidReason: null,
    misfits: 0,
    ambiguous: 0,
    nonNull: null,
    blanks: 0,
    reason,
  }
}

interface Candidate {
  name: string
  kinds: Kind[]
}

/** Blank cells read as NULL, so that no kind sees them. */
function withoutBlanks(relation: Sql, names: readonly string[]): Sql {
  const cells = names.map(
    (name, index) =>
      sql`case when ${isBlank(id(name))} then null else ${id(name)} end as ${cellName(index)}, ${id(name)} is not null as ${givenName(index)}`,
  )
  return sql`(select ${join(cells)} from ${relation})`
}

const cellName = (index: number) => id(`c${index}`)
const givenName = (index: number) => id(`g${index}`)
const partName = (index: number, name: string) => id(`c${index}_${name}`)

async function ruleOut(query: Query, probe: Sql, columns: readonly SourceColumn[], options: InferOptions): Promise<Candidate[]> {
  const open = columns.filter((column) => ruleOf(column, options)?.type === undefined)
  if (open.length === 0) return []
  const names = open.map((column) => column.name)
  const tests = names.flatMap((_, column) =>
    kinds.map((kind, index) => sql`coalesce(bool_and(${kind.probe(cellName(column))}), true) as ${id(`p${column}_${index}`)}`),
  )
  const [row] = await query.rows(sql`select ${join(tests)} from ${withoutBlanks(probe, names)}`)
  return names.map((name, column) => ({ name, kinds: kinds.filter((_, index) => row?.[`p${column}_${index}`] === true) }))
}

/** One scan confirms the first surviving kind of every column; where it fails, the next scan (seldom needed) tries the next. */
async function confirm(
  query: Query,
  relation: Sql,
  candidates: readonly Candidate[],
  text: TextReading,
): Promise<Map<string, InferredColumn>> {
  const found = new Map<string, InferredColumn>()
  for (const { name } of candidates.filter((candidate) => candidate.kinds.length === 0)) found.set(name, asText(name, { present: 1 }))
  for (let open = candidates.filter((candidate) => candidate.kinds.length > 0); open.length > 0;) {
    const measured = await measure(query, relation, open)
    const next: Candidate[] = []
    open.forEach((candidate, index) => {
      const counts = measured[index]!
      const typing = counts.present === 0 ? null : (candidate.kinds[0]?.resolve(counts, { text, present: counts.present! }) ?? null)
      const remaining = counts.present === 0 ? [] : candidate.kinds.slice(1)
      if (typing === null && remaining.length > 0) next.push({ name: candidate.name, kinds: remaining })
      else found.set(candidate.name, typing === null ? asText(candidate.name, counts) : typedColumn(candidate.name, typing, counts))
    })
    open = next
  }
  return found
}

async function measure(query: Query, relation: Sql, candidates: readonly Candidate[]): Promise<Measures[]> {
  const wanted = candidates.map((candidate, index) => ({
    present: sql`count(${cellName(index)})`,
    given: sql`count(*) filter (where ${givenName(index)})`,
    ...candidate.kinds[0]?.measures(cellName(index), (name) => partName(index, name)),
  }))
  const columns = wanted.flatMap((measures, index) =>
    Object.entries(measures).map(([name, value]) => sql`${value} as ${id(`m${index}_${name}`)}`),
  )
  const relationOfCells = withoutBlanks(
    relation,
    candidates.map((candidate) => candidate.name),
  )
  const parts = candidates.flatMap((candidate, index) =>
    Object.entries(candidate.kinds[0]?.parts?.(cellName(index)) ?? {}).map(([name, value]) => sql`${value} as ${partName(index, name)}`),
  )
  const from = parts.length === 0 ? relationOfCells : sql`(select *, ${join(parts)} from ${relationOfCells})`
  const [row] = await query.rows(sql`select ${join(columns)} from ${from}`)
  return wanted.map((measures, index) =>
    Object.fromEntries(Object.keys(measures).map((name) => [name, Number(row?.[`m${index}_${name}`] ?? 0)])),
  )
}

function asText(name: string, { present, given }: Measures): InferredColumn {
  const reason = present === 0 ? 'the column has no values' : 'not every value fits one type exactly'
  return { ...unchanged({ name, type: 'VARCHAR' }), nonNull: given ?? null, reason }
}

function typedColumn(name: string, typing: Typing, counts: Measures): InferredColumn {
  const cell = id(name)
  return {
    source: name,
    nonNull: counts.given!,
    blanks: counts.given! - counts.present!,
    type: typing.type,
    cast: typing.cast,
    invalid: typing.misfits === 0 ? null : sql`(${cell} is not null and not ${isBlank(cell)} and (${typing.cast(cell)}) is null)`,
    invalidReason: typing.misfits === 0 ? null : `column "${name}" is not ${typing.noun}`,
    misfits: typing.misfits,
    ambiguous: typing.ambiguous,
    reason: typing.reason,
  }
}
