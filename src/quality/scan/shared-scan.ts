import type { Dimension } from '../../contract/quality.ts'
import { id, join, raw, sql, type Sql } from '../../core/sql.ts'
import type { Figure } from '../check.ts'
import { filterAggregate, withoutFilter } from './filter-aggregate.ts'
import { flagColumns, type Rewrite } from './flag-columns.ts'
import type { Candidate, Row } from './measured.ts'
import { rowFlags, type RowFlags, type RowTest } from './row-flags.ts'
import { boundsAsked } from './key-bounds.ts'
import { figureName, readFigures } from './to-figure.ts'

/** A rule in the shared scan, with the aggregates that it asks for. */
export interface SharedRule extends Candidate {
  test: RowTest | null
  figures: Record<string, Sql>
  /** Aggregates over the rows that a `where` chooses; they are asked for in the narrow scan, where rows can be left out. */
  later: Record<string, Sql>
}

/** What the shared scan found for a rule. */
export interface SharedAnswer {
  eligible: number
  failing: number
  figures: Record<string, Figure>
}

/** Stands among the figures of an `aggregate` plan: whether all eligible rows fail. */
export const ALL_FAIL = 'atlas all fail'

/**
 * What a rule asks of the shared scan; null for one that has no part in it.
 * @param prepared what `prepare` of a `measure` plan answered
 * @throws AtlasError `pipeline.invalid` for an aggregate that a `where` cannot be put to
 */
export function sharedRule(candidate: Candidate, prepared: Record<string, Figure>): SharedRule | null {
  const { plan, where } = candidate.rule
  const asks = (figures: Record<string, Sql>): SharedRule => {
    const isWhole = where === null
    return { ...candidate, test: rowTest(candidate), figures: isWhole ? figures : {}, later: isWhole ? {} : figures }
  }
  if (plan.kind === 'row') return asks(plan.figures ?? {})
  if (plan.kind === 'aggregate') return asks({ ...plan.figures, [ALL_FAIL]: plan.failing })
  if (plan.kind === 'measure') return asks(plan.figures(prepared))
  if (plan.kind === 'key') return plan.integers === undefined || where !== null ? null : asks(boundsAsked(plan.expressions[0]!))
  if (plan.kind !== 'twofold') return null
  const first = Object.entries(plan.first).map(([name, value]) => [name, where === null ? value : filterAggregate(value, where)] as const)
  return { ...candidate, test: null, figures: Object.fromEntries(first), later: {} }
}

/** What a rule says of single rows; null for one that says nothing of them before other rows are known. */
export function rowTest({ rule: { plan, where, dimension }, index }: Candidate): RowTest | null {
  if (plan.kind === 'row') return { index, dimension, where, eligible: plan.eligible, failing: plan.failing }
  if (plan.kind === 'aggregate') return { index, dimension, where, eligible: plan.eligible, failing: plan.failingRows }
  return null
}

/** One SELECT for everything that can be told by looking at each row once. */
export function sharedQuery(relation: Sql, rules: readonly SharedRule[], prefix: string, rewrite?: Rewrite): Sql {
  const parts = flagColumns(`${prefix}part_`, rewrite)
  const whole = flagColumns(`${prefix}flag_`)
  const flags = rowFlags(
    rules.flatMap(({ test }) => test ?? []),
    parts,
    whole,
  )
  const figures = rules.flatMap(({ index, figures: asked }) =>
    Object.values(asked).map((value, place) => sql`${withoutFilter(value)} as ${id(figureName(prefix, index, place))}`),
  )
  const counts = [
    sql`count(*) as ${id(`${prefix}rows`)}`,
    ...flags.flatMap((flag) => flagCounts(flag, prefix)),
    ...brokenCounts(flags, prefix),
  ]
  return sql`select ${join([...counts, ...figures])} from ${withColumns(withColumns(relation, parts.list()), whole.list())}`
}

/** A relation with columns added. */
export function withColumns(relation: Sql, columns: readonly Sql[]): Sql {
  return columns.length === 0 ? relation : sql`(select *, ${join(columns)} from ${relation})`
}

/** Counts are NULL of no rows. */
export function flagCounts({ index, eligible, failing }: RowFlags, prefix: string): Sql[] {
  return [
    ...(eligible === null ? [] : [sql`${eligible} as ${id(`${prefix}eligible_${index}`)}`]),
    ...(failing === null ? [] : [sql`count_if(${failing}) as ${id(`${prefix}failing_${index}`)}`]),
  ]
}

/** Rows that break at least one rule of a dimension. */
export function brokenCounts(flags: readonly RowFlags[], prefix: string): Sql[] {
  const failing = flags.filter((flag) => flag.failing !== null)
  return [...Map.groupBy(failing, ({ dimension }) => dimension)].map(([dimension, all]) => {
    const any = join([...new Set(all.map((flag) => flag.failing!.text))].map(raw), ' or ')
    return sql`count_if(${any}) as ${id(`${prefix}broken_${dimension}`)}`
  })
}

/** What the scan found for one rule. Where it was given no flag, every row is eligible and none fails. */
export function sharedAnswer(row: Row, { test, index, figures }: SharedRule, prefix: string): SharedAnswer {
  const count = (name: string, absent: number): number => (name in row ? Number(row[name] ?? 0) : absent)
  const rows = count(`${prefix}rows`, 0)
  return {
    eligible: test === null ? 0 : count(`${prefix}eligible_${index}`, rows),
    failing: count(`${prefix}failing_${index}`, 0),
    figures: readFigures(row, prefix, index, Object.keys(figures)),
  }
}

export function brokenOf(row: Row, prefix: string): Partial<Record<Dimension, number>> {
  const start = `${prefix}broken_`
  const found = Object.entries(row).filter(([name]) => name.startsWith(start))
  return Object.fromEntries(found.map(([name, value]) => [name.slice(start.length), Number(value ?? 0)]))
}
