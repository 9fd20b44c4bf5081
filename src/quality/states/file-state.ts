import type { Sql } from '../../core/sql.ts'
import type { AggregateState } from './aggregate-state.ts'

/** One file of the measured table. */
export interface TablePart {
  /** Of the file; a file never changes. */
  id: string
  rows: number
  /** Reads the file with the columns that the table has now. */
  relation: Sql
  /** Changes with the columns that the file is read as. */
  schema: string
}

/** What a rule found in one file: rows it applies to, rows that fail, its figures. Of a dimension: `failing` are the rows that break any of its rules. */
export interface FileState {
  eligible: number
  failing: number
  figures: AggregateState[]
}

export interface StateKey {
  file: string
  fingerprint: string
}

/** Where states are kept. */
export interface StateStore {
  load(files: readonly string[], fingerprints: readonly string[]): Promise<(StateKey & { state: FileState })[]>
  save(states: readonly (StateKey & { state: FileState })[]): Promise<void>
}
