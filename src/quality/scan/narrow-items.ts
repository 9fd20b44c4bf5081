import { id, join, raw, sql, type Sql } from '../../core/sql.ts'
import type { CheckPlan } from '../check.ts'
import type { Candidate } from './measured.ts'
import { answerName, countIn, type NarrowItem, type NarrowTable } from './narrow-item.ts'
import type { RowTest } from './row-flags.ts'
import { figureName, readFigures } from './to-figure.ts'

type PlanOf<Kind extends CheckPlan['kind']> = Extract<CheckPlan, { kind: Kind }>
type Where = Sql | null

function filtered({ base, columns }: NarrowTable, ...conditions: Where[]): Sql {
  const present = conditions.filter((condition) => condition !== null).map((condition) => columns.of(condition))
  return present.length === 0 ? base : sql`${base} where ${join(present, ' and ')}`
}

/** Every eligible row of a broken group fails. */
export function groupItem({ index, rule: { where } }: Candidate, { by, eligible, broken }: PlanOf<'group'>): NarrowItem {
  return {
    index,
    select: (table) => {
      const counted = eligible.text === 'true' ? raw('count(*)') : sql`count_if(${table.columns.of(eligible)})`
      const grouped = by.length === 0 ? raw('') : sql` group by ${join(by)}`
      const groups = sql`select ${counted} as n, (${broken}) as is_broken from ${filtered(table, where)}${grouped}`
      const name = (part: string): Sql => answerName(table, index, part)
      return sql`select sum(n) as ${name('eligible')}, sum(case when is_broken then n end) as ${name('failing')}, count(*) as ${name('groups')}, count_if(is_broken) as ${name('broken')} from (${groups})`
    },
    read: (row, prefix) => {
      const count = (part: string): number => countIn(row, `${prefix}${part}_${index}`)
      const eligible = count('eligible')
      return { eligible, failing: count('failing'), figures: { groups: count('groups'), brokenGroups: count('broken') } }
    },
  }
}

/** Rows judged by their neighbours. */
export function orderedItem({ index, rule: { where } }: Candidate, plan: PlanOf<'ordered'>): NarrowItem {
  const needsOrder = plan.window.text.trim() === ''
  return {
    index,
    needsOrder,
    select: (table) => {
      const window = needsOrder && table.order !== null ? sql`order by ${table.order}` : plan.window
      const values = Object.entries(plan.values).map(([name, value]) => sql`${value} over (${window}) as ${id(`atlas_${name}`)}`)
      const rows = sql`select ${join([raw('*'), ...values])} from ${filtered(table, where)}`
      const flags = sql`select (${plan.eligible}) as eligible, (${plan.failing}) as failing from (${rows})`
      return sql`select count_if(eligible) as ${answerName(table, index, 'eligible')}, count_if(eligible and failing) as ${answerName(table, index, 'failing')} from (${flags})`
    },
    read: (row, prefix) => ({ eligible: countIn(row, `${prefix}eligible_${index}`), failing: countIn(row, `${prefix}failing_${index}`) }),
  }
}

/** Aggregates over the rows that a `where` chooses. `eligible` is their number. */
export function figuresItem({ index, rule: { where } }: Candidate, figures: Record<string, Sql>): NarrowItem {
  const names = Object.keys(figures)
  return {
    index,
    select: (table) => {
      const asked = Object.values(figures).map((value, place) => sql`${value} as ${id(figureName(table.prefix, index, place))}`)
      return sql`select ${join([sql`count(*) as ${answerName(table, index, 'rows')}`, ...asked])} from ${filtered(table, where)}`
    },
    read: (row, prefix) => ({ eligible: countIn(row, `${prefix}rows_${index}`), figures: readFigures(row, prefix, index, names) }),
  }
}

/** Rows judged by figures of the first scan. */
export function testItem(test: RowTest, rows: number): NarrowItem {
  const { index } = test
  return {
    index,
    test,
    read: (row, prefix) => {
      const eligible = row[`${prefix}eligible_${index}`]
      return { eligible: eligible === undefined ? rows : Number(eligible ?? 0), failing: countIn(row, `${prefix}failing_${index}`) }
    },
  }
}
