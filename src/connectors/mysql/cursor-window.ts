import type { CursorRule } from '../../contract/pipelines.ts'
import { AtlasError } from '../../core/errors.ts'
import { id, join, raw, sql, type Sql } from '../../core/sql.ts'
import type { MysqlColumn } from './column.ts'
import { cursorCandidates } from './list-tables.ts'
import { canonicalValue, exploreValue, hasSameOrder, hasZone, mysqlValue } from './order-value.ts'
import { quoteName } from './quote.ts'
import type { StreamPlan } from './stream-plan.ts'

/** A cursor that was checked against its column. Values are canonical text. */
export interface Cursor {
  column: MysqlColumn
  /** The column's name, quoted for MySQL. */
  name: string
  nulls: CursorRule['nulls']
  start: string | null
  end: string | null
  backfill: { from: string; to: string } | null
  lookback: string | null
}

/**
 * @throws AtlasError `source.cursor_invalid` naming the columns that can be one
 */
export function parseCursor(rule: CursorRule | null, plan: StreamPlan, warn: (message: string) => void): Cursor {
  if (rule === null) throw invalid(plan, `${plan.name} needs a cursor to be read incrementally.`)
  const column = plan.columns.find(({ name }) => name === rule.column)
  if (column === undefined) throw invalid(plan, `${plan.name} has no column ${rule.column}, which is its cursor.`)
  if (column.order === null || column.order === 'bytes')
    throw invalid(plan, `${rule.column} of ${plan.name} is ${column.sourceType}, which cannot be a cursor.`)
  if (!plan.selected.includes(column))
    throw invalid(plan, `${rule.column} is the cursor of ${plan.name} and must be among the columns read.`)
  const value = (text: string): string => {
    if (column.order === 'datetime' && hasZone(text))
      warn(`${plan.name}.${column.name} has no time zone: ${text} is taken as that time in UTC.`)
    return canonicalValue(column, text)
  }
  const optional = (text: string | undefined) => (text === undefined ? null : value(text))
  return {
    column,
    name: quoteName(column.name),
    nulls: rule.nulls,
    start: optional(rule.start),
    end: optional(rule.end),
    backfill: rule.backfill === undefined ? null : { from: value(rule.backfill.from), to: value(rule.backfill.to) },
    lookback: rule.lookback === undefined ? null : lookbackText(column, rule.lookback, plan),
  }
}

function invalid(plan: StreamPlan, why: string): AtlasError {
  const usable =
    plan.table === null
      ? plan.columns.filter(({ order }) => order !== null && order !== 'bytes' && order !== 'text').map(({ name }) => name)
      : cursorCandidates(plan.table, plan.columns)
  const candidates = usable.length === 0 ? 'No column of it can be one: read it in full.' : `These can be: ${usable.join(', ')}.`
  return new AtlasError('source.cursor_invalid', `${why} ${candidates}`)
}

const UNITS: Record<string, number> = { s: 1, min: 60, h: 3600, d: 86_400 }

/** What is subtracted from a value, for MySQL. */
function lookbackText({ order, name }: MysqlColumn, text: string, plan: StreamPlan): string {
  const [, amount = '', unit] = /^([\d.]+)\s*(\w+)?$/.exec(text) ?? []
  const temporal = order === 'date' || order === 'datetime' || order === 'instant'
  if (temporal === (unit === undefined) || order === 'text')
    throw new AtlasError(
      'source.bad_settings',
      `A look back of ${text} does not go with ${name} of ${plan.name}: give ${temporal ? 'a time such as 10min' : 'a number'}.`,
    )
  if (!temporal) return amount
  return `interval ${Math.round(Number(amount) * (UNITS[unit ?? 's'] ?? 1) * 1e6)} microsecond`
}

/** That much before a value, for MySQL; on whole days for dates. */
export function before({ column }: Cursor, value: string, lookback: string): string {
  const constant = mysqlValue(column.order ?? 'text', value)
  return column.order === 'date' ? `cast(${constant} - ${lookback} as date)` : `${constant} - ${lookback}`
}

/** A stretch of cursor values; null is no bound. */
export interface Window {
  from: string | null
  /** Whether `from` itself is in it. */
  inclusive: boolean
  to: string | null
  /** Whether `to` itself is in it. */
  toInclusive: boolean
}

/** The window as a condition of MySQL; rows without a cursor are in it when they are asked for. */
export function windowCondition(cursor: Cursor, { from, inclusive, to, toInclusive }: Window, withNulls: boolean): string {
  const value = (text: string) => mysqlValue(cursor.column.order ?? 'text', text)
  const bounds = [
    ...(from === null ? [] : [`${cursor.name} ${inclusive ? '>=' : '>'} ${value(from)}`]),
    ...(to === null ? [] : [`${cursor.name} ${toInclusive ? '<=' : '<'} ${value(to)}`]),
  ]
  const inside = bounds.length === 0 ? `${cursor.name} is not null` : bounds.join(' and ')
  return withNulls && cursor.column.nullable ? `(${inside}) or ${cursor.name} is null` : inside
}

/**
 * The window as a condition over explore. It may hold more rows than the window of MySQL, never fewer: dates that are no day became NULL in explore, and
 * texts have another order there.
 */
export function exploreCondition({ column }: Cursor, { from, to }: Window): Sql {
  if (!hasSameOrder(column)) return raw('true')
  const name = id(column.name)
  const bounds = [
    ...(from === null ? [] : [sql`${name} >= ${exploreValue(column, from)}`]),
    ...(to === null ? [] : [sql`${name} <= ${exploreValue(column, to)}`]),
  ]
  if (bounds.length === 0) return raw('true')
  return sql`(${join(bounds, ' and ')}) or ${name} is null`
}
