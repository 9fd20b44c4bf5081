import type { Dimension } from '../../contract/quality.ts'
import { join, raw, type Sql } from '../../core/sql.ts'
import type { FlagColumns } from './flag-columns.ts'

/** A rule of single rows, as SQL over one row. */
export interface RowTest {
  index: number
  dimension: Dimension
  where: Sql | null
  eligible: Sql
  failing: Sql
}

/** The columns that a rule of single rows is counted by. NULL counts as false. */
export interface RowFlags {
  index: number
  dimension: Dimension
  /** Null where every row is eligible. */
  eligible: Sql | null
  /** Null where no row can fail. */
  failing: Sql | null
}

/**
 * Two steps of columns: `parts` are the expressions as rules write them, `whole` their conjunctions. Only eligible rows fail. Nothing needs a
 * CASE or a coalesce: the counts take NULL for false, and so does an OR of them.
 */
export function rowFlags(tests: readonly RowTest[], parts: FlagColumns, whole: FlagColumns): RowFlags[] {
  return tests.map(({ index, dimension, where, eligible, failing }) => {
    const conditions = [where, eligible].filter((part) => part !== null && part.text !== 'true') as Sql[]
    const named = conditions.map((part) => parts.of(part))
    const failed =
      failing.text === 'true' && named.length > 0 ? named : [...named, failing.text === 'true' ? raw('true') : parts.of(failing)]
    return {
      index,
      dimension,
      eligible: named.length === 0 ? null : whole.of(join(named, ' and ')),
      failing: failing.text === 'false' ? null : whole.of(join(failed, ' and ')),
    }
  })
}
