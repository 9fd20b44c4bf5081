import type { Coarser } from '../../contract/pii.ts'
import { sql, type Sql } from '../../core/sql.ts'
import { defineAction, HIDDEN, type ActionContext } from '../action.ts'
import { bind, withoutSeparators } from '../bind.ts'
import { writtenDay } from '../written-day.ts'

const DATE = /^(?:DATE|TIMESTAMP)/
const NUMBER = /^(?:U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?|DECIMAL|DOUBLE|FLOAT)/
const DEFAULT_SIZE = { age_band: 10, prefix: 2, bucket: 1000 }

export const generalise = defineAction({
  id: 'generalise',
  title: 'Generalise',
  description:
    'The value becomes coarser: a date (or the birth date in a CPR number) its year, month, decade or age band, a number its bucket, a text such as a postcode its first characters. What cannot be made coarser is hidden; inside text the value becomes its label.',
  strictness: 1,
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
  const { rule, typed } = context
  if (to === 'prefix') return prefix(cell, rule.size ?? DEFAULT_SIZE.prefix)
  if (to === 'bucket')
    return bucket(NUMBER.test(typed.type) ? typed.value : sql`try_cast(${cell} as double)`, rule.size ?? DEFAULT_SIZE.bucket)
  return bind('day', dayOf(cell, context), (day) => {
    switch (to) {
      case 'year':
        return sql`year(${day})::varchar`
      case 'month':
        return sql`strftime(${day}, '%Y-%m')`
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

function bucket(value: Sql, size: number): Sql {
  return bind('low', sql`floor(${value}::double / ${size}) * ${size}`, (low) => {
    const shown = (edge: Sql): Sql => sql`regexp_replace((${edge})::decimal(38, 6)::varchar, '[.]?0+$', '')`
    const trimmed = (edge: Sql): Sql => (Number.isInteger(size) ? sql`(${edge})::hugeint::varchar` : shown(edge))
    return sql`${trimmed(low)} || ' to under ' || ${trimmed(sql`${low} + ${size}`)}`
  })
}
