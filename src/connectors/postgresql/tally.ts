import type { ReadContext } from '../connector.ts'
import type { LandedFile } from './land-file.ts'

/** What one read has taken from the source so far, told to people as it grows. */
export interface Tally {
  readonly rows: number
  readonly refused: number
  readonly bytes: number
  /** Rows by the server's own count. */
  readonly counted: number
  arrived(bytes: number): void
  /** @param counted rows of the same file as the server counted them */
  landed(file: LandedFile, counted: number): void
  /** Rows that an earlier run had landed. */
  resume(rows: number): void
  startOver(): void
}

/** @param estimate rows expected; null when nobody knows */
export function createTally(context: Pick<ReadContext, 'progress'>, estimate: number | null): Tally {
  const tally = { rows: 0, refused: 0, bytes: 0, counted: 0 }
  const tell = (): void => context.progress({ rows: tally.rows, bytes: tally.bytes, total: guess() })
  /** Bytes of all rows, judged by those that have landed. */
  const guess = (): number | null => {
    if (estimate === null || estimate <= 0 || tally.rows === 0) return null
    return Math.max(tally.bytes, Math.round((tally.bytes / tally.rows) * estimate))
  }
  return {
    get rows() {
      return tally.rows
    },
    get refused() {
      return tally.refused
    },
    get bytes() {
      return tally.bytes
    },
    get counted() {
      return tally.counted
    },
    arrived(bytes) {
      tally.bytes += bytes
      tell()
    },
    landed({ landed, refused }, counted) {
      tally.rows += landed + refused
      tally.refused += refused
      tally.counted += counted
      tell()
    },
    resume(rows) {
      tally.rows += rows
      tally.counted += rows
      tell()
    },
    startOver() {
      tally.rows = 0
      tally.refused = 0
      tally.counted = 0
      tally.bytes = 0
    },
  }
}
