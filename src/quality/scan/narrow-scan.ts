import type { Dimension } from '../../contract/quality.ts'
import { id, join, raw, sql, type Sql } from '../../core/sql.ts'
import { flagColumns } from './flag-columns.ts'
import type { NarrowItem, NarrowTable } from './narrow-item.ts'
import { rowFlags, type RowTest } from './row-flags.ts'
import { brokenCounts, flagCounts, withColumns } from './shared-scan.ts'

/** What the narrow scan counts beside its items: rows that break any rule of a dimension, where the first scan could not know all of them. */
export interface Recount {
  dimensions: ReadonlySet<Dimension>
  /** Tests of the first scan that belong to these dimensions. */
  tests: readonly RowTest[]
}

/**
 * One SELECT for everything that needs rows to be put together, or figures of the first scan. The table is read once, with the columns that the
 * items use and no others (DuckDB leaves out what nobody reads); with several items what was read is kept and each works on that.
 */
export function narrowQuery(relation: Sql, items: readonly NarrowItem[], recount: Recount, prefix: string): Sql {
  const selects = [...items.flatMap((item) => item.select?.bind(item) ?? []), ...recounts(items, recount)]
  if (selects.length === 0) return sql`select count(*) as n from ${relation}`
  const isKept = selects.length > 1
  const [base, order] = [id(`${prefix}base`), id(`${prefix}row`)]
  const columns = flagColumns(`${prefix}part_`)
  const table: NarrowTable = { base, prefix, columns, order: isKept ? order : null }
  const answers = selects.map((select, place) => sql`(${select(table)}) as ${id(`${prefix}answer_${place}`)}`)
  // What is kept has no order of its own.
  const numbered = isKept && items.some(({ needsOrder }) => needsOrder) ? [sql`row_number() over () as ${order}`] : []
  const read = join([raw('*'), ...columns.list(), ...numbered])
  return sql`with ${base} as ${raw(isKept ? 'materialized' : 'not materialized')} (select ${read} from ${relation}) select * from ${join(answers)}`
}

/** All tests of single rows in one SELECT. */
function recounts(items: readonly NarrowItem[], recount: Recount): ((table: NarrowTable) => Sql)[] {
  const tests = items.flatMap(({ test }) => test ?? [])
  if (tests.length === 0 && recount.dimensions.size === 0) return []
  return [
    ({ base, prefix, columns }) => {
      const whole = flagColumns(`${prefix}flag_`)
      const flags = rowFlags([...tests, ...recount.tests], columns, whole)
      const counts = flags.slice(0, tests.length).flatMap((flag) => flagCounts(flag, prefix))
      const broken = brokenCounts(flags, prefix)
      return sql`select ${join([sql`count(*) as ${id(`${prefix}recounted`)}`, ...counts, ...broken])} from ${withColumns(base, whole.list())}`
    },
  ]
}
