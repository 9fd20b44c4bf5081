import { raw, sql, type Sql } from '../../core/sql.ts'
import type { CheckPlan, Figure } from '../check.ts'

/** The least and the greatest value of a key of whole numbers, as constants of its type. */
export interface KeyBounds {
  low: Sql
  high: Sql
}

/** A bit for every value between the bounds: 32 MiB for each thread. */
const MOST_BITS = 2n ** 28n
/** Grouping takes more than eight bytes a row, so that as many bits are never dearer. */
const BITS_PER_ROW = 64n

/** Aggregates of the shared scan that `keyBounds` reads; as text, because a figure holds no more than 53 bits. */
export function boundsAsked(key: Sql): Record<string, Sql> {
  return { low: sql`min(${key})::varchar`, high: sql`max(${key})::varchar` }
}

/** Null where a bit for every value between the least and the greatest would be too many, and for keys of anything but whole numbers. */
export function keyBounds(
  plan: Extract<CheckPlan, { kind: 'key' }>,
  { low, high }: Record<string, Figure>,
  rows: number,
): KeyBounds | null {
  if (plan.integers === undefined || typeof low !== 'string' || typeof high !== 'string') return null
  const bits = BigInt(high) - BigInt(low) + 1n
  if (bits > MOST_BITS || bits > BITS_PER_ROW * BigInt(rows)) return null
  const constant = (value: string): Sql => sql`cast(${value} as ${raw(plan.integers!)})`
  return { low: constant(low), high: constant(high) }
}
