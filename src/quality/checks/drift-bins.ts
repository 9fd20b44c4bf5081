import { AtlasError } from '../../core/errors.ts'
import { id, join, literal, sql, type Sql } from '../../core/sql.ts'
import type { CheckedColumn, Figure } from '../check.ts'
import { constantOf, finiteNumber, isNumeric } from './column-values.ts'
import { total } from './distribution.ts'

/** How the values of a column are counted, and how many the baseline has. The last bins are the values of no other bin, and NULL. */
export type Bins = { kind: 'numbers'; edges: number[]; before: number[] } | { kind: 'values'; values: string[]; before: number[] }

const EDGES = 99
const VALUES = 20

/** The bins of a baseline table as one row of texts: percentiles of numbers, the most common of other values. */
export function baselineQuery(table: Sql, column: CheckedColumn): Sql {
  if (!isNumeric(column) && !isTime(column)) return commonValues(table, column)
  const value = numberOf(column)
  const shares = join(Array.from({ length: EDGES }, (_, index) => literal((index + 1) / (EDGES + 1))))
  // The edges as rows, so that each value is sorted into its bin; beside each row as a list they would be copied as often.
  const cut = sql`select unnest(list_sort(list_distinct(quantile_cont(${value}, [${shares}])))) as edge from ${table}`
  const placed = sql`select edge, count(*) as n from (select ${value} as v from ${table}) as cells asof left join cut on cells.v <= cut.edge where v is not null group by edge`
  const counted = sql`select cut.edge, coalesce(n, 0) as n from cut left join placed on cut.edge = placed.edge`
  const above = sql`coalesce((select n from placed where edge is null), 0)`
  const absent = sql`(select count(*) - count(${value}) from ${table})`
  return sql`with cut as materialized (${cut}), placed as materialized (${placed}) select to_json(list(edge order by edge))::varchar as bins, to_json(list_append(list(n order by edge), ${above}))::varchar as counts, ${absent} as absent from (${counted})`
}

function commonValues(table: Sql, column: CheckedColumn): Sql {
  const counted = sql`select ${id(column.name)}::varchar as v, count(*) as n from ${table} where ${id(column.name)} is not null group by 1`
  const top = sql`select *, sum(n) over () as present from (${counted}) order by n desc, v limit ${VALUES}`
  const absent = sql`(select count(*) - count(${id(column.name)}) from ${table})`
  return sql`select to_json(list(v order by n desc, v))::varchar as bins, to_json(list_append(list(n order by n desc, v), max(present) - sum(n)))::varchar as counts, ${absent} as absent from (${top})`
}

/** What `baselineQuery` answered; null for a baseline without values. */
export function readBaseline(column: CheckedColumn, prepared: Record<string, Figure>): Bins | null {
  const [bins, counts] = [parsed(prepared['bins']), parsed(prepared['counts'])]
  const absent = Number(prepared['absent'] ?? 0)
  if (bins.length === 0 || counts.length === 0) return null
  if (!isNumeric(column) && !isTime(column)) return { kind: 'values', values: bins.map(String), before: [...counts.map(Number), absent] }
  const edges = bins.map(Number)
  return { kind: 'numbers', edges, before: [...padded(counts.map(Number), edges.length + 1), absent] }
}

/** An aggregate that counts the rows of each bin, as JSON; `readCounts` reads it. */
export function countsOf(column: CheckedColumn, bins: Bins): Record<string, Sql> {
  const value = bins.kind === 'numbers' ? numberOf(column) : id(column.name)
  const absent = sql`count(*) - count(${value})`
  if (bins.kind === 'numbers') {
    const edges = sql`[${join(bins.edges.map((edge) => literal(edge)))}]::double[]`
    return { counts: sql`to_json(map_values(histogram(${value}, ${edges})))::varchar`, absent }
  }
  const counts = bins.values.map((each) => sql`count(*) filter (where ${value} = ${constantOf(column, each)})`)
  const rest = sql`count(${value}) - (${join(counts, ' + ')})`
  return { counts: sql`to_json([${join([...counts, rest])}])::varchar`, absent }
}

/** Rows by bin, NULL last. Bins above the largest value are left out by the engine. */
export function readCounts(bins: number, figures: Record<string, Figure>): number[] {
  const counts = parsed(figures['counts']).map(Number)
  return [...padded(counts, bins - 1), Number(figures['absent'] ?? 0)]
}

/** Shares of a distribution that a rule tells, as the counts of so many rows. */
export function expectedBins(
  column: CheckedColumn,
  {
    values,
    edges,
    shares,
  }: { values?: readonly (string | number | boolean)[] | undefined; edges?: readonly number[] | undefined; shares: readonly number[] },
): Bins {
  const bins = values?.length ?? (edges?.length ?? 0) + 1
  if ((values === undefined) === (edges === undefined) || shares.length !== bins || total(shares) <= 0)
    throw new AtlasError(
      'pipeline.invalid',
      `The distribution expected of "${column.name}" has ${shares.length} shares for ${bins} bins.`,
      {
        next: 'Give values with a share each, or edges and one share more.',
      },
    )
  const before = shares.map((share) => (share / total(shares)) * EXPECTED_ROWS)
  if (values !== undefined) return { kind: 'values', values: values.map(String), before: [...before, 0, 0] }
  return { kind: 'numbers', edges: [...(edges ?? [])].toSorted((a, b) => a - b), before: [...before, 0] }
}

/** A distribution that somebody states is taken for that of many rows. */
const EXPECTED_ROWS = 1_000_000

function isTime({ type }: CheckedColumn): boolean {
  return type === 'DATE' || type.startsWith('TIMESTAMP')
}

function numberOf(column: CheckedColumn): Sql {
  return isTime(column) ? sql`(case when isfinite(${id(column.name)}) then epoch(${id(column.name)}::timestamp) end)` : finiteNumber(column)
}

function padded(counts: number[], length: number): number[] {
  return [...counts, ...Array.from({ length: Math.max(0, length - counts.length) }, () => 0)]
}

function parsed(figure: Figure | undefined): unknown[] {
  return typeof figure === 'string' ? (JSON.parse(figure) as unknown[]) : []
}
