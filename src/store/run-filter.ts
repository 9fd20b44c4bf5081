import { type Expression, sql, type SqlBool } from 'kysely'
import type { RunFilter } from '../contract/run-endpoints.ts'

/** The filter but for its search, as conditions on the table `runs`. */
export function runConditions(filter: RunFilter): Expression<SqlBool>[] {
  const conditions: Expression<SqlBool>[] = []
  if (filter.state !== undefined) conditions.push(oneOf('state', filter.state))
  if (filter.trigger !== undefined) conditions.push(oneOf('trigger', filter.trigger))
  if (filter.pipeline !== undefined) conditions.push(sql`runs.pipeline = ${filter.pipeline}`)
  if (filter.from !== undefined) conditions.push(sql`runs.queued_at >= ${filter.from}::timestamptz`)
  if (filter.to !== undefined) conditions.push(sql`runs.queued_at < ${filter.to}::timestamptz`)
  if (filter.gaveUp !== undefined) conditions.push(sql`runs.gave_up_at is not null`)
  if (filter.gaveUp === 'open') conditions.push(sql`runs.settled_at is null`)
  return conditions
}

/** One value is compared by itself: only then an index in the order of the list is walked. */
function oneOf(column: 'state' | 'trigger', list: string): Expression<SqlBool> {
  const values = list.split(',')
  const name = sql.ref(`runs.${column}`)
  return values.length === 1 ? sql`${name} = ${values[0]}` : sql`${name} = any(${values}::text[])`
}

/** All conditions; true without any. */
export function allOf(conditions: readonly Expression<SqlBool>[]): Expression<SqlBool> {
  return conditions.length === 0 ? sql`true` : sql`${sql.join([...conditions], sql` and `)}`
}
