import type { Generated } from 'kysely'
import type { QuarantineState } from '../contract/quarantine.ts'
import type { Big, Json, Time } from './column.ts'

export interface QuarantineMarksTable {
  id: Generated<Big>
  batch_id: string
  /** An int8multirange, e.g. `{[1,4),[9,10)}`. */
  rows: string
  row_count: Big
  /** `replaying` of a run that ended without publishing means nothing: the rows are open again. */
  state: Exclude<QuarantineState, 'open'>
  run_id: string | null
  reason: string | null
  by: string
  at: Time
}

/** Rows of one batch, mended and waiting for their run. */
export interface ReplayFile {
  batch: string
  /** Relative to the lake folder. */
  path: string
  rows: number
  sizeBytes: number
  sha256: string
  /** Numbers of the rows in their batch, in the order of the file. */
  lines: number[]
  /** The file of explore, by its path, and the row in it, that each row was refused from; null or left out for rows that were never landed. */
  landed?: { files: string[]; file: number[]; row: number[] } | null
}

export interface QuarantineReplaysTable {
  run_id: string
  /** Table name in the lake. */
  dataset: string
  stream: string
  files: Json<ReplayFile[]>
  at: Time
}
