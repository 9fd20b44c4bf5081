import type { Sql } from '../core/sql.ts'
import type { Relation } from '../core/relation.ts'
import type { TextFunctions } from '../core/text-function.ts'
import type { LakeFiles } from './lake-files.ts'

/** One DuckDB connection, used by one caller at a time. */
export interface LakeSession extends TextFunctions {
  /** Aborts when what the session is for is cancelled. */
  signal: AbortSignal | undefined
  run(statement: Sql, parameters?: readonly (Uint8Array | string)[]): Promise<void>
  /** Few rows as plain objects; integers beyond 2^53 and decimals as they come from DuckDB's binding (bigint, text). Never for bulk data. */
  rows(query: Sql): Promise<Record<string, unknown>[]>
  /** Every cell as text exactly as DuckDB prints it, null as null. For pages of rows. */
  textRows(query: Sql): Promise<(string | null)[][]>
  /** Percentage of the statement under way, 0 to 100; -1 when DuckDB does not know. */
  progress(): number
}

/** The DuckDB side of the lake: sessions that share one memory limit, and the immutable files. */
export interface Lake {
  files: LakeFiles
  /** Absolute folder below which DuckDB finds the files that a statement names; a session brings them there first. */
  folder: string
  /** Runs `work` on a connection of its own; an abort of `signal` interrupts what it is doing and throws AtlasError `run.cancelled`. */
  session<T>(work: (session: LakeSession) => Promise<T>, signal?: AbortSignal): Promise<T>
  /** SELECT over a snapshot's files. */
  scan(relation: Relation): Sql
  /**
   * Another instance over the same files, whose sessions share a limit of their own: work that may not have all of this one's. Spills into `scratch`
   * (absolute). Close it before this one.
   */
  limited(memoryBytes: number, scratch: string): Lake
  close(): void
}
