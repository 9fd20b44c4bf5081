import type { Query } from '../../core/query.ts'
import { id, join, raw, sql, type Sql } from '../../core/sql.ts'
import { type Figure, neighbour } from '../../quality/check.ts'
import type { PlannedRule } from '../../quality/plan-rules.ts'
import { toFigure } from '../../quality/scan/to-figure.ts'

/** What single rows say of a rule: a query of the rows that break it, in an order of their own, or why there are none to show. */
export type FailingRowsPlan = { rows: Sql } | { message: string }

/**
 * The rows of a table that break a rule, first those with the lowest key; the same rows each time for one snapshot.
 * @param relation of the table, in brackets
 * @param keys columns that identify a row
 */
export async function planFailingRows(
  query: Query,
  relation: Sql,
  columns: readonly { name: string }[],
  keys: readonly string[],
  rule: PlannedRule,
): Promise<FailingRowsPlan> {
  const { plan, where } = rule
  const asked = where ?? raw('true')
  const inOrder = (test: Sql, first: readonly Sql[] = []): FailingRowsPlan => ({
    rows: sql`select * from ${relation} where coalesce(${test}, false) order by ${orderOf(columns, keys, first)}`,
  })
  switch (plan.kind) {
    case 'row':
      return inOrder(sql`(${asked}) and (${plan.eligible}) and (${plan.failing})`)
    case 'aggregate':
      return inOrder(sql`(${asked}) and (${plan.eligible}) and (${plan.failingRows})`)
    case 'key':
      return { rows: repeated(relation, columns, keys, asked, plan.expressions) }
    case 'group': {
      const same = join(
        plan.by.map((_, index) => sql`${part(index)} is not distinct from broken.${part(index)}`),
        ' and ',
      )
      const parts = join(plan.by.map((by, index) => sql`${by} as ${part(index)}`))
      const groups = sql`select ${parts} from ${relation} where ${asked} and (${plan.eligible}) group by all having ${plan.broken}`
      const rows = sql`select * from (select *, ${parts} from ${relation} where ${asked} and (${plan.eligible})) t semi join (${groups}) broken on ${same}`
      const shown = join(columns.map(({ name }) => id(name)))
      return {
        rows: sql`select ${shown} from (${rows}) order by ${join(plan.by.map((_, index) => part(index)))}, ${orderOf(columns, keys, [])}`,
      }
    }
    case 'ordered': {
      const values = Object.entries(plan.values).map(([name, value]) => sql`${value} over (${plan.window}) as ${neighbour(name)}`)
      const shown = join(columns.map(({ name }) => id(name)))
      const rows = sql`select *, ${join(values)} from ${relation} where ${asked}`
      const test = sql`coalesce((${plan.eligible}) and (${plan.failing}), false)`
      return { rows: sql`select ${shown} from (${rows}) where ${test} order by ${orderOf(columns, keys, [])}` }
    }
    case 'twofold': {
      const figures = await readFigures(query, relation, asked, plan.first)
      const second = plan.second(figures)
      if ('unmeasurable' in second) return { message: second.unmeasurable }
      return inOrder(sql`(${asked}) and (${second.eligible}) and (${second.failing})`)
    }
    case 'error':
      return { message: plan.message }
    case 'unmeasurable':
      return { message: plan.message }
    case 'counted':
      return { message: 'The rows never reached the dataset; those that were refused are in quarantine.' }
    case 'measure':
      return { message: 'The rule is about the table as a whole; no single row breaks it.' }
    case 'answered':
      return { message: 'The rule is a query of its own.' }
  }
}

const part = (index: number): Sql => id(`atlas part ${index}`)

/** Every row whose key stands more than once, rows of one key together. */
function repeated(relation: Sql, columns: readonly { name: string }[], keys: readonly string[], asked: Sql, key: readonly Sql[]): Sql {
  const parts = join(key.map((expression, index) => sql`${expression} as ${part(index)}`))
  const names = key.map((_, index) => part(index))
  const present = join(
    names.map((name) => sql`${name} is not null`),
    ' and ',
  )
  const many = sql`select ${join(names)} from (select ${parts} from ${relation} where ${asked}) where ${present} group by all having count(*) > 1`
  const same = join(
    names.map((name) => sql`t.${name} = many.${name}`),
    ' and ',
  )
  const shown = join(columns.map(({ name }) => id(name)))
  return sql`select ${shown} from (select t.* from (select *, ${parts} from ${relation} where ${asked}) t semi join (${many}) many on ${same})
    order by ${join(names)}, ${orderOf(columns, keys, [])}`
}

/** By key, then by what the row holds: equal snapshots give equal samples. */
function orderOf(columns: readonly { name: string }[], keys: readonly string[], first: readonly Sql[]): Sql {
  const known = keys.filter((key) => columns.some(({ name }) => name === key)).map((key) => sql`${id(key)} nulls last`)
  return join([...first, ...known, sql`hash(${join(columns.map(({ name }) => id(name)))})`])
}

async function readFigures(query: Query, relation: Sql, asked: Sql, first: Record<string, Sql>): Promise<Record<string, Figure>> {
  const names = Object.keys(first)
  if (names.length === 0) return {}
  const [row] = await query.rows(
    sql`select ${join(Object.values(first).map((figure, index) => sql`${figure} as ${id(`f${index}`)}`))} from ${relation} where ${asked}`,
  )
  return Object.fromEntries(names.map((name, index) => [name, toFigure(row?.[`f${index}`])]))
}
