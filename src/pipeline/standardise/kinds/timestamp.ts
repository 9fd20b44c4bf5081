import { sql, type Sql } from '../../../core/sql.ts'
import { defineKind, type KindContext, type Measures, type Typing } from '../kind.ts'
import { chooseOrder } from './choose-order.ts'
import { CLOCK, dateShape, OFFSET, ORDER_NAMES, timestampValue, type DateOrder } from './date-style.ts'
import { tryCast } from './number-style.ts'

const local = (order: DateOrder) => `${dateShape(order)}[T ]${CLOCK}`
const zoned = (order: DateOrder) => `${local(order)}${OFFSET}`
const either = (order: DateOrder) => `${local(order)}${OFFSET}?`

/** Moments with the year first, to the microsecond: `2026-11-20 14:30:05`, `2026-11-20T14:30:05.25Z`. With offsets everywhere or nowhere. */
export const isoTimestamp = defineKind({
  id: 'iso-timestamp',
  probe: (cell) => sql`regexp_full_match(${cell}, ${either('ymd')})`,
  // DuckDB's own spelling is proved by its round trip, which is cheaper than the pattern.
  parts: (cell) => ({ canonical: isCanonical(cell) }),
  measures: (cell, part) => ({
    canonical: sql`count(*) filter (where ${part('canonical')})`,
    local: sql`count(*) filter (where case when ${part('canonical')} then false else regexp_full_match(${cell}, ${local('ymd')}) end)`,
    zoned: sql`count(*) filter (where case when ${part('canonical')} then false else regexp_full_match(${cell}, ${zoned('ymd')}) end)`,
    fits: sql`count(*) filter (where case when ${part('canonical')} then true when regexp_full_match(${cell}, ${either('ymd')}) then ${timestampValue(cell, 'ymd', true)} is not null else false end)`,
    direct: sql`count(*) filter (where case when ${part('canonical')} then true when regexp_full_match(${cell}, ${either('ymd')}) then try_cast(${cell} as timestamptz) is not null else false end)`,
  }),
  resolve: (measures, context) => {
    const counts = { local: measures.canonical! + measures.local!, zoned: measures.zoned! }
    const found = typing('ymd', measures.fits!, 0, counts, context)
    // What DuckDB reads as it stands needs no rewriting, which would cost several times the cast.
    return found !== null && measures.direct === measures.fits ? { ...found, cast: (cell) => tryCast(cell, found.type) } : found
  },
})

function isCanonical(cell: Sql): Sql {
  return sql`coalesce(try_cast(${cell} as timestamp)::varchar = ${cell} and strlen(${cell}) >= 19, false)`
}

/** Moments with the year last: `31-12-2025 14:30`. The column's majority decides which of day and month comes first. */
export const dayMonthTimestamp = defineKind({
  id: 'day-month-timestamp',
  probe: (cell) => sql`regexp_full_match(${cell}, ${either('dmy')})`,
  parts: (cell) => {
    const value = (order: DateOrder) =>
      sql`case when regexp_full_match(${cell}, ${either('dmy')}) then ${timestampValue(cell, order, true)} end`
    return { dmy: value('dmy'), mdy: value('mdy') }
  },
  measures: (cell, part) => ({
    local: sql`count(*) filter (where regexp_full_match(${cell}, ${local('dmy')}))`,
    zoned: sql`count(*) filter (where regexp_full_match(${cell}, ${zoned('dmy')}))`,
    dmy: sql`count(${part('dmy')})`,
    mdy: sql`count(${part('mdy')})`,
    ambiguous: sql`count(*) filter (where ${part('dmy')} <> ${part('mdy')})`,
  }),
  resolve: (measures, context) => {
    const order = chooseOrder(measures, context)
    return order === null ? null : typing(order, measures[order]!, measures.ambiguous!, measures, context)
  },
})

function typing(order: DateOrder, fits: number, ambiguous: number, counts: Measures, { present }: KindContext): Typing | null {
  const isZoned = counts.zoned === present
  if ((!isZoned && counts.local !== present) || fits < present * MAJORITY) return null
  return {
    type: isZoned ? 'TIMESTAMP WITH TIME ZONE' : 'TIMESTAMP',
    cast: (cell) => timestampValue(cell, order, isZoned),
    misfits: present - fits,
    ambiguous,
    reason: `${fits} of ${present} values are moments written ${ORDER_NAMES[order]}, ${isZoned ? 'with' : 'without'} a UTC offset`,
    noun: `a moment written ${ORDER_NAMES[order]}`,
  }
}

/** Share of a column's moments that must fit one order for it to be the column's. */
const MAJORITY = 0.9
