import type { Query } from '../../core/query.ts'
import { id, join, raw, sql, type Sql } from '../../core/sql.ts'
import type { CheckedColumn } from '../../quality/check.ts'

/** What is true or false; NULL on its own is neither and fits everywhere. */
const TRUTHS = new Set(['BOOLEAN', '"NULL"', 'NULL'])

/**
 * The expressions among these that are no conditions over a table of these columns, with what is wrong: DuckDB would take a number for true wherever it
 * is not 0, and every row would pass. One that does not bind is left to the measurement, which names the column.
 * @param expressions proved, by their text
 */
export async function noConditions(
  query: Query,
  expressions: ReadonlyMap<string, Sql>,
  columns: readonly CheckedColumn[],
): Promise<Map<string, string>> {
  if (expressions.size === 0 || columns.length === 0) return new Map()
  const nothing = sql`(select ${join(columns.map(({ name, type }) => sql`null::${raw(type)} as ${id(name)}`))})`
  const types = await typesOf(query, [...expressions.values()], nothing)
  const wrong = [...expressions.keys()].flatMap((text, index): [string, string][] => {
    const type = types[index] ?? null
    if (type === null || TRUTHS.has(type)) return []
    return [
      [text, `The expression "${text}" is no condition: it gives ${type}, where true or false is asked for. Compare it with something.`],
    ]
  })
  return new Map(wrong)
}

/** The type of each; null for one that does not bind. All are asked at once, and one by one only where some do not bind. */
async function typesOf(query: Query, expressions: readonly Sql[], nothing: Sql): Promise<(string | null)[]> {
  const named = expressions.map((expression, index) => sql`${expression} as ${id(`e${index}`)}`)
  try {
    const rows = await query.rows(sql`describe select ${join(named)} from ${nothing}`)
    return rows.map((row) => String(row['column_type']))
  } catch {
    if (expressions.length === 1) return [null]
    const types: (string | null)[] = []
    for (const expression of expressions) types.push(...(await typesOf(query, [expression], nothing)))
    return types
  }
}
