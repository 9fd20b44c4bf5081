import type { Dimension } from '../contract/quality.ts'
import type { Query } from '../core/query.ts'
import { join, raw, sql, type Sql } from '../core/sql.ts'
import type { Figure } from './check.ts'
import type { PlannedRule } from './plan-rules.ts'
import { isEmptyColumn } from './to-result.ts'

/** What was counted for one rule. */
export interface Measured {
  eligible: number
  failing: number
  figures: Record<string, Figure>
  /** What was measured where that is not rows. */
  value: number | null
  /** True where the rule is broken although no single row is to blame. */
  isBroken: boolean
  /** What the outcome means, for a rule that does not pass. */
  message: string | null
  /** Set where the rule could not run. */
  error: string | null
}

const NOTHING = { eligible: 0, failing: 0, figures: {}, value: null, isBroken: false, message: null, error: null }

export interface Scan {
  rows: number
  /** In the order of the rules. */
  measured: Measured[]
  /** Rows that break at least one row rule of the dimension. */
  broken: Partial<Record<Dimension, number>>
}

/**
 * One scan for all row and aggregate rules. When it fails, each rule is tried alone, the ones that fail are set aside, and the rest run together:
 * one broken rule costs the others nothing but time. Throws what the query throws when it fails without any rule.
 */
export async function scanRules(query: Query, relation: Sql, rules: readonly PlannedRule[]): Promise<Scan> {
  const errors = new Map<number, string>()
  let row = await attempt(() => scanTogether(query, relation, rules, errors))
  if (row instanceof Error) {
    for (const [index] of rules.entries()) {
      const others = new Set([...rules.keys()].filter((other) => other !== index))
      const alone = await attempt(() => scanTogether(query, relation, rules, others))
      if (alone instanceof Error) errors.set(index, faultOf(alone))
    }
    row = await scanTogether(query, relation, rules, errors)
  }
  const rows = Number(row['rows'])
  const measured = await Promise.all(rules.map((rule, index) => measuredOf(query, relation, rule, row, index, errors.get(index), rows)))
  return { rows, measured, broken: await brokenRows(query, relation, rules, measured, row) }
}

/** Columns that turn out wholly empty break no rule by themselves, so the rows that break another are counted again without them. */
async function brokenRows(
  query: Query,
  relation: Sql,
  rules: readonly PlannedRule[],
  measured: readonly Measured[],
  row: Record<string, unknown>,
): Promise<Scan['broken']> {
  const dimensions = [...new Set(rules.map((rule) => rule.dimension))]
  const broken = Object.fromEntries(dimensions.map((dimension) => [dimension, Number(row[`broken_${dimension}`] ?? 0)])) as Scan['broken']
  if (!rules.some((rule, index) => isEmptyColumn(rule, measured[index]!))) return broken
  const skipped = new Set(
    rules.flatMap((rule, index) =>
      rule.dimension !== 'completeness' || isEmptyColumn(rule, measured[index]!) || measured[index]!.error !== null ? [index] : [],
    ),
  )
  const again = await scanTogether(query, relation, rules, skipped)
  return { ...broken, completeness: Number(again['broken_completeness'] ?? 0) }
}

async function attempt<T>(work: () => Promise<T>): Promise<T | Error> {
  try {
    return await work()
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

/** DuckDB's first line names the fault; later lines repeat the query. What it quotes may be a cell, so it is left out. */
function faultOf(error: Error): string {
  return error.message.split('\n')[0]!.replace(/'.*'/g, '‹…›').slice(0, 300)
}

async function scanTogether(
  query: Query,
  relation: Sql,
  rules: readonly PlannedRule[],
  skipped: { has(index: number): boolean },
): Promise<Record<string, unknown>> {
  const running = rules.flatMap((rule, index) => (skipped.has(index) ? [] : [{ rule, index }]))
  const flags = running.flatMap(({ rule, index }) => rowFlags(rule, index))
  const counts = [sql`count(*) as "rows"`, ...running.flatMap(({ rule, index }) => aggregates(rule, index)), ...brokenCounts(running)]
  const from = flags.length === 0 ? relation : sql`(select *, ${join(flags)} from ${relation})`
  const [row] = await query.rows(sql`select ${join(counts)} from ${from}`)
  return row ?? {}
}

const flag = (kind: string, index: number) => raw(`atlas_${kind}_${index}`)

/** Three-valued logic ends here: NULL is neither eligible nor failing. */
function rowFlags({ plan, where }: PlannedRule, index: number): Sql[] {
  if (plan.kind !== 'row' && plan.kind !== 'aggregate') return []
  const failing = plan.kind === 'row' ? plan.failing : plan.failingRows
  const eligible = where === null ? plan.eligible : sql`(${where}) and (${plan.eligible})`
  return [
    sql`coalesce(${eligible}, false) as ${flag('eligible', index)}`,
    sql`coalesce((${eligible}) and (${failing}), false) as ${flag('failing', index)}`,
  ]
}

function aggregates({ plan }: PlannedRule, index: number): Sql[] {
  if (plan.kind !== 'row' && plan.kind !== 'aggregate') return []
  return [
    sql`count(*) filter (where ${flag('eligible', index)}) as ${flag('e', index)}`,
    sql`count(*) filter (where ${flag('failing', index)}) as ${flag('f', index)}`,
    ...Object.entries(plan.figures ?? {}).map(([name, value]) => sql`${value} as ${raw(`atlas_figure_${index}_${name}`)}`),
    ...(plan.kind === 'aggregate' ? [sql`${plan.failing} as ${flag('all', index)}`] : []),
  ]
}

function brokenCounts(running: readonly { rule: PlannedRule; index: number }[]): Sql[] {
  const byRow = running.filter(({ rule }) => rule.plan.kind === 'row' || rule.plan.kind === 'aggregate')
  return [...new Set(byRow.map(({ rule }) => rule.dimension))].map((dimension) => {
    const any = join(
      byRow.filter(({ rule }) => rule.dimension === dimension).map(({ index }) => flag('failing', index)),
      ' or ',
    )
    return sql`count(*) filter (where ${any}) as ${raw(`broken_${dimension}`)}`
  })
}

async function measuredOf(
  query: Query,
  relation: Sql,
  { plan }: PlannedRule,
  row: Record<string, unknown>,
  index: number,
  error: string | undefined,
  rows: number,
): Promise<Measured> {
  if (error !== undefined) return broken(error)
  if (plan.kind === 'error') return broken(plan.message)
  if (plan.kind === 'unmeasurable') return NOTHING
  if (plan.kind === 'counted') return { ...NOTHING, eligible: rows + plan.failing, failing: plan.failing, figures: plan.figures }
  if (plan.kind === 'key') return countKeys(query, relation, plan.expressions)
  if (plan.kind !== 'row' && plan.kind !== 'aggregate') return broken(`Rules of the kind ${plan.kind} are not measured.`)
  const [eligible, failing] = [Number(row[`atlas_e_${index}`]), Number(row[`atlas_f_${index}`])]
  const figures = Object.fromEntries(Object.keys(plan.figures ?? {}).map((name) => [name, toFigure(row[`atlas_figure_${index}_${name}`])]))
  const all = plan.kind === 'aggregate' && row[`atlas_all_${index}`] === true
  const message = plan.kind === 'aggregate' && all ? plan.message : null
  return { ...NOTHING, eligible, failing: all ? eligible : failing, figures, message }
}

function broken(error: string): Measured {
  return { ...NOTHING, error }
}

/** Exact, and bounded in memory: grouping spills to disk. */
async function countKeys(query: Query, relation: Sql, keys: readonly Sql[]): Promise<Measured> {
  const names = keys.map((key, index) => sql`${key} as ${raw(`k${index}`)}`)
  const present = join(
    keys.map((_, index) => sql`${raw(`k${index}`)} is not null`),
    ' and ',
  )
  const groups = sql`select count(*) as n from (select ${join(names)} from ${relation}) where ${present} group by ${join(keys.map((_, index) => raw(`k${index}`)))}`
  const counted = await attempt(() =>
    query.rows(
      sql`select count(*) as "distinct", coalesce(sum(n), 0)::bigint as "eligible", count(*) filter (where n > 1) as "duplicated", coalesce(sum(n) filter (where n > 1), 0)::bigint as "involved" from (${groups})`,
    ),
  )
  if (counted instanceof Error) return broken(faultOf(counted))
  const read = (name: string) => Number(counted[0]?.[name] ?? 0)
  const figures = {
    distinct: read('distinct'),
    duplicatedValues: read('duplicated'),
    rowsInvolved: read('involved'),
    excess: read('eligible') - read('distinct'),
  }
  return { ...NOTHING, eligible: read('eligible'), failing: read('involved'), figures }
}

function toFigure(value: unknown): Figure {
  if (typeof value === 'bigint') return Number(value)
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  return value === null || value === undefined ? null : String(value)
}
