import { sql, type Sql } from '../core/sql.ts'

/** The day that a cell names, by ISO 8601 or as written in the Nordic countries (day first); NULL where it names none. */
export function writtenDay(cell: Sql): Sql {
  return sql`coalesce(try_cast(${cell} as date), try_strptime(trim(${cell}::varchar), ['%d-%m-%Y', '%d/%m/%Y', '%d.%m.%Y', '%Y%m%d'])::date)`
}
