import { sql, type Sql } from '../../core/sql.ts'
import type { ColumnFacts } from './column-facts.ts'
import { DAY_ZERO_MS } from './serial-date.ts'

export type SheetType = 'BIGINT' | 'DOUBLE' | 'BOOLEAN' | 'DATE' | 'TIMESTAMP' | 'TIME' | 'VARCHAR'

export interface ColumnType {
  type: SheetType
  /** What the cells are, for people: number, date, currency, mixed … */
  sourceType: string
  /** What was taken for granted, for the run's warnings; without the column's name. */
  note: string | null
}

/** A number without a date format is a date like its neighbours when it lies within ten years of them. */
const NEAR_DAYS = 3660

/**
 * The type that keeps every cell of a column. Numbers shown as dates make it a date column when at least half of the column's numbers are shown so and the others
 * lie near them; a column of several kinds is text, each cell as its own kind is written.
 */
export function columnType(facts: ColumnFacts): ColumnType {
  const dated = facts.date + facts.dateTime + facts.time
  const numbers = facts.number + dated + facts.elapsed
  const kinds = [facts.text, facts.boolean, numbers].filter((count) => count > 0).length
  if (kinds === 0) return { type: 'VARCHAR', sourceType: 'empty', note: null }
  if (kinds > 1) return mixed(facts)
  if (facts.text > 0) return { type: 'VARCHAR', sourceType: 'text', note: null }
  if (facts.boolean > 0) return { type: 'BOOLEAN', sourceType: 'boolean', note: null }
  if (facts.elapsed === numbers) return { type: 'VARCHAR', sourceType: 'duration', note: null }
  if (facts.number === numbers) return { type: facts.integers ? 'BIGINT' : 'DOUBLE', sourceType: formatName(facts), note: null }
  return facts.elapsed === 0 && dated >= facts.number && plainOnesFit(facts) ? dateType(facts) : mixed(facts)
}

function plainOnesFit({ number, date, dateTime, timesOfDay, dated, plain }: ColumnFacts): boolean {
  if (number > 0 && date + dateTime === 0) return timesOfDay
  return number === 0 || (plain.min >= dated.min - NEAR_DAYS && plain.max <= dated.max + NEAR_DAYS)
}

function dateType(facts: ColumnFacts): ColumnType {
  const note =
    facts.number === 0
      ? null
      : `${facts.number} numbers without a date format are taken as dates, as the other ${facts.filled - facts.number} of the column are`
  const only = (count: number): boolean => count + facts.number === facts.filled
  if (only(facts.time) && facts.timesOfDay) return { type: 'TIME', sourceType: 'time', note }
  if (only(facts.date) && facts.wholeDays) return { type: 'DATE', sourceType: 'date', note }
  return { type: 'TIMESTAMP', sourceType: 'date time', note }
}

function mixed(facts: ColumnFacts): ColumnType {
  const counts = {
    'texts': facts.text,
    'numbers': facts.number,
    'dates': facts.date + facts.dateTime,
    'times': facts.time,
    'durations': facts.elapsed,
    'true or false': facts.boolean,
  }
  const held = Object.entries(counts).filter(([, count]) => count > 0)
  return {
    type: 'VARCHAR',
    sourceType: 'mixed',
    note: `cells of several kinds are kept as text: ${held.map(([what, count]) => `${count} ${what}`).join(', ')}`,
  }
}

function formatName({ formats }: ColumnFacts): string {
  const [only] = formats
  return formats.size === 1 && (only === 'PERCENT' || only === 'CURRENCY' || only === 'SCIENTIFIC') ? only.toLowerCase() : 'number'
}

/**
 * A staged cell (its kind's letter, then its value) as a value of its column's type. The letters: s text, b boolean (bt, bf), n number, d date, m date and time, t time,
 * e duration; the value of a number of any kind is the number.
 */
export function typedCell(cell: Sql, { type, sourceType }: Pick<ColumnType, 'type' | 'sourceType'>): Sql {
  const value = sql`substr(${cell}, 2)`
  if (type === 'BIGINT') return sql`${value}::bigint`
  if (type === 'DOUBLE') return sql`${value}::double`
  if (type === 'BOOLEAN') return sql`${cell} = 'bt'`
  if (type === 'DATE') return sql`${momentOf(value)}::date`
  if (type === 'TIMESTAMP') return momentOf(value)
  if (type === 'TIME') return sql`${momentOf(value)}::time`
  return sourceType === 'text' || sourceType === 'empty' ? value : textOf(cell, value)
}

function milliseconds(value: Sql): Sql {
  return sql`round(${value}::double * 86400000)::bigint`
}

function momentOf(value: Sql): Sql {
  return sql`epoch_ms(${milliseconds(value)} + ${DAY_ZERO_MS})`
}

function textOf(cell: Sql, value: Sql): Sql {
  const moment = sql`${momentOf(value)}::varchar`
  const ms = milliseconds(value)
  return sql`case left(${cell}, 1)
    when 'b' then case ${cell} when 'bt' then 'true' else 'false' end
    when 'd' then case when ${ms} % 86400000 = 0 then ${momentOf(value)}::date::varchar else ${moment} end
    when 'm' then ${moment}
    when 't' then case when ${ms} between 0 and 86399999 then ${momentOf(value)}::time::varchar else ${moment} end
    when 'e' then ${elapsedText(ms)}
    else ${value} end`
}

function elapsedText(ms: Sql): Sql {
  const part = (divisor: number): Sql => sql`lpad((abs(${ms}) // ${divisor} % 60)::varchar, 2, '0')`
  const hours = sql`(abs(${ms}) // 3600000)::varchar`
  const rest = sql`abs(${ms}) % 1000`
  return sql`case when ${ms} < 0 then '-' else '' end || lpad(${hours}, greatest(2, length(${hours}))::integer, '0') || ':' || ${part(60_000)} || ':' || ${part(1000)}
    || case when ${rest} = 0 then '' else '.' || lpad((${rest})::varchar, 3, '0') end`
}
