import type { PiiFinding } from '../contract/pii.ts'
import type { Query } from '../core/query.ts'
import { join, sql, type Sql } from '../core/sql.ts'
import { decide } from './decide.ts'
import type { Recognizer } from './recognizer.ts'
import { SearchedColumn, type ClassifiedColumn } from './searched-column.ts'

/** What was found in one column, before the policy says what to do about it. */
export type ColumnFinding = Omit<PiiFinding, 'action'>

/**
 * Finds personal data in every column, over all rows. A first scan asks only what cells hold at all (an `@`, a run of digits); the second runs
 * the patterns on the columns and cells that may match. A column can have several findings: cells that are the entity (`column`), or text that
 * holds one (`text`). Throws what the query throws.
 */
export async function classifyColumns(query: Query, relation: Sql, columns: readonly ClassifiedColumn[]): Promise<ColumnFinding[]> {
  const searchable = columns
    .map((column, index) => new SearchedColumn(column, index))
    .filter(({ recognizers: wanted }) => wanted.length > 0)
  if (searchable.length === 0) return []
  const [flags = {}] = await query.rows(
    sql`select ${join(searchable.map((one) => one.flagCounts()))} from ${flagged(searchable, relation)}`,
  )
  const searched = searchable.map((one) => one.narrowed(flags)).filter(({ recognizers: wanted }) => wanted.length > 0)
  const [row = {}] = searched.length === 0 ? [] : await query.rows(scanOf(searched, relation))
  return searchable.flatMap((one) =>
    decide(
      one.column,
      Number(flags[`n${one.index}`]),
      one.recognizers.map((recognizer) => ({ recognizer, counts: one.read(recognizer, flags, row) })),
    ),
  )
}

function flagged(searched: readonly SearchedColumn[], relation: Sql): Sql {
  const texts = sql`(select ${join(searched.map((one) => one.textColumn()))} from ${relation})`
  const settled = sql`(select *, ${join(searched.map((one) => one.settled()))} from ${texts})`
  return sql`(select *, ${join(searched.map((one) => one.flags()))} from ${settled})`
}

/** Each level names what the next uses, so that nothing is evaluated twice. */
function scanOf(searched: readonly SearchedColumn[], relation: Sql): Sql {
  const level = (parts: readonly Sql[], from: Sql) => sql`(select *, ${join(parts)} from ${from})`
  const each = (part: (one: SearchedColumn, recognizer: Recognizer) => Sql) =>
    searched.flatMap((one) => one.recognizers.map((recognizer) => part(one, recognizer)))
  const whole = level(
    each((one, recognizer) => one.whole(recognizer)),
    flagged(searched, relation),
  )
  const shaped = level(
    each((one, recognizer) => join([one.strong(recognizer), one.shape(recognizer)])),
    whole,
  )
  const inside = level(
    each((one, recognizer) => one.inside(recognizer)),
    shaped,
  )
  return sql`select ${join(each((one, recognizer) => one.counts(recognizer)))} from ${inside}`
}
