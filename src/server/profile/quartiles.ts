import type { ColumnProfile } from '../../contract/datasets.ts'
import { sql, type Sql } from '../../core/sql.ts'
import type { LakeSession } from '../../lake/lake.ts'
import { isNumber } from './value-types.ts'

/** So few different values are put in order in no time. */
const FEW_VALUES = 200_000
/** Up to so many rows the values of one column are held in memory (8 bytes each); beyond, they are put in order, which spills to disk. */
const MOST_HELD = 20_000_000

interface Source {
  scan: Sql
  column: Sql
  /** Values with their numbers of rows. */
  groups: Sql
  type: string
  rows: number
  distinct: number
}

/** Exact quartiles of finite values: of numbers between the two nearest (as `quantile_cont`), of dates the nearest one below. Null where there is none. */
export async function quartilesOf(session: LakeSession, source: Source): Promise<ColumnProfile['quartiles']> {
  const { type, rows, distinct } = source
  const isHeld = isNumber(type) && distinct > FEW_VALUES && rows <= MOST_HELD
  const [found] = await session.textRows(isHeld ? byMemory(source) : byOrder(source))
  const [lower, median, upper] = found ?? []
  return lower == null || median == null || upper == null ? null : { lower, median, upper }
}

function byMemory({ scan, column }: Source): Sql {
  const number = sql`${column}::double`
  return sql`
    with found as (select quantile_cont(${number}, [0.25, 0.5, 0.75]) filter (where isfinite(${number})) as q from (${scan}))
    select q[1], q[2], q[3] from found`
}

function byOrder({ groups, type }: Source): Sql {
  const value = isNumber(type) ? sql`value::double` : sql`value`
  const at = (share: number): Sql => {
    const place = sql`(${share} * (total - 1))`
    const low = sql`min(v) filter (where upto > floor(${place}))`
    if (!isNumber(type)) return low
    const high = sql`min(v) filter (where upto > ceil(${place}))`
    return sql`${low} + (${high} - ${low}) * any_value(${place} - floor(${place}))`
  }
  return sql`
    with finite as (select ${value} as v, n from ${groups} where isfinite(${value})),
      placed as (select v, sum(n) over (order by v) as upto, sum(n) over () as total from finite)
    select ${at(0.25)}, ${at(0.5)}, ${at(0.75)} from placed`
}
