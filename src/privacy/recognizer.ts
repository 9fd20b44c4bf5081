import type { Entity } from '../contract/pii.ts'
import type { Sql } from '../core/sql.ts'

/** A rule that finds one kind of personal data, in a cell of its own and inside longer text. */
export interface Recognizer {
  id: Entity
  title: string
  /** Where the rule comes from: the standard or the official page. */
  source: string
  /**
   * RE2 syntax (DuckDB's), without flags and look-around, linear in time. Matches the entity inside text; the whole-cell test is the same
   * pattern anchored.
   */
  pattern: string
  /** A cheap test that every cell with a match passes (e.g. `contains(cell, '@')`), so that the pattern runs on few cells. */
  guard: (cell: Sql) => Sql
  /** SQL over a cell that matched the anchored pattern: is it confirmed (checksum, date, range)? Left out where shape is all there is. */
  confirm?: (cell: Sql) => Sql
  /** The same rule on text in JavaScript, for examples and for text analysis. */
  confirmText?: (match: string) => boolean
  /** Lower-case words which, in a column's name, raise the confidence. */
  context: string[]
  /** 0 to 1: how much a match of the pattern, unconfirmed, says. */
  patternScore: number
  /** 0 to 1: how much a confirmed match says. */
  confirmedScore: number
  /** Tests and docs: each `found` text is one whole entity; none is found in an `ignored` text. */
  examples: { found: string[]; ignored: string[] }
}

export function defineRecognizer(recognizer: Recognizer): Recognizer {
  return recognizer
}
