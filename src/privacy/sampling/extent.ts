import { raw, sql, type Sql } from '../../core/sql.ts'
import type { Recognizer } from '../recognizer.ts'
import type { ClassifiedColumn } from '../searched-column.ts'

/** The kind that most cells of a column are. */
export interface Lead {
  recognizer: Recognizer
  /** Cells are only asked whether they resemble it, and the sample says how many are: in large tables, where the kind is not kept anyway. */
  isSampled: boolean
}

/** How much a table holds, and how it is searched. */
export interface Extent {
  rows: number
  /** Rows that a sample has, about. */
  wanted: number
  /** Text columns whose values repeat. Whether they do changes only what the search costs, never what it finds. */
  repeating: ReadonlySet<ClassifiedColumn>
  /** What most cells of a text column are, by its first rows; this too changes only the cost. */
  leads: ReadonlyMap<ClassifiedColumn, Lead>
  /** Text columns in whose first rows nothing could be but their lead: no cells are kept for the second scan. Only the cost again. */
  silent: ReadonlySet<ClassifiedColumn>
  /** Text columns in whose first rows next to no cell could be anything: one pattern for all kinds goes before those that tell which. Only the cost. */
  plain: ReadonlySet<ClassifiedColumn>
  /** Columns that are stored as numbers, whose smallest and largest a file knows without being read. */
  stored: ReadonlySet<ClassifiedColumn>
}

/** True where a sample is every row. */
export function isWholeTable({ rows, wanted }: Pick<Extent, 'rows' | 'wanted'>): boolean {
  return wanted >= rows
}

/** True of each row with the same chance, of every row where the table is small. */
export function takenAtRandom(extent: Pick<Extent, 'rows' | 'wanted'>): Sql {
  return isWholeTable(extent) ? raw('true') : sql`random() < ${extent.wanted / extent.rows}`
}
