import { sql } from '../../../core/sql.ts'
import { defineKind, type KindContext, type Measures, type Typing } from '../kind.ts'
import { chooseOrder } from './choose-order.ts'
import { dateShape, dateValue, ORDER_NAMES, type DateOrder } from './date-style.ts'

/** Dates with the year first: `2026-11-20`, `2026/11/20`. */
export const isoDate = defineKind({
  id: 'iso-date',
  probe: (cell) => sql`regexp_full_match(${cell}, ${dateShape('ymd')})`,
  measures: (cell) => ({
    shaped: sql`count(*) filter (where regexp_full_match(${cell}, ${dateShape('ymd')}))`,
    fits: sql`count(case when regexp_full_match(${cell}, ${dateShape('ymd')}) then ${dateValue(cell, 'ymd')} end)`,
  }),
  resolve: (measures, context) => typing('ymd', measures.fits!, 0, measures, context),
})

/** Dates with the year last: `31-12-2025`, `12/31/2025`. The column's majority decides which of day and month comes first. */
export const dayMonthDate = defineKind({
  id: 'day-month-date',
  probe: (cell) => sql`regexp_full_match(${cell}, ${dateShape('dmy')})`,
  parts: (cell) => {
    const value = (order: DateOrder) => sql`case when regexp_full_match(${cell}, ${dateShape('dmy')}) then ${dateValue(cell, order)} end`
    return { dmy: value('dmy'), mdy: value('mdy') }
  },
  measures: (cell, part) => ({
    shaped: sql`count(*) filter (where regexp_full_match(${cell}, ${dateShape('dmy')}))`,
    dmy: sql`count(${part('dmy')})`,
    mdy: sql`count(${part('mdy')})`,
    ambiguous: sql`count(*) filter (where ${part('dmy')} <> ${part('mdy')})`,
  }),
  resolve: (measures, context) => {
    const order = chooseOrder(measures, context)
    return order === null ? null : typing(order, measures[order]!, measures.ambiguous!, measures, context)
  },
})

function typing(order: DateOrder, fits: number, ambiguous: number, { shaped }: Measures, { present }: KindContext): Typing | null {
  if (shaped !== present || fits < present * MAJORITY) return null
  return {
    type: 'DATE',
    cast: (cell) => dateValue(cell, order),
    misfits: present - fits,
    ambiguous,
    reason: `${fits} of ${present} values are dates written ${ORDER_NAMES[order]}`,
    noun: `a date written ${ORDER_NAMES[order]}`,
  }
}

/** Share of a column's dates that must fit one order for it to be the column's. */
const MAJORITY = 0.9
