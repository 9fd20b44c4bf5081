import type { Landing, StreamColumn, TextReading } from '../connector.ts'

/** What the reader of one file needs from outside. */
export interface ReadFileContext {
  scratch: string
  signal: AbortSignal
  landing: Landing
  warn(message: string): void
}

/** Rows of one file: what landed and what went to quarantine. */
export interface LandedFile {
  landed: number
  refused: number
}

/** What one file of a set became. */
export interface ReadFile extends LandedFile {
  columns: StreamColumn[]
  /** How its texts are written; null for typed formats. */
  text: TextReading | null
}
