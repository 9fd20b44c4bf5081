import { id, raw, sql, type Sql } from '../../core/sql.ts'
import { closesAt } from './closes-at.ts'

/** Columns computed once for a row, whoever asks for them. */
export interface FlagColumns {
  /** How the value of an expression is named by those who read the columns. */
  of(expression: Sql): Sql
  /** `expression as name`, for the SELECT that computes them. */
  list(): Sql[]
}

/** Another text for the same thing. */
export type Rewrite = (text: string) => string

/**
 * Collects expressions: equal texts become one column, and `not (x)` is read from the column of `(x)`. So the test for a missing value of a
 * column runs once, whether it makes rows fail or exempts them.
 * @param prefix no column of the table starts with it
 */
export function flagColumns(prefix: string, rewrite: Rewrite = (text) => text): FlagColumns {
  const names = new Map<string, Sql>()
  const nameOf = (text: string): Sql => {
    const known = names.get(text) ?? id(`${prefix}${names.size}`)
    names.set(text, known)
    return known
  }
  return {
    of: ({ text }) => {
      const denied = deniedBy(text)
      return denied === null ? nameOf(text) : sql`not ${nameOf(denied)}`
    },
    list: () => [...names].map(([text, name]) => sql`(${raw(rewrite(text))}) as ${name}`),
  }
}

/** `(x)` of `not (x)`; null for every other text, such as `not (x) or (y)`. */
function deniedBy(text: string): string | null {
  const rest = /^not\s*(\(.*\))$/s.exec(text)?.[1]
  return rest !== undefined && closesAt(rest) === rest.length - 1 ? rest : null
}

/** A prefix of column names that no column of the table starts with. */
export function freePrefix(columns: readonly { name: string }[]): string {
  let prefix = 'atlas_'
  while (columns.some(({ name }) => name.toLowerCase().startsWith(prefix))) prefix = `_${prefix}`
  return prefix
}
