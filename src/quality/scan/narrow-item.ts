import { id, type Sql } from '../../core/sql.ts'
import type { FlagColumns } from './flag-columns.ts'
import type { Measured, Row } from './measured.ts'
import type { RowTest } from './row-flags.ts'

/** What an item of the narrow scan reads from. */
export interface NarrowTable {
  base: Sql
  prefix: string
  /** Columns that are computed while the table is read. */
  columns: FlagColumns
  /** Tells the order in which rows stood, where `base` has lost it. */
  order: Sql | null
}

/** One rule in the narrow scan. */
export interface NarrowItem {
  /** The rule's place among all rules. */
  index: number
  /** A test of single rows; all of them are counted together. */
  test?: RowTest
  needsOrder?: boolean
  /** A SELECT over the narrow table that gives one row, whose columns start with the prefix and hold the index of the rule. */
  select?(table: NarrowTable): Sql
  read(row: Row, prefix: string): Partial<Measured>
}

/** A count of an answer; a sum over no rows is NULL. */
export function countIn(row: Row, name: string): number {
  return Number(row[name] ?? 0)
}

/** Names of the columns of an item's answer. */
export function answerName({ prefix }: { prefix: string }, index: number, name: string): Sql {
  return id(`${prefix}${name}_${index}`)
}
