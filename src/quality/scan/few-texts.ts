import { isMissing, isMissingOfFew } from '../../core/missing.ts'
import type { Query } from '../../core/query.ts'
import { id, join, sql, type Sql } from '../../core/sql.ts'
import type { CheckedColumn } from '../check.ts'
import type { PlannedRule } from '../plan-rules.ts'
import type { Rewrite } from './flag-columns.ts'
import { endsEverything } from './table-reader.ts'

/** Below so many rows the look ahead costs more than it saves. */
const WORTH_ROWS = 500_000
/** A column with so few different texts among the first rows has a dictionary in its files. */
const LOOKED_ROWS = 20_480
const FEW = 1000

/**
 * Looks at the first rows for columns of few different texts, and tells missing values in them the quicker way. What is counted is the same.
 * @param rows of the table; nothing is looked at where they are not known or few
 */
export async function fewTexts(
  query: Query,
  relation: Sql,
  columns: readonly CheckedColumn[],
  rules: readonly PlannedRule[],
  rows: number | null,
): Promise<Rewrite> {
  if (rows === null || rows < WORTH_ROWS) return (text) => text
  const asked = JSON.stringify(rules.map(({ plan }) => plan))
  const texts = columns.filter(
    ({ name, type }) => type === 'VARCHAR' && asked.includes(JSON.stringify(isMissing(id(name)).text).slice(1, -1)),
  )
  const few = await withFew(query, relation, texts)
  return (text) =>
    few.reduce((written, { name }) => written.replaceAll(isMissing(id(name)).text, () => isMissingOfFew(id(name)).text), text)
}

async function withFew(query: Query, relation: Sql, texts: readonly CheckedColumn[]): Promise<readonly CheckedColumn[]> {
  if (texts.length === 0) return []
  const counts = texts.map(({ name }, place) => sql`approx_count_distinct(${id(name)}) as ${id(`n${place}`)}`)
  try {
    const [row = {}] = await query.rows(
      sql`select ${join(counts)} from (select ${join(texts.map(({ name }) => id(name)))} from ${relation} limit ${LOOKED_ROWS})`,
    )
    return texts.filter((_, place) => Number(row[`n${place}`]) <= FEW)
  } catch (error) {
    if (endsEverything(error)) throw error
    return []
  }
}
