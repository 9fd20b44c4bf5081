import { raw, sql, type Sql } from '../../core/sql.ts'
import type { ClassifiedColumn } from '../searched-column.ts'

/** How much a table holds. */
export interface Extent {
  rows: number
  /** Rows that a sample has, about. */
  wanted: number
  /** Text columns whose values repeat. Whether they do changes only what the search costs, never what it finds. */
  repeating: ReadonlySet<ClassifiedColumn>
}

/** True where a sample is every row. */
export function isWholeTable({ rows, wanted }: Extent): boolean {
  return wanted >= rows
}

/** True of each row with the same chance, of every row where the table is small. */
export function takenAtRandom(extent: Extent): Sql {
  return isWholeTable(extent) ? raw('true') : sql`random() < ${extent.wanted / extent.rows}`
}
