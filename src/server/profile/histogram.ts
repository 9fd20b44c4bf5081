import type { ColumnProfile } from '../../contract/datasets.ts'
import { raw, sql, type Sql } from '../../core/sql.ts'
import type { LakeSession } from '../../lake/lake.ts'
import { isNumber } from './value-types.ts'

const BINS = 20

/**
 * Twenty equal bins between the least and the greatest finite value; the last one holds its upper bound.
 * @param groups values with their numbers of rows
 */
export async function histogramOf(session: LakeSession, groups: Sql, type: string): Promise<ColumnProfile['histogram']> {
  const isNumeric = isNumber(type)
  const position = isNumeric ? sql`value::double` : sql`epoch_us(value::timestamp)::double`
  const bound = (edge: Sql): Sql => (isNumeric ? sql`${edge}` : sql`make_timestamp(${edge}::bigint)::${raw(type)}`)
  const rows = await session.textRows(sql`
    with positions as (select ${position} as p, n from ${groups} where isfinite(value${raw(isNumeric ? '::double' : '')})),
      edges as (select min(p) as low, max(p) as high from positions),
      counted as (
        select case when high > low then least(${BINS - 1}, floor((p - low) / (high - low) * ${BINS}))::int else 0 end as bin, sum(n) as n
        from positions, edges group by bin),
      numbered as (select range as bin from range(${BINS}))
    select (${bound(sql`(low + (high - low) * bin / ${BINS})`)})::varchar, (${bound(sql`(low + (high - low) * (bin + 1) / ${BINS})`)})::varchar, coalesce(n, 0)
    from edges cross join numbered left join counted using (bin)
    where low is not null and (high > low or bin = 0) order by bin`)
  return rows.map(([from, to, count]) => ({ from: from ?? '', to: to ?? '', rows: Number(count) }))
}
