import type { Coarser } from '../../contract/pii.ts'
import { sql, type Sql } from '../../core/sql.ts'
import { defineAction, HIDDEN, type ActionContext } from '../action.ts'
import { bind, withoutSeparators } from '../bind.ts'
import { writtenDay } from '../written-day.ts'

const DATE = /^(?:DATE|TIMESTAMP)/
const NUMBER = /^(?:U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?|DECIMAL\([0-9, ]+\)|DOUBLE|FLOAT)$/
const INTEGER = /^U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?$/
const DEFAULT_SIZE = { age_band: 10, prefix: 2, bucket: 1000 }

export const generalise = defineAction({
  id: 'generalise',
  title: 'Generalise',
  description:
    'The value becomes coarser: a date (or the birth date in a CPR number) its year, month, decade or age band, a number its bucket, a text such as a postcode its first characters. What cannot be made coarser is hidden; inside text the value becomes its label.',
  strictness: 1,
  showsForm: true,
  wholeCell: (cell, context) => {
    const to = context.rule.to ?? naturalFor(context)
    return sql`coalesce(${coarser(cell, to, context)}, ${HIDDEN})`
  },
  inText: 'label',
})

function naturalFor({ typed, entity }: ActionContext): Coarser {
  if (DATE.test(typed.type) || entity === 'DK_CPR' || entity === 'DATE_OF_BIRTH') return 'year'
  return NUMBER.test(typed.type) ? 'bucket' : 'prefix'
}

function coarser(cell: Sql, to: Coarser, context: ActionContext): Sql {
  const { rule } = context
  if (to === 'prefix') return prefix(cell, rule.size ?? DEFAULT_SIZE.prefix)
  if (to === 'bucket') return bucket(cell, context, rule.size ?? DEFAULT_SIZE.bucket)
  return bind('day', dayOf(cell, context), (day) => {
    switch (to) {
      case 'year':
        return sql`year(${day})::varchar`
      case 'month':
        return sql`(case when isfinite(${day}) then strftime(${day}, '%Y-%m') end)`
      case 'decade':
        return sql`(year(${day}) // 10 * 10)::varchar || 's'`
      default:
        return ageBand(day, rule.on === undefined ? sql`current_date` : sql`${rule.on}::date`, rule.size ?? DEFAULT_SIZE.age_band)
    }
  })
}

function dayOf(cell: Sql, { typed, entity }: ActionContext): Sql {
  if (DATE.test(typed.type)) return sql`try_cast(${typed.value} as date)`
  if (entity === 'DK_CPR') return birthDateOfCpr(cell)
  return entity === 'DATE_OF_BIRTH' ? writtenDay(cell) : sql`try_cast(${cell} as date)`
}

/** cpr.dk, Personnummeret i CPR: the seventh digit says the century. */
function birthDateOfCpr(cell: Sql): Sql {
  return bind('cpr', withoutSeparators(sql`trim(${cell})`), (cpr) => {
    const [series, year] = [sql`try_cast(substr(${cpr}, 7, 1) as int)`, sql`try_cast(substr(${cpr}, 5, 2) as int)`]
    const century = sql`(case when ${series} <= 3 then 1900 when ${series} = 4 or ${series} = 9 then (case when ${year} <= 36 then 2000 else 1900 end) when ${year} <= 57 then 2000 else 1800 end)`
    return sql`try_cast((${century} + ${year})::varchar || '-' || substr(${cpr}, 3, 2) || '-' || substr(${cpr}, 1, 2) as date)`
  })
}

function ageBand(day: Sql, on: Sql, size: number): Sql {
  const from = sql`(date_part('year', age(${on}, ${day})) // ${Math.max(1, Math.round(size))} * ${Math.max(1, Math.round(size))})`
  return sql`(case when ${day} <= ${on} then ${from}::varchar || '-' || (${from} + ${Math.max(1, Math.round(size)) - 1})::varchar end)`
}

function prefix(cell: Sql, size: number): Sql {
  const text = sql`trim(${cell})`
  return sql`(case when length(${text}) > ${Math.round(size)} then left(${text}, ${Math.round(size)}) || '*' end)`
}

/** Numbers that are infinite, none, or too large for their edges to be written exactly have no bucket. */
function bucket(cell: Sql, { typed }: ActionContext, size: number): Sql {
  const value = NUMBER.test(typed.type) ? typed.value : sql`try_cast(${cell} as double)`
  return Number.isInteger(size) ? wholeBucket(value, typed.type, size) : brokenBucket(value, size)
}

/** Whole numbers alone: a double has no room for the last digits of a long one. */
function wholeBucket(value: Sql, type: string, size: number): Sql {
  const whole = sql`try_cast(${INTEGER.test(type) ? value : sql`floor(${value})`} as hugeint)`
  return bind('n', whole, (n) =>
    bind('low', sql`${n} - ((${n} % ${size} + ${size}) % ${size})`, (low) =>
      fromTo(sql`${low}::varchar`, sql`(${low} + ${size})::varchar`),
    ),
  )
}

function brokenBucket(value: Sql, size: number): Sql {
  // 0.3 is 2.9999999999999996 times 0.1: what a double cannot hold is rounded away before the whole part is taken.
  return bind('times', sql`floor(round(${value}::double / ${size}, 9))`, (times) => {
    const shown = (edge: Sql): Sql => sql`regexp_replace(try_cast(${edge} as decimal(38, 6))::varchar, '[.]?0+$', '')`
    return fromTo(shown(sql`${times} * ${size}`), shown(sql`(${times} + 1) * ${size}`))
  })
}

function fromTo(low: Sql, high: Sql): Sql {
  return sql`${low} || ' to under ' || ${high}`
}
