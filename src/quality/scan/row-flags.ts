import type { Dimension } from '../../contract/quality.ts'
import { join, raw, sql, type Sql } from '../../core/sql.ts'
import type { FlagColumns } from './flag-columns.ts'

/** A rule of single rows, as SQL over one row. */
export interface RowTest {
  index: number
  dimension: Dimension
  where: Sql | null
  eligible: Sql
  failing: Sql
}

/** How a rule of single rows is counted. NULL counts as false. */
export interface RowFlags {
  index: number
  dimension: Dimension
  /** Aggregate that counts the eligible rows; null where every row is. */
  eligible: Sql | null
  /** Column that is true where the row fails; null where no row can. */
  failing: Sql | null
}

/**
 * Two steps of columns: `parts` are the expressions as rules write them, `whole` their conjunctions. Only eligible rows fail. Nothing needs a
 * CASE or a coalesce: the counts take NULL for false, and so does an OR of them.
 */
export function rowFlags(tests: readonly RowTest[], parts: FlagColumns, whole: FlagColumns): RowFlags[] {
  // DuckDB knows from the files which columns hold no NULL and leaves such a test out, but only where it stands in the conjunction itself.
  const part = (expression: Sql): Sql => (testedForNull(expression) === null ? parts.of(expression) : expression)
  return tests.map(({ index, dimension, where, eligible, failing }) => {
    const conditions = [where, eligible].filter((condition) => condition !== null && condition.text !== 'true') as Sql[]
    const named = conditions.map(part)
    const failed = failing.text === 'true' && named.length > 0 ? named : [...named, failing.text === 'true' ? raw('true') : part(failing)]
    return {
      index,
      dimension,
      eligible: named.length === 0 ? null : counted(conditions, () => whole.of(join(named, ' and '))),
      failing: failing.text === 'false' ? null : whole.of(join(failed, ' and ')),
    }
  })
}

/** Values of a column are counted without looking at them. Otherwise `count_if`: three times as fast as a filter, which cuts every column. */
function counted(conditions: readonly Sql[], flag: () => Sql): Sql {
  const column = conditions.length === 1 ? testedForNull(conditions[0]!) : null
  return column !== null && conditions[0]!.text.endsWith('is not null') ? sql`count(${raw(column)})` : sql`count_if(${flag()})`
}

/** The column of `"x" is null` and `"x" is not null`; null for every other expression. */
function testedForNull({ text }: Sql): string | null {
  return /^("(?:[^"]|"")+") is (?:not )?null$/.exec(text)?.[1] ?? null
}
