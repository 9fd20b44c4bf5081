import type { Sql } from '../../core/sql.ts'
import type { TextReading } from '../../connectors/connector.ts'

/** What was counted of one column under one kind. DuckDB's counts come as bigint, lengths as bigint or number, absent ones as null. */
export type Measures = Record<string, number>

/** How the cells of a text column become values. */
export interface Typing {
  /** DuckDB type, as `typeof` prints it. */
  type: string
  /** From text to the typed value; NULL for cells that do not fit. */
  cast: (cell: Sql) => Sql
  /** Cells that do not fit and so cannot be kept exactly. */
  misfits: number
  /** Dates that fit both orders of day and month. */
  ambiguous: number
  /** In words, for people: what the cells were found to be. */
  reason: string
  /** What a misfit is not, for the quarantine: `a date (day-month-year)`. */
  noun: string
}

export interface KindContext {
  text: TextReading
  /** Cells that are neither NULL nor blank. */
  present: number
}

/**
 * One way to read a column of text. `probe` rules out over few rows (one counter-example is proof); `measures` confirms over the whole column;
 * `resolve` decides.
 */
export interface Kind {
  id: string
  /** True where a cell has the shape of this kind. A column with any other cell that is not blank is not of this kind. */
  probe: (cell: Sql) => Sql
  /** What several measures need of a cell, by name: each is evaluated once a row, where an expression is as often as it stands in the query. */
  parts?: (cell: Sql) => Record<string, Sql>
  /** Aggregates over the whole column. Blank and NULL cells must not count. `part` gives one of `parts`. */
  measures: (cell: Sql, part: (name: string) => Sql) => Record<string, Sql>
  /** The typing, or null when the column is not of this kind after all. */
  resolve: (measures: Measures, context: KindContext) => Typing | null
}

export function defineKind(kind: Kind): Kind {
  return kind
}
