import type { PiiRule } from '../contract/pii.ts'
import type { Query } from '../core/query.ts'
import { id, join, raw, sql, type Sql } from '../core/sql.ts'
import { actions } from './actions/index.ts'
import type { RiskColumn } from './risk.ts'

/** How coarse a column is made: as it is, or by a rule of a policy. */
export type Rung = 'as it is' | PiiRule

const DATE = /^(?:DATE|TIMESTAMP)/
const NUMBER = /^(?:U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?|DECIMAL|DOUBLE|FLOAT)/
/** Widths of a number's buckets, as shares of its range. */
const BUCKETS = [100, 20, 5]

/** For each column the ways to make it coarser, step by step, until it is left out. */
export async function laddersOf(query: Query, relation: Sql, columns: readonly RiskColumn[]): Promise<Rung[][]> {
  const facts = columns.map(({ name, type }, index) => {
    const [low, high] = NUMBER.test(type)
      ? [sql`min(${id(name)})`, sql`max(${id(name)})`]
      : [sql`0`, sql`max(length(${id(name)}::varchar))`]
    return sql`${low}::double as ${raw(`a${index}`)}, ${high}::double as ${raw(`b${index}`)}`
  })
  const [row = {}] = await query.rows(sql`select ${join(facts)} from ${relation}`)
  return columns.map(({ type }, index) => [
    'as it is',
    ...rulesFor(type, Number(row[`a${index}`] ?? 0), Number(row[`b${index}`] ?? 0)),
    { action: 'drop' },
  ])
}

function rulesFor(type: string, low: number, high: number): PiiRule[] {
  if (DATE.test(type)) return (['month', 'year', 'decade'] as const).map((to) => ({ action: 'generalise', to }))
  if (NUMBER.test(type)) {
    const least = /INT/.test(type) ? 1 : 0
    const sizes = new Set(BUCKETS.map((parts) => niceSize((high - low) / parts)).filter((size) => size > least))
    return [...sizes].map((size) => ({ action: 'generalise', to: 'bucket', size }))
  }
  const lengths = [high - 1, Math.ceil(high / 2), 1].filter(
    (size, index, all) => size >= 1 && size < high && size <= 12 && all.indexOf(size) === index,
  )
  return lengths.map((size) => ({ action: 'generalise', to: 'prefix', size }))
}

/** 1, 2 or 5 times a power of ten, at least as large. */
function niceSize(least: number): number {
  if (!(least > 0)) return 1
  const power = 10 ** Math.floor(Math.log10(least))
  return [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= least * (1 - 1e-9)) ?? 10 * power
}

/** A cell as it would be. */
export function coarserCell(cell: Sql, rung: Rung): Sql {
  if (rung === 'as it is') return cell
  if (rung.action === 'drop') return raw('null')
  const { wholeCell } = actions[rung.action]
  const type = rung.to === 'bucket' ? 'DOUBLE' : rung.to === 'prefix' ? 'VARCHAR' : 'DATE'
  const context = { rule: rung, entity: null, recognizer: null, isSure: false, purpose: 'default', typed: { value: cell, type } }
  return wholeCell === null ? cell : sql`(case when ${cell} is null then null else ${wholeCell(sql`${cell}::varchar`, context)} end)`
}
