import { id, join, sql, type Sql } from './sql.ts'

const COPY = 'atlas_copy'

/**
 * The rows of `incoming` that `seen` does not hold, counted as a multiset: of rows that are equal in every compared column, as many are left out as
 * `seen` has. NULLs are equal. Both are SELECTs; `compared` are columns that both have.
 */
export function unseenRows(incoming: Sql, seen: Sql, columns: readonly string[], compared: readonly string[]): Sql {
  if (compared.length === 0) return incoming
  const same = join(compared.map((name) => id(name)))
  const equal = join(
    compared.map((name) => sql`incoming.${id(name)} is not distinct from seen.${id(name)}`),
    ' and ',
  )
  const numbered = (source: Sql): Sql => sql`select *, row_number() over (partition by ${same}) as ${id(COPY)} from (${source})`
  return sql`select ${join(columns.map((name) => sql`incoming.${id(name)}`))} from (${numbered(incoming)}) incoming
    anti join (${numbered(sql`select ${same} from (${seen})`)}) seen on ${equal} and incoming.${id(COPY)} = seen.${id(COPY)}`
}
