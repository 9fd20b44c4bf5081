import type { CursorColumn } from './cursor-column.ts'
import { isMoment } from './cursor-columns.ts'
import { oldest } from './range-progress.ts'
import type { Relation } from './relation.ts'
import type { Reading } from './snapshot.ts'

export interface Horizon {
  /** Rows from this value on may become visible late; null when they cannot. */
  low: string | null
  /** Rows that this transaction or a later one wrote may become visible late, whatever their value. */
  since: string | null
}

/**
 * What may still become visible at or below the value reached. A time is set by a transaction that had begun by then, so the begin of the oldest open one is a
 * bound. Where that cannot be seen, where the cursor is no time, or where a transaction has already written rows of this table, the rows themselves say which
 * transaction wrote them.
 */
export async function horizon(reading: Reading, relation: Relation, cursor: CursorColumn, high: string): Promise<Horizon> {
  const { activity } = reading.snapshot
  const isTime = isMoment(cursor.column)
  return {
    low: isTime ? await lowOf(reading, cursor, high) : null,
    since: await sinceOf(reading, relation, isTime && !activity.hidden),
  }
}

/** As the column has it. A column without a zone holds UTC or the time of the server's own zone: the earlier of the two is taken. */
async function lowOf(reading: Reading, { column, literal }: CursorColumn, high: string): Promise<string | null> {
  const { before, after, oldest: begun } = reading.snapshot.activity
  const at = (text: string): string[] => {
    const moment = `'${text}'::timestamptz`
    if (column.base === 'timestamptz') return [moment]
    const zones = [`'UTC'`, `(select reset_val from pg_catalog.pg_settings where name = 'TimeZone')`]
    return zones.map((zone) => `(${moment} at time zone ${zone})::${column.base}`)
  }
  const own = (text: string): string => at(text).at(-1) ?? ''
  // Between the look at open transactions and the snapshot one may have come and another gone.
  const between = `case when ${literal(high)} between ${own(before)} and ${own(after)} then ${own(before)} end`
  const { rows } = await reading.client.query<{ low: string | null }>(
    `select low::text from (select least(${[...(begun === null ? [] : at(begun)), between].join(', ')}) as low) as found where low < ${literal(high)}`,
  )
  return rows[0]?.low ?? null
}

async function sinceOf(reading: Reading, { table }: Relation, seesTimes: boolean): Promise<string | null> {
  if (table === null || !['r', 'm', 'p'].includes(table.kind)) return null
  const { activity, text } = reading.snapshot
  if (!seesTimes && (activity.open || activity.hidden || activity.writers.length > 0)) return oldest(text)
  if (activity.writers.length === 0) return null
  const { rows } = await reading.client.query<{ oid: number }>(
    `with recursive family as (select $1::oid as oid union select i.inhrelid from family join pg_catalog.pg_inherits i on i.inhparent = family.oid)
       select oid::bigint::float8 as oid from family`,
    [table.oid],
  )
  const family = new Set(rows.map(({ oid }) => oid))
  const writers = activity.writers.filter(({ relations }) => relations === null || relations.some((relation) => family.has(relation)))
  const numbers = writers.map(({ transaction }) => BigInt(transaction)).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  return numbers[0]?.toString() ?? null
}
